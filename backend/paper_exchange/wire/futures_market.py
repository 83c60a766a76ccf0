"""USDT-M's public endpoints."""

from paper_exchange.engine.margin import brackets
from paper_exchange.engine.model import Market
from paper_exchange.engine.symbols import Symbol
from paper_exchange.engine.upkeep import FUNDING_MS, funding_rate
from paper_exchange.wire import market_data
from paper_exchange.wire.auth import Security
from paper_exchange.wire.call import Call, Pieces, Route, listed_symbols, named_symbol
from paper_exchange.wire.futures_views import plain, symbol_view
from paper_exchange.wire.market_data import Wire
from paper_exchange.wire.params import Params

USDM = Market.usdm


def ping(call: Call) -> Wire:
    return {}


def server_time(call: Call) -> Wire:
    return {"serverTime": call.server_ms}


def exchange_info(call: Call) -> Wire:
    limits = call.limits
    return {
        "exchangeFilters": [],
        "rateLimits": [
            {
                "interval": "MINUTE",
                "intervalNum": 1,
                "limit": limits.usdm_weight,
                "rateLimitType": "REQUEST_WEIGHT",
            },
            {
                "interval": "MINUTE",
                "intervalNum": 1,
                "limit": limits.usdm_orders_1m,
                "rateLimitType": "ORDERS",
            },
            {
                "interval": "SECOND",
                "intervalNum": 10,
                "limit": limits.usdm_orders_10s,
                "rateLimitType": "ORDERS",
            },
        ],
        "serverTime": call.server_ms,
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "0"}],
        "symbols": [
            symbol_view(s, s.usdm) for s in listed_symbols(call.exchange, USDM) if s.usdm is not None
        ],
        "timezone": "UTC",
    }


def chosen(call: Call) -> tuple[list[Symbol], bool]:
    """The symbol asked for, or all of them."""
    name = call.params.get("symbol")
    if name is None:
        return listed_symbols(call.exchange, USDM), False
    return [named_symbol(call.exchange, USDM, name)], True


def depth(call: Call) -> Wire:
    sample = call.exchange.quotes.sample(USDM, call.symbol(USDM))
    limit, now = call.params.limit(500, 1000), call.exchange.quotes.now_ms
    return {
        "lastUpdateId": sample.number,
        "E": now,
        "T": now,
        "bids": market_data.levels(sample.bids, limit),
        "asks": market_data.levels(sample.asks, limit),
    }


def day(call: Call) -> Pieces:
    symbols, one = chosen(call)
    views = yield from market_data.day_views(call.exchange, USDM, symbols)
    return views[0] if one else views


def price(call: Call) -> object:
    symbols, one = chosen(call)
    quotes = call.exchange.quotes
    views = []
    for symbol in symbols:
        at = quotes.shown_ms(symbol)
        views.append({"symbol": symbol.name, "price": plain(quotes.price(USDM, symbol, at)), "time": at})
    return views[0] if one else views


def best(call: Call) -> object:
    symbols, one = chosen(call)
    views: list[Wire] = []
    for symbol in symbols:
        now = call.exchange.quotes.now_ms
        number = call.exchange.quotes.sample(USDM, symbol).number
        views.append(
            {**market_data.best_view(call.exchange, USDM, symbol), "time": now, "lastUpdateId": number}
        )
    return views[0] if one else views


def premium(call: Call) -> object:
    symbols, one = chosen(call)
    views: list[Wire] = []
    for symbol in symbols:
        now = call.exchange.quotes.now_ms
        due = (now // FUNDING_MS + 1) * FUNDING_MS
        mark = f"{call.exchange.quotes.mark(symbol):.8f}"
        rate = f"{funding_rate(call.exchange.state.seed, symbol.name, due):.8f}"
        views.append(
            {
                "symbol": symbol.name, "markPrice": mark, "indexPrice": mark, "estimatedSettlePrice": mark,
                "lastFundingRate": rate, "interestRate": "0.00010000", "nextFundingTime": due, "time": now,
            }
        )  # fmt: skip
    return views[0] if one else views


def funding_history(call: Call) -> list[Wire]:
    symbol, limit = call.symbol(USDM), call.params.limit(100, 1000)
    now = call.exchange.quotes.now_ms
    end = min(call.params.whole("endTime") or now, now) // FUNDING_MS
    start = call.params.whole("startTime")
    first = end - limit + 1 if start is None else -(-start // FUNDING_MS)
    times = [number * FUNDING_MS for number in range(first, end + 1)][:limit]
    return [
        {
            "symbol": symbol.name,
            "fundingTime": at,
            "fundingRate": f"{funding_rate(call.exchange.state.seed, symbol.name, at):.8f}",
            "markPrice": f"{call.exchange.quotes.price(USDM, symbol, at):.8f}",
        }
        for at in times
    ]


def leverage_brackets(call: Call) -> list[Wire]:
    symbols, _ = chosen(call)
    return [
        {
            "symbol": symbol.name,
            "notionalCoef": 1,
            "brackets": [
                {
                    "bracket": row.number,
                    "initialLeverage": row.leverage,
                    "notionalCap": int(row.cap),
                    "notionalFloor": int(row.floor),
                    "maintMarginRatio": float(row.rate),
                    "cum": float(row.cumulated),
                }
                for row in brackets(symbol.name)
            ],
        }
        for symbol in symbols
    ]


def _depth_weight(params: Params) -> int:
    limit = params.whole("limit") or 500
    return 2 if limit <= 50 else 5 if limit <= 100 else 10 if limit <= 500 else 20


def _one_or_all(params: Params) -> int:
    return 1 if "symbol" in params else 40


ROUTES = [
    Route("GET", "/fapi/v1/ping", USDM, ping),
    Route("GET", "/fapi/v1/time", USDM, server_time),
    Route("GET", "/fapi/v1/exchangeInfo", USDM, exchange_info),
    Route("GET", "/fapi/v1/depth", USDM, depth, weight=_depth_weight),
    Route("GET", "/fapi/v1/trades", USDM, lambda call: market_data.recent_trades(call, USDM), weight=5),
    Route(
        "GET", "/fapi/v1/aggTrades", USDM, lambda call: market_data.aggregate_trades(call, USDM), weight=20
    ),
    Route("GET", "/fapi/v1/klines", USDM, lambda call: market_data.klines(call, USDM, most=1500), weight=5),
    Route("GET", "/fapi/v1/ticker/24hr", USDM, day, weight=_one_or_all),
    Route("GET", "/fapi/v1/ticker/price", USDM, price),
    Route("GET", "/fapi/v2/ticker/price", USDM, price),
    Route("GET", "/fapi/v1/ticker/bookTicker", USDM, best, weight=2),
    Route("GET", "/fapi/v1/premiumIndex", USDM, premium),
    Route("GET", "/fapi/v1/fundingRate", USDM, funding_history),
    Route("GET", "/fapi/v1/leverageBracket", USDM, leverage_brackets, Security.read),
]
