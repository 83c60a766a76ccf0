"""Spot's signed endpoints: orders, trades, account."""

import secrets

from paper_exchange.engine import spot
from paper_exchange.engine.filters import NewOrder
from paper_exchange.engine.model import Kind, Market, Order, Side, Status, Tif
from paper_exchange.engine.money import ZERO
from paper_exchange.engine.refusal import Refusal, missing, no_such_order, unknown_order
from paper_exchange.engine.state import Effects
from paper_exchange.engine.symbols import SPOT_KINDS
from paper_exchange.store.sqlite import Span
from paper_exchange.wire import spot_views
from paper_exchange.wire.auth import Security
from paper_exchange.wire.call import Call, Route
from paper_exchange.wire.market_data import Wire
from paper_exchange.wire.params import Params

SPOT = Market.spot
DAY_MS = 86_400_000
BAD_KIND = Refusal(-1116, "Invalid orderType.")
BAD_SIDE = Refusal(-1117, "Invalid side.")
BAD_TIF = Refusal(-1115, "Invalid timeInForce.")
LIMITS_WITH_TIF = (Kind.limit, Kind.stop_loss_limit, Kind.take_profit_limit)
RESPONSES = ("ACK", "RESULT", "FULL")


def read_order(params: Params) -> NewOrder:
    """The order that the parameters ask for; each type needs its own ones and refuses others."""
    kind = params.choice("type", Kind, BAD_KIND)
    if kind not in SPOT_KINDS:
        raise BAD_KIND
    _check_names(kind, params)
    tif = params.choice("timeInForce", Tif, BAD_TIF) if kind in LIMITS_WITH_TIF else Tif.gtc
    if tif is Tif.gtx:
        raise BAD_TIF
    if "newOrderRespType" in params and params.get("newOrderRespType") not in RESPONSES:
        raise Refusal(-1130, "Data sent for parameter 'newOrderRespType' is not valid.")
    new = NewOrder(
        symbol=params.text("symbol"),
        side=params.choice("side", Side, BAD_SIDE),
        kind=kind,
        client_id=params.get("newClientOrderId") or secrets.token_urlsafe(16)[:22],
        tif=tif,
        quantity=params.number("quantity"),
        quote_quantity=params.number("quoteOrderQty"),
        price=params.number("price"),
        stop_price=params.number("stopPrice"),
    )
    for name, given in (("quantity", new.quantity), ("quoteOrderQty", new.quote_quantity)):
        if name in params and given <= ZERO:
            raise Refusal(-1013, "Invalid quantity.")
    if "price" in params and new.price <= ZERO:
        raise Refusal(-1013, "Invalid price.")
    return new


def _check_names(kind: Kind, params: Params) -> None:
    """Every parameter that the type needs is there and none that it does not take."""
    needed, refused = {"symbol", "side"}, {"trailingDelta", "icebergQty"}
    if kind is Kind.market:
        if ("quantity" in params) == ("quoteOrderQty" in params):
            text = "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!"
            raise (
                Refusal(-1102, text)
                if "quantity" not in params
                else Refusal(-1106, "Parameter 'quoteOrderQty' sent when not required.")
            )
        refused |= {"price", "stopPrice", "timeInForce"}
    else:
        needed.add("quantity")
        refused.add("quoteOrderQty")
    if kind in LIMITS_WITH_TIF or kind is Kind.limit_maker:
        needed.add("price")
    if kind in LIMITS_WITH_TIF:
        needed.add("timeInForce")
    if kind in spot.STOPS:
        needed.add("stopPrice")
    for name in sorted(needed):
        if not params.values.get(name):
            raise missing(name)
    for name in sorted(refused):
        if name in params:
            raise Refusal(-1106, f"Parameter '{name}' sent when not required.")


def place(call: Call) -> Wire:
    new = read_order(call.params)
    owner, exchange = call.owner, call.exchange
    order, trades = exchange.act(
        lambda effects: spot.place(exchange.state, effects, owner, new, exchange.quotes)
    )
    if order is None:
        raise LookupError("an order that is not a test has a record")
    return spot_views.answer_view(order, trades, call.params.get("newOrderRespType"))


def try_order(call: Call) -> Wire:
    new, exchange = read_order(call.params), call.exchange
    spot.place(exchange.state, Effects(), call.owner, new, exchange.quotes, dry=True)
    return {}


