"""USDT-M's signed endpoints for orders: regular ones, conditional ones, trades."""

import secrets
from collections.abc import Callable

from paper_exchange.engine import futures
from paper_exchange.engine.filters import NewOrder
from paper_exchange.engine.futures_filters import CONDITIONAL, LIMITS
from paper_exchange.engine.model import Kind, Market, Order, PositionSide, Side, Status, Tif
from paper_exchange.engine.money import ZERO
from paper_exchange.engine.refusal import Refusal, missing, no_such_order, unknown_order
from paper_exchange.engine.state import Effects
from paper_exchange.store.sqlite import Span
from paper_exchange.wire import futures_views as views
from paper_exchange.wire.auth import Security
from paper_exchange.wire.call import Call, Route
from paper_exchange.wire.market_data import Wire
from paper_exchange.wire.params import Params
from paper_exchange.wire.spot_orders import BAD_KIND, BAD_SIDE, BAD_TIF, span, wanted

USDM = Market.usdm
BAD_POSITION_SIDE = Refusal(-1130, "Data sent for parameter 'positionSide' is not valid.")
ELSEWHERE = Refusal(
    -4120, "Order type not supported for this endpoint. Please use the Algo Order API endpoints instead."
)


def read_order(params: Params, *, conditional: bool) -> NewOrder:
    """The order that the parameters ask for."""
    kind = params.choice("type", Kind, BAD_KIND)
    if not conditional and kind in CONDITIONAL:
        raise ELSEWHERE
    if kind not in (CONDITIONAL if conditional else (Kind.limit, Kind.market)):
        raise BAD_KIND
    closes = params.flag("closePosition")
    stop_name, id_name = (
        ("triggerPrice", "clientAlgoId") if conditional else ("stopPrice", "newClientOrderId")
    )
    _check_names(params, kind, stop_name if conditional else None, closes=closes)
    tif = params.choice("timeInForce", Tif, BAD_TIF) if "timeInForce" in params else Tif.gtc
    side = (
        params.choice("positionSide", PositionSide, BAD_POSITION_SIDE)
        if "positionSide" in params
        else PositionSide.both
    )
    working = params.get("workingType") or "CONTRACT_PRICE"
    if working not in ("CONTRACT_PRICE", "MARK_PRICE"):
        raise Refusal(-1130, "Data sent for parameter 'workingType' is not valid.")
    return NewOrder(
        symbol=params.text("symbol"),
        side=params.choice("side", Side, BAD_SIDE),
        kind=kind,
        client_id=params.get(id_name) or secrets.token_urlsafe(16)[:22],
        tif=tif,
        quantity=params.number("quantity"),
        price=params.number("price") if kind in LIMITS else ZERO,
        stop_price=params.number(stop_name) if conditional else ZERO,
        position_side=side,
        reduce_only=params.flag("reduceOnly"),
        close_position=closes,
        mark_triggered=working == "MARK_PRICE",
    )


def _check_names(params: Params, kind: Kind, stop_name: str | None, *, closes: bool) -> None:
    needed = ["symbol", "side"]
    if not closes:
        needed.append("quantity")
    if kind in LIMITS:
        needed.append("price")
    if kind is Kind.limit:
        needed.append("timeInForce")
    if stop_name is not None:
        needed.append(stop_name)
    for name in needed:
        if not params.values.get(name):
            raise missing(name)
    if closes and ("quantity" in params or params.flag("reduceOnly") or kind in LIMITS):
        raise Refusal(-4136, "Target strategy invalid for orderType with closePosition.")


def place(call: Call) -> Wire:
    new = read_order(call.params, conditional=False)
    owner, exchange = call.owner, call.exchange
    order, _ = exchange.act(
        lambda effects: futures.place(exchange.state, effects, owner, new, exchange.quotes)
    )
    if order is None:
        raise LookupError("an order that is not a test has a record")
    return views.order_view(order)


def try_order(call: Call) -> Wire:
    new, exchange = read_order(call.params, conditional=False), call.exchange
    futures.place(exchange.state, Effects(), call.owner, new, exchange.quotes, dry=True)
    return {}


def found(call: Call, refusal: Refusal, *, conditional: bool = False) -> Order:
    """The order that the parameters name, of the kind that the endpoint serves."""
    order = _wanted_algo(call, refusal) if conditional else wanted(call, USDM, refusal=refusal)
    if order.is_conditional != conditional:
        raise refusal
    return order


def _wanted_algo(call: Call, refusal: Refusal) -> Order:
    number, name, owner = call.params.whole("algoId"), call.params.get("clientAlgoId"), call.owner
    if number is None and name is None:
        raise Refusal(-1102, "Param 'algoid' or 'clientalgoid' must be sent, but both were empty/null!")
    for order in call.exchange.state.orders_of(USDM, owner.id):
        if order.is_conditional and (order.id == number or (number is None and order.client_id == name)):
            return order
    past = call.exchange.store.order(owner.id, USDM, order_id=number, client_id=name, conditional=True)
    if past is None:
        raise refusal
    return past


