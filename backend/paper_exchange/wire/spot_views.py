"""Spot's objects as Binance writes them: decimals are texts with eight digits, times are milliseconds."""

from collections.abc import Iterable
from decimal import Decimal

from paper_exchange.engine.model import Account, Kind, Order, Side, Trade
from paper_exchange.engine.symbols import SPOT_KINDS, Steps, Symbol

Wire = dict[str, object]


def eight(value: Decimal) -> str:
    return f"{value:.8f}"


def symbol_view(symbol: Symbol, steps: Steps) -> Wire:
    return {
        "symbol": symbol.name,
        "status": "TRADING" if symbol.trading else "BREAK",
        "baseAsset": symbol.base,
        "baseAssetPrecision": 8,
        "quoteAsset": symbol.quote,
        "quotePrecision": 8,
        "quoteAssetPrecision": 8,
        "baseCommissionPrecision": 8,
        "quoteCommissionPrecision": 8,
        "orderTypes": list(SPOT_KINDS),
        "icebergAllowed": False,
        "ocoAllowed": False,
        "otoAllowed": False,
        "opoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": False,
        "amendAllowed": False,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": _filters(steps),
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "NONE",
        "allowedSelfTradePreventionModes": ["NONE"],
    }


def _filters(steps: Steps) -> list[Wire]:
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": eight(steps.tick),
            "maxPrice": eight(steps.max_price),
            "tickSize": eight(steps.tick),
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": eight(steps.step),
            "maxQty": eight(steps.max_quantity),
            "stepSize": eight(steps.step),
        },
        {
            "filterType": "MARKET_LOT_SIZE",
            "minQty": eight(Decimal(0)),
            "maxQty": eight(steps.max_market_quantity),
            "stepSize": eight(Decimal(0)),
        },
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": f"{steps.price_up}",
            "bidMultiplierDown": f"{steps.price_down}",
            "askMultiplierUp": f"{steps.price_up}",
            "askMultiplierDown": f"{steps.price_down}",
            "avgPriceMins": 5,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": eight(steps.min_notional),
            "applyMinToMarket": True,
            "maxNotional": eight(steps.max_notional),
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": steps.max_orders},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": steps.max_stop_orders},
    ]


def _head(order: Order, client_id: str) -> Wire:
    return {"symbol": order.symbol, "orderId": order.id, "orderListId": -1, "clientOrderId": client_id}


def _middle(order: Order) -> Wire:
    view: Wire = {
        "price": eight(order.price),
        "origQty": eight(order.quantity),
        "executedQty": eight(order.executed),
        "origQuoteOrderQty": eight(order.quote_quantity),
        "cummulativeQuoteQty": eight(order.cost),
        "status": order.status.value,
        "timeInForce": order.tif.value,
        "type": order.kind.value,
        "side": order.side.value,
    }
    if order.stop_price:
        view["stopPrice"] = eight(order.stop_price)
    return view


def _tail(order: Order) -> Wire:
    view: Wire = {"selfTradePreventionMode": "NONE"}
    if order.working_ms is not None:
        view["workingTime"] = order.working_ms
    return view


def ack_view(order: Order) -> Wire:
    return {**_head(order, order.client_id), "transactTime": order.created_ms}


def result_view(order: Order) -> Wire:
    return {**ack_view(order), **_middle(order), **_tail(order)}


def full_view(order: Order, trades: Iterable[Trade]) -> Wire:
    fills = [
        {
            "price": eight(trade.price),
            "qty": eight(trade.quantity),
            "commission": eight(trade.fee),
            "commissionAsset": trade.fee_asset,
            "tradeId": trade.id,
        }
        for trade in trades
    ]
    view = {**ack_view(order), **_middle(order)}
    return {**view, **_tail(order), "fills": fills}


def answer_view(order: Order, trades: list[Trade], wanted: str | None) -> Wire:
    """What `newOrderRespType` asks for; without it MARKET and LIMIT answer in full, others with an acknowledgement."""
    kind = wanted or ("FULL" if order.kind in (Kind.market, Kind.limit) else "ACK")
    if kind == "ACK":
        return ack_view(order)
    return full_view(order, trades) if kind == "FULL" else result_view(order)


def query_view(order: Order) -> Wire:
    middle = _middle(order)
    quote = middle.pop("origQuoteOrderQty")
    middle.setdefault("stopPrice", eight(Decimal(0)))
    return {
        **_head(order, order.client_id),
        **middle,
        "icebergQty": eight(Decimal(0)),
        "time": order.created_ms,
        "updateTime": order.updated_ms,
        "isWorking": not order.is_waiting,
        "workingTime": order.working_ms if order.working_ms is not None else -1,
        "origQuoteOrderQty": quote,
        "selfTradePreventionMode": "NONE",
    }


def cancel_view(order: Order) -> Wire:
    return {
        "symbol": order.symbol,
        "origClientOrderId": order.client_id,
        "orderId": order.id,
        "orderListId": -1,
        "clientOrderId": order.cancel_id,
        "transactTime": order.updated_ms,
        **_middle(order),
        "selfTradePreventionMode": "NONE",
    }


def trade_view(trade: Trade) -> Wire:
    return {
        "symbol": trade.symbol,
        "id": trade.id,
        "orderId": trade.order_id,
        "orderListId": -1,
        "price": eight(trade.price),
        "qty": eight(trade.quantity),
        "quoteQty": eight(trade.quote),
        "commission": eight(trade.fee),
        "commissionAsset": trade.fee_asset,
        "time": trade.time_ms,
        "isBuyer": trade.side is Side.buy,
        "isMaker": trade.maker,
        "isBestMatch": True,
    }


def account_view(account: Account, *, may_trade: bool, omit_zero: bool) -> Wire:
    fees = account.fees
    return {
        "makerCommission": int(fees.spot_maker * 10_000),
        "takerCommission": int(fees.spot_taker * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": eight(fees.spot_maker),
            "taker": eight(fees.spot_taker),
            "buyer": eight(Decimal(0)),
            "seller": eight(Decimal(0)),
        },
        "canTrade": may_trade,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": account.updated_ms,
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": eight(balance.free), "locked": eight(balance.locked)}
            for asset, balance in sorted(account.spot.items())
            if balance.free or balance.locked or not omit_zero
        ],
        "permissions": ["SPOT"],
        "uid": account.number,
    }
