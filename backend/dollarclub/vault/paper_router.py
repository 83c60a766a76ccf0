"""`/api/paper`: the paper exchange in the dashboard. Everybody signed in may look; it is shared, so only admins change it."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path

from dollarclub.accounts.deps import AccountDep, AdminDep
from dollarclub.core.errors import NotFound, Unavailable
from dollarclub.core.web import SettingsDep
from dollarclub.exchanges.gateway import MarketType
from dollarclub.vault.paper import PaperAdmin
from dollarclub.vault.paper_schemas import (
    PaperFaultIn,
    PaperFaultOut,
    PaperMarketOut,
    PaperOut,
    PaperPriceIn,
    PaperPriceOut,
)

router = APIRouter(prefix="/api/paper", tags=["paper exchange"])

SymbolPath = Annotated[str, Path(pattern=r"^[A-Z0-9]{3,20}$")]
FaultPath = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("", response_model=PaperOut)
def get_paper(_account: AccountDep, settings: SettingsDep) -> PaperOut:
    """The paper exchange and its pairs; 503 `paper_unavailable` while it does not answer."""
    paper = PaperAdmin.from_settings(settings.paper)
    if paper is None:
        return PaperOut(available=False)
    status, prices = paper.status(), _prices(paper)
    return PaperOut(
        available=True,
        url=paper.url,
        now=datetime.fromtimestamp(status["now_ms"] / 1000, UTC),
        open_orders=status["open_orders"],
        faults=status["faults"],
        mirror=status["mirror"],
        markets=[_market(pair, prices[pair["name"]]) for pair in paper.symbols() if pair["name"] in prices],
    )


@router.get("/prices", response_model=list[PaperPriceOut])
def get_prices(_account: AccountDep, settings: SettingsDep) -> list[PaperPriceOut]:
    return list(_prices(_required(settings)).values())


@router.put("/symbols/{symbol}/price", response_model=PaperPriceOut)
def set_price(
    symbol: SymbolPath, body: PaperPriceIn, _account: AdminDep, settings: SettingsDep
) -> PaperPriceOut:
    """Move a pair's price on both markets; resting orders that it reaches are filled before the answer."""
    paper = _required(settings)
    paper.set_price(symbol, body.price, hold=body.hold)
    return _prices(paper)[symbol]


@router.get("/faults", response_model=list[PaperFaultOut])
def list_faults(_account: AccountDep, settings: SettingsDep) -> list[PaperFaultOut]:
    return [PaperFaultOut.model_validate(_shown(fault)) for fault in _required(settings).faults()]


@router.post("/faults", status_code=201, response_model=PaperFaultOut)
def add_fault(body: PaperFaultIn, _account: AdminDep, settings: SettingsDep) -> PaperFaultOut:
    made = _required(settings).add_fault(body.model_dump(mode="json"))
    return PaperFaultOut.model_validate(_shown(made))


@router.delete("/faults", status_code=204)
def remove_faults(_account: AdminDep, settings: SettingsDep) -> None:
    """Switch every fault off."""
    _required(settings).remove_faults()


@router.delete("/faults/{fault_id}", status_code=204)
def remove_fault(fault_id: FaultPath, _account: AdminDep, settings: SettingsDep) -> None:
    if not _required(settings).remove_fault(fault_id):
        raise NotFound("No such fault is switched on.", fault_id=fault_id)


def _required(settings: SettingsDep) -> PaperAdmin:
    paper = PaperAdmin.from_settings(settings.paper)
    if paper is None:
        raise Unavailable("This installation has no paper exchange.", code="paper_unavailable")
    return paper


def _prices(paper: PaperAdmin) -> dict[str, PaperPriceOut]:
    courses = paper.courses()
    return {
        name: PaperPriceOut(symbol=name, price=price, course=courses[name])
        for name, price in paper.prices().items()
        if name in courses
    }


def _market(pair: dict[str, Any], price: PaperPriceOut) -> PaperMarketOut:
    return PaperMarketOut(
        symbol=pair["name"],
        base=pair["base"],
        quote=pair["quote"],
        market_types=[kind for kind in MarketType if pair[kind.value] is not None],
        price=price.price,
        course=price.course,
        trading=pair["trading"],
        frozen=pair["frozen_ms"] is not None,
        premium=pair["premium"],
    )


def _shown(fault: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fault.items() if name in PaperFaultOut.model_fields}
