"""Accounts, keys, prices and orders in the operator's hands."""

from decimal import Decimal

from fastapi import APIRouter

from paper_exchange import operations as work
from paper_exchange.admin.desk import Desk
from paper_exchange.admin.schemas import (
    AccountIn,
    DepositIn,
    FillIn,
    FundingIn,
    KeyIn,
    PathIn,
    PriceIn,
    SymbolChange,
    SymbolIn,
    SymbolName,
)
from paper_exchange.engine.model import Account, ApiKey, Order, Trade
from paper_exchange.engine.prices import Shape
from paper_exchange.engine.symbols import Symbol, make


def routes(desk: Desk) -> APIRouter:
    router = APIRouter()
    _accounts(router, desk)
    _prices(router, desk)
    _orders(router, desk)
    return router


def _accounts(router: APIRouter, desk: Desk) -> None:
    exchange = desk.exchange

    @router.get("/accounts")
    async def accounts() -> list[Account]:
        return list(exchange.state.accounts.values())

    @router.post("/accounts", status_code=201)
    async def create_account(body: AccountIn) -> Account:
        return work.create_account(
            exchange, body.name, spot_funds=body.spot, futures_funds=body.futures, fees=body.fees
        )

    @router.get("/accounts/{name}")
    async def account(name: str) -> Account:
        return work.account_named(exchange, name)

    @router.post("/accounts/{name}/deposit")
    async def deposit(name: str, body: DepositIn) -> Account:
        if not body.futures:
            return work.deposit(exchange, name, body.asset, body.amount)
        if body.asset != "USDT":
            raise work.Unusable("the futures wallet holds USDT")
        return work.deposit_futures(exchange, name, body.amount)

    @router.get("/accounts/{name}/keys")
    async def keys(name: str) -> list[ApiKey]:
        return [key for key in exchange.state.keys.values() if key.account == name]

    @router.post("/accounts/{name}/keys", status_code=201)
    async def create_key(name: str, body: KeyIn) -> ApiKey:
        return work.create_key(exchange, name, **body.model_dump())

    @router.delete("/keys/{key}", status_code=204)
    async def delete_key(key: str) -> None:
        work.delete_key(exchange, key)


def _prices(router: APIRouter, desk: Desk) -> None:
    exchange = desk.exchange

    @router.get("/symbols")
    async def symbols() -> list[Symbol]:
        return list(exchange.state.symbols.values())

    @router.post("/symbols", status_code=201)
    async def add_symbol(body: SymbolIn) -> Symbol:
        try:
            usdm = (str(body.usdm_tick), str(body.usdm_step)) if body.usdm_tick and body.usdm_step else None
            made = make(body.base, body.quote, str(body.price), str(body.tick), str(body.step), usdm=usdm)
        except ValueError as error:
            raise work.Unusable(str(error)) from error
        return work.add_symbol(exchange, made)

    @router.patch("/symbols/{name}")
    async def change_symbol(name: SymbolName, body: SymbolChange) -> Symbol:
        changes = body.model_dump(exclude_none=True)
        if "frozen" in changes:
            changes["frozen_ms"] = exchange.quotes.now_ms if changes.pop("frozen") else None
        return work.change_symbol(exchange, name, changes)

    @router.get("/prices")
    async def prices() -> dict[str, Decimal]:
        return {
            symbol.name: exchange.quotes.price(work.markets_of(symbol)[0], symbol)
            for symbol in exchange.state.symbols.values()
        }

    @router.get("/courses")
    async def courses() -> dict[str, Shape]:
        return {symbol.name: exchange.quotes.shape(symbol) for symbol in exchange.state.symbols.values()}

    @router.put("/symbols/{name}/price")
    async def set_price(name: SymbolName, body: PriceIn) -> dict[str, Decimal]:
        work.set_price(exchange, name, body.price, hold=body.hold)
        return {"price": body.price}

    @router.post("/symbols/{name}/path", status_code=202)
    async def run_path(name: SymbolName, body: PathIn) -> dict[str, int]:
        work.run_path(exchange, name, [(point.after_ms, point.price) for point in body.points])
        return {"points": len(body.points)}

    @router.post("/symbols/{name}/funding")
    async def fund(name: SymbolName, body: FundingIn) -> dict[str, Decimal]:
        work.fund(exchange, name, body.rate)
        return {"rate": body.rate}


def _orders(router: APIRouter, desk: Desk) -> None:
    @router.get("/orders")
    async def orders(
        account: str | None = None, symbol: str | None = None, open_only: bool = False, limit: int = 1000
    ) -> list[Order]:
        return desk.exchange.store.every_order(
            account=account, symbol=symbol, open_only=open_only, limit=limit
        )

    @router.post("/orders/{order_id}/fill")
    async def fill(order_id: int, body: FillIn) -> list[Trade]:
        return work.fill_order(
            desk.exchange, order_id, quantity=body.quantity, price=body.price, parts=body.parts
        )
