"""Spot's public endpoints."""

import json

from paper_exchange.engine.model import Market
from paper_exchange.engine.refusal import Refusal
from paper_exchange.engine.symbols import Symbol
from paper_exchange.wire import market_data
from paper_exchange.wire.call import Call, Pieces, Route, listed_symbols, named_symbol
from paper_exchange.wire.market_data import Wire
from paper_exchange.wire.params import Params
from paper_exchange.wire.spot_views import symbol_view

SPOT = Market.spot


def ping(call: Call) -> Wire:
    return {}


def server_time(call: Call) -> Wire:
    return {"serverTime": call.server_ms}


def chosen(call: Call) -> tuple[list[Symbol], bool]:
    """The symbols of `symbol` or `symbols`, all without either; and whether one was named."""
    name, several = call.params.get("symbol"), call.params.get("symbols")
    if name is not None and several is not None:
        raise Refusal(-1128, "Combination of optional parameters invalid.")
    if name is not None:
        return [named_symbol(call.exchange, SPOT, name)], True
    if several is None:
        return listed_symbols(call.exchange, SPOT), False
    try:
        names = json.loads(several)
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(entry, str) for entry in names):
        raise Refusal(-1100, "Illegal characters found in parameter 'symbols'.")
    if len(set(names)) != len(names):
        raise Refusal(-1151, "Symbol is present multiple times in the list.")
    return [named_symbol(call.exchange, SPOT, entry) for entry in names], False


def exchange_info(call: Call) -> Wire:
    symbols, _ = chosen(call)
    limits = call.limits
    return {
        "timezone": "UTC",
        "serverTime": call.server_ms,
        "rateLimits": [
            {
                "rateLimitType": "REQUEST_WEIGHT",
                "interval": "MINUTE",
                "intervalNum": 1,
                "limit": limits.spot_weight,
            },
            {
                "rateLimitType": "ORDERS",
                "interval": "SECOND",
                "intervalNum": 10,
                "limit": limits.spot_orders_10s,
            },
        ],
        "exchangeFilters": [],
        "symbols": [symbol_view(symbol, symbol.spot) for symbol in symbols if symbol.spot is not None],
    }


def depth(call: Call) -> Wire:
    limit = call.params.limit(100, 5000)
    sample = call.exchange.quotes.sample(SPOT, call.symbol(SPOT))
    return {
        "lastUpdateId": sample.number,
        "bids": market_data.levels(sample.bids, limit),
        "asks": market_data.levels(sample.asks, limit),
    }


def average_price(call: Call) -> Wire:
    symbol, quotes = call.symbol(SPOT), call.exchange.quotes
    return {"mins": 5, "price": f"{quotes.average(SPOT, symbol):.8f}", "closeTime": quotes.shown_ms(symbol)}


def day(call: Call) -> Pieces:
    symbols, one = chosen(call)
    kind = call.params.get("type") or "FULL"
    if kind not in ("FULL", "MINI"):
        raise Refusal(-1139, "Invalid ticker type.")
    views = yield from market_data.day_views(call.exchange, SPOT, symbols)
    if kind == "MINI":
        left_out = (
            "priceChange", "priceChangePercent", "weightedAvgPrice", "prevClosePrice", "lastQty", "bidPrice", "bidQty",
            "askPrice", "askQty",
        )  # fmt: skip
        views = [{name: value for name, value in view.items() if name not in left_out} for view in views]
    return views[0] if one else views


def price(call: Call) -> object:
    symbols, one = chosen(call)
    quotes = call.exchange.quotes
    views = [
        {"symbol": symbol.name, "price": f"{quotes.price(SPOT, symbol, quotes.shown_ms(symbol)):.8f}"}
        for symbol in symbols
    ]
    return views[0] if one else views


def best(call: Call) -> object:
    symbols, one = chosen(call)
    views = [market_data.best_view(call.exchange, SPOT, symbol) for symbol in symbols]
    return views[0] if one else views


def _depth_weight(params: Params) -> int:
    limit = params.whole("limit") or 100
    return 5 if limit <= 100 else 25 if limit <= 500 else 50 if limit <= 1000 else 250


class SeveralWeight:
    """What a ticker call weighs: one symbol little, all of them much."""

    def __init__(self, one: int, everything: int) -> None:
        self.one, self.everything = one, everything

    def __call__(self, params: Params) -> int:
        if "symbol" in params:
            return self.one
        return min(2 * self.one, self.everything) if "symbols" in params else self.everything


ROUTES = [
    Route("GET", "/api/v3/ping", SPOT, ping),
    Route("GET", "/api/v3/time", SPOT, server_time),
    Route("GET", "/api/v3/exchangeInfo", SPOT, exchange_info, weight=20),
    Route("GET", "/api/v3/depth", SPOT, depth, weight=_depth_weight),
    Route("GET", "/api/v3/trades", SPOT, lambda call: market_data.recent_trades(call, SPOT), weight=25),
    Route(
        "GET", "/api/v3/historicalTrades", SPOT, lambda call: market_data.recent_trades(call, SPOT), weight=25
    ),
    Route("GET", "/api/v3/aggTrades", SPOT, lambda call: market_data.aggregate_trades(call, SPOT), weight=4),
    Route("GET", "/api/v3/klines", SPOT, lambda call: market_data.klines(call, SPOT, most=1000), weight=2),
    Route("GET", "/api/v3/uiKlines", SPOT, lambda call: market_data.klines(call, SPOT, most=1000), weight=2),
    Route("GET", "/api/v3/avgPrice", SPOT, average_price, weight=2),
    Route("GET", "/api/v3/ticker/24hr", SPOT, day, weight=SeveralWeight(2, 80)),
    Route("GET", "/api/v3/ticker/price", SPOT, price, weight=SeveralWeight(2, 4)),
    Route("GET", "/api/v3/ticker/bookTicker", SPOT, best, weight=SeveralWeight(2, 4)),
]