def query(call: Call) -> Wire:
    return views.query_view(found(call, no_such_order()))


def query_open(call: Call) -> Wire:
    order = found(call, no_such_order())
    if not order.status.is_open:
        raise no_such_order()
    return views.query_view(order)


def cancel(call: Call) -> Wire:
    order = found(call, unknown_order())
    _end(call, [order])
    return views.order_view(order)


def cancel_all(call: Call) -> Wire:
    call.symbol(USDM)
    _end(call, own_open(call, conditional=False), required=False)
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def _end(call: Call, orders: list[Order], *, required: bool = True) -> None:
    if required and any(not order.status.is_open for order in orders):
        raise unknown_order()
    owner, exchange = call.owner, call.exchange

    def end(effects: Effects) -> None:
        for order in orders:
            futures.finish(exchange.state, effects, owner, order, Status.canceled, exchange.quotes.now_ms)

    exchange.act(end)


def own_open(call: Call, *, conditional: bool) -> list[Order]:
    """The account's open orders of that kind, on the symbol if one is named."""
    name = call.params.get("symbol")
    if name is not None:
        call.symbol(USDM)
    orders = [
        o for o in call.exchange.state.orders_of(USDM, call.owner.id, name) if o.is_conditional == conditional
    ]
    return sorted(orders, key=lambda order: order.id)


def open_orders(call: Call) -> list[Wire]:
    return [views.query_view(order) for order in own_open(call, conditional=False)]


def all_orders(call: Call) -> list[Wire]:
    orders = call.exchange.store.orders(call.owner.id, USDM, span(call, USDM, from_name="orderId"))
    return [views.query_view(order) for order in orders if not order.is_conditional]


def user_trades(call: Call) -> list[Wire]:
    asked = span(call, USDM, from_name="fromId")
    asked = Span(
        asked.symbol, asked.from_id, asked.start_ms, asked.end_ms, asked.limit, call.params.whole("orderId")
    )
    return [views.trade_view(trade) for trade in call.exchange.store.trades(call.owner.id, USDM, asked)]


def place_algo(call: Call) -> Wire:
    if call.params.text("algoType") != "CONDITIONAL":
        raise Refusal(-1130, "Data sent for parameter 'algoType' is not valid.")
    new = read_order(call.params, conditional=True)
    owner, exchange = call.owner, call.exchange
    order = exchange.act(
        lambda effects: futures.place_conditional(exchange.state, effects, owner, new, exchange.quotes)
    )
    return views.algo_view(order)


def query_algo(call: Call) -> Wire:
    return views.algo_query_view(found(call, no_such_order(), conditional=True))


def cancel_algo(call: Call) -> Wire:
    order = found(call, unknown_order(), conditional=True)
    _end(call, [order])
    return {"algoId": order.id, "clientAlgoId": order.client_id, "code": "200", "msg": "success"}


def cancel_all_algo(call: Call) -> Wire:
    call.symbol(USDM)
    _end(call, own_open(call, conditional=True), required=False)
    return {"code": 200, "msg": "The operation of cancel all open order is done."}


def open_algo(call: Call) -> list[Wire]:
    return [views.algo_query_view(order) for order in own_open(call, conditional=True)]


def all_algo(call: Call) -> list[Wire]:
    orders = call.exchange.store.orders(call.owner.id, USDM, span(call, USDM, from_name="algoId"))
    return [views.algo_query_view(order) for order in orders if order.is_conditional]


def _weight(one: int) -> Callable[[Params], int]:
    return lambda params: one if "symbol" in params else 40


READ, TRADE = Security.read, Security.futures
ROUTES = [
    Route("POST", "/fapi/v1/order", USDM, place, TRADE, orders=True),
    Route("POST", "/fapi/v1/order/test", USDM, try_order, TRADE),
    Route("GET", "/fapi/v1/order", USDM, query, READ),
    Route("DELETE", "/fapi/v1/order", USDM, cancel, TRADE),
    Route("GET", "/fapi/v1/openOrder", USDM, query_open, READ),
    Route("GET", "/fapi/v1/openOrders", USDM, open_orders, READ, weight=_weight(1)),
    Route("DELETE", "/fapi/v1/allOpenOrders", USDM, cancel_all, TRADE),
    Route("GET", "/fapi/v1/allOrders", USDM, all_orders, READ, weight=5),
    Route("GET", "/fapi/v1/userTrades", USDM, user_trades, READ, weight=5),
    Route("POST", "/fapi/v1/algoOrder", USDM, place_algo, TRADE, orders=True),
    Route("GET", "/fapi/v1/algoOrder", USDM, query_algo, READ),
    Route("DELETE", "/fapi/v1/algoOrder", USDM, cancel_algo, TRADE),
    Route("GET", "/fapi/v1/openAlgoOrders", USDM, open_algo, READ, weight=_weight(1)),
    Route("DELETE", "/fapi/v1/algoOpenOrders", USDM, cancel_all_algo, TRADE),
    Route("GET", "/fapi/v1/allAlgoOrders", USDM, all_algo, READ, weight=5),
]
