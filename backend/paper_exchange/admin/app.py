"""The admin API."""

import hmac
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse

from paper_exchange.admin import trading
from paper_exchange.admin.desk import Desk
from paper_exchange.admin.schemas import AdvanceIn, FaultIn, LimitsIn, Name
from paper_exchange.faults.plan import Fault
from paper_exchange.operations import Unusable


def create_admin(desk: Desk, token: str) -> FastAPI:
    """The application; every route needs `Authorization: Bearer TOKEN`."""

    def allowed(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "the admin token is missing or wrong")

    app = FastAPI(
        title="Paper exchange, admin", dependencies=[Depends(allowed)], docs_url=None, redoc_url=None
    )

    @app.exception_handler(Unusable)
    async def unusable(request: Request, error: Unusable) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=409)

    app.include_router(trading.routes(desk))
    _faults(app, desk)
    _whole(app, desk)
    return app


def _faults(app: FastAPI, desk: Desk) -> None:
    @app.get("/faults")
    async def list_faults() -> list[Fault]:
        return desk.plan.faults

    @app.post("/faults", status_code=201)
    async def add_fault(body: FaultIn) -> Fault:
        fault = desk.plan.add(Fault(**body.model_dump()))
        desk.keep_faults()
        return fault

    @app.delete("/faults")
    async def remove_faults() -> dict[str, int]:
        gone = desk.plan.remove(None)
        desk.keep_faults()
        return {"removed": gone}

    @app.delete("/faults/{fault_id}")
    async def remove_fault(fault_id: int) -> dict[str, int]:
        gone = desk.plan.remove(fault_id)
        desk.keep_faults()
        return {"removed": gone}

    @app.get("/limits")
    async def limits() -> dict[str, int]:
        return asdict(desk.meter.limits)

    @app.put("/limits")
    async def change_limits(body: LimitsIn) -> dict[str, int]:
        for name, value in body.model_dump(exclude_none=True).items():
            setattr(desk.meter.limits, name, value)
        desk.meter.forgive()
        desk.keep_limits()
        return asdict(desk.meter.limits)


def _whole(app: FastAPI, desk: Desk) -> None:
    @app.get("/status")
    async def status() -> dict[str, object]:
        state = desk.exchange.state
        return {
            "now_ms": desk.exchange.clock.now_ms(),
            "virtual": desk.exchange.clock.held_ms is not None,
            "seed": state.seed,
            "accounts": len(state.accounts),
            "open_orders": sum(map(len, state.open_orders.values())),
            "faults": len(desk.plan.faults),
            "mirror": desk.mirror,
        }

    @app.post("/clock/advance")
    async def advance(body: AdvanceIn) -> dict[str, int]:
        return {"now_ms": await desk.advance(body.milliseconds, body.tick_ms)}

    @app.get("/snapshots")
    async def snapshots() -> list[str]:
        return sorted(path.stem for path in desk.snapshots.glob("*.sqlite3"))

    @app.post("/snapshots/{name}", status_code=201)
    async def take(name: Name) -> dict[str, str]:
        desk.exchange.store.snapshot(_file(desk, name))
        return {"name": name}

    @app.post("/snapshots/{name}/restore")
    async def restore(name: Name) -> dict[str, str]:
        if not _file(desk, name).exists():
            raise HTTPException(404, "there is no such snapshot")
        desk.restore(_file(desk, name))
        return {"name": name}


def _file(desk: Desk, name: str) -> Path:
    return desk.snapshots / f"{name}.sqlite3"