def wanted(call: Call, market: Market, *, refusal: Refusal) -> Order:
    """The order that `orderId` or `origClientOrderId` names: an open one first, else from history."""
    call.symbol(market)
    order_id, client_id = call.params.whole("orderId"), call.params.get("origClientOrderId")
    if order_id is None and client_id is None:
        raise Refusal(-1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!")
    symbol, owner = call.params.text("symbol"), call.owner
    for order in call.exchange.state.orders_of(market, owner.id, symbol):
        if order.is_conditional:
            continue
        if order.id == order_id or (order_id is None and order.client_id == client_id):
            return order
    stored = call.exchange.store.order(owner.id, market, order_id=order_id, client_id=client_id)
    if stored is None or stored.symbol != symbol:
        raise refusal
    return stored


def query(call: Call) -> Wire:
    return spot_views.query_view(wanted(call, SPOT, refusal=no_such_order()))


def cancel(call: Call) -> Wire:
    order = wanted(call, SPOT, refusal=unknown_order())
    if not order.status.is_open:
        raise unknown_order()
    restriction = call.params.get("cancelRestrictions")
    if restriction and restriction != f"ONLY_{order.status.value}":
        raise Refusal(-2011, "Order was not canceled due to cancel restrictions.")
    _cancel(call, [order])
    return spot_views.cancel_view(order)


def cancel_all(call: Call) -> list[Wire]:
    call.symbol(SPOT)
    orders = list(call.exchange.state.orders_of(SPOT, call.owner.id, call.params.text("symbol")))
    if not orders:
        raise unknown_order()
    _cancel(call, orders)
    return [spot_views.cancel_view(order) for order in orders]


def _cancel(call: Call, orders: list[Order]) -> None:
    owner, exchange = call.owner, call.exchange
    cancel_id = call.params.get("newClientOrderId")

    def end(effects: Effects) -> None:
        for order in orders:
            name = cancel_id or secrets.token_urlsafe(16)[:22]
            spot.finish(
                exchange.state, effects, owner, order, Status.canceled, exchange.quotes.now_ms, cancel_id=name
            )

    exchange.act(end)


def open_orders(call: Call) -> list[Wire]:
    if call.params.get("symbol") is not None:
        call.symbol(SPOT)
    orders = call.exchange.state.orders_of(SPOT, call.owner.id, call.params.get("symbol"))
    return [spot_views.query_view(order) for order in sorted(orders, key=lambda order: order.id)]


def span(call: Call, market: Market, *, from_name: str) -> Span:
    """The part of a history that the parameters ask for."""
    call.symbol(market)
    start, end = call.params.whole("startTime"), call.params.whole("endTime")
    longest = DAY_MS if market is Market.spot else 7 * DAY_MS
    if start is not None and end is not None and not 0 <= end - start <= longest:
        raise Refusal(-1127, f"More than {longest // 3_600_000} hours between startTime and endTime.")
    return Span(
        symbol=call.params.text("symbol"),
        from_id=call.params.whole(from_name),
        start_ms=start,
        end_ms=end,
        limit=call.params.limit(500, 1000),
    )


def all_orders(call: Call) -> list[Wire]:
    found = call.exchange.store.orders(call.owner.id, SPOT, span(call, SPOT, from_name="orderId"))
    return [spot_views.query_view(order) for order in found]


def my_trades(call: Call) -> list[Wire]:
    asked = span(call, SPOT, from_name="fromId")
    order_id = call.params.whole("orderId")
    asked = Span(asked.symbol, asked.from_id, asked.start_ms, asked.end_ms, asked.limit, order_id)
    return [spot_views.trade_view(trade) for trade in call.exchange.store.trades(call.owner.id, SPOT, asked)]


def account(call: Call) -> Wire:
    may_trade = call.key is not None and call.key.trade
    return spot_views.account_view(
        call.owner, may_trade=may_trade, omit_zero=call.params.flag("omitZeroBalances")
    )


def commission(call: Call) -> Wire:
    symbol, fees = call.symbol(SPOT), call.owner.fees
    rates = {"maker": fees.spot_maker, "taker": fees.spot_taker, "buyer": ZERO, "seller": ZERO}
    none = dict.fromkeys(rates, spot_views.eight(ZERO))
    return {
        "symbol": symbol.name,
        "standardCommission": {name: spot_views.eight(rate) for name, rate in rates.items()},
        "specialCommission": none,
        "taxCommission": none,
        "discount": {
            "enabledForAccount": fees.burn_bnb,
            "enabledForSymbol": True,
            "discountAsset": "BNB",
            "discount": spot_views.eight(spot.BNB_SHARE),
        },
    }


def _open_weight(params: Params) -> int:
    return 6 if "symbol" in params else 80


READ, TRADE = Security.read, Security.trade
ROUTES = [
    Route("POST", "/api/v3/order", SPOT, place, TRADE, orders=True),
    Route("POST", "/api/v3/order/test", SPOT, try_order, TRADE),
    Route("GET", "/api/v3/order", SPOT, query, READ, weight=4),
    Route("DELETE", "/api/v3/order", SPOT, cancel, TRADE),
    Route("GET", "/api/v3/openOrders", SPOT, open_orders, READ, weight=_open_weight),
    Route("DELETE", "/api/v3/openOrders", SPOT, cancel_all, TRADE),
    Route("GET", "/api/v3/allOrders", SPOT, all_orders, READ, weight=20),
    Route("GET", "/api/v3/myTrades", SPOT, my_trades, READ, weight=20),
    Route("GET", "/api/v3/account", SPOT, account, READ, weight=20),
    Route("GET", "/api/v3/account/commission", SPOT, commission, READ, weight=20),
]
