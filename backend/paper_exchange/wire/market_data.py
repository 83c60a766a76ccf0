"""Public data that both markets answer alike: candles, trades, depth, 24 hours."""

from collections.abc import Generator
from decimal import Decimal

from paper_exchange.engine.model import Market
from paper_exchange.engine.money import floor_to, ratio
from paper_exchange.engine.prices import symbol_seed, unit
from paper_exchange.engine.refusal import Refusal
from paper_exchange.engine.symbols import Symbol
from paper_exchange.exchange import Exchange
from paper_exchange.market import DAY_MS, Candle
from paper_exchange.wire.call import Call, Pieces

UNITS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
INTERVALS = (
    "1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w", "1M",
)  # fmt: skip
TRADE_MS = 1_000
CANDLES_AT_ONCE = 10
MONDAY_MS = 4 * 86_400_000
EARLIEST_MS = 1_500_000_000_000
Wire = dict[str, object]


def interval_ms(name: str) -> int:
    """A candle's length; a month is thirty days."""
    if name not in INTERVALS:
        raise Refusal(-1120, "Invalid interval.")
    return 30 * UNITS["d"] if name == "1M" else int(name[:-1]) * UNITS[name[-1]]


def candle_start(at_ms: int, name: str) -> int:
    """When the candle of this moment opened; weeks begin on Monday."""
    length, offset = interval_ms(name), MONDAY_MS if name == "1w" else 0
    return (at_ms - offset) // length * length + offset


def klines(call: Call, market: Market, *, most: int) -> Pieces:
    symbol, interval = call.symbol(market), call.params.text("interval")
    length, limit = interval_ms(interval), call.params.limit(500, most)
    now = call.exchange.quotes.shown_ms(symbol)
    start, end = call.params.whole("startTime"), min(call.params.whole("endTime") or now, now)
    if start is None:
        first = candle_start(end, interval) - (limit - 1) * length
    else:
        first = candle_start(start + length - 1, interval)
    first = max(first, candle_start(EARLIEST_MS, interval))
    views = []
    for at in range(first, end + 1, length)[:limit]:
        views.append(candle_view(call.exchange.quotes.candle(market, symbol, at, length)))
        if len(views) % CANDLES_AT_ONCE == 0:
            yield
    return views


def candle_view(bar: Candle) -> list[object]:
    half, half_quote = floor_to(bar.volume / 2, Decimal("0.00000001")), bar.quote_volume / 2
    return [
        bar.open_ms, f"{bar.open:.8f}", f"{bar.high:.8f}", f"{bar.low:.8f}", f"{bar.close:.8f}", f"{bar.volume:.8f}",
        bar.close_ms, f"{bar.quote_volume:.8f}", bar.trades, f"{half:.8f}", f"{half_quote:.8f}", "0",
    ]  # fmt: skip


def levels(side: dict[Decimal, Decimal], limit: int) -> list[list[str]]:
    """A book's side as [price, quantity]."""
    return [[f"{price:.8f}", f"{quantity:.8f}"] for price, quantity in list(side.items())[:limit]]


def market_trade(exchange: Exchange, market: Market, symbol: Symbol, number: int) -> Wire:
    """The market's trade of this moment: its number is its time in milliseconds, which determines the rest."""
    seed = symbol_seed(exchange.state.seed, symbol.name)
    price = exchange.quotes.price(market, symbol, number)
    step = exchange.quotes.steps(market, symbol).step
    share = Decimal(int(1000 * unit(seed, number))) / 4000
    quantity = max(floor_to(symbol.level_quote * share / price, step), step)
    return {
        "id": number,
        "price": f"{price:.8f}",
        "qty": f"{quantity:.8f}",
        "quoteQty": f"{price * quantity:.8f}",
        "time": number,
        "isBuyerMaker": unit(seed, number, 1) < 0.5,
        "isBestMatch": True,
    }


def recent_trades(call: Call, market: Market) -> list[Wire]:
    symbol, limit = call.symbol(market), call.params.limit(500, 1000)
    newest = call.exchange.quotes.shown_ms(symbol) // TRADE_MS
    return [
        market_trade(call.exchange, market, symbol, second * TRADE_MS)
        for second in range(newest - limit + 1, newest + 1)
    ]


def aggregate_trades(call: Call, market: Market) -> list[Wire]:
    symbol, limit = call.symbol(market), call.params.limit(500, 1000)
    newest = call.exchange.quotes.shown_ms(symbol) // TRADE_MS
    start, end, from_id = (call.params.whole(name) for name in ("startTime", "endTime", "fromId"))
    since = start if from_id is None else from_id
    last = newest if end is None else min(newest, end // TRADE_MS)
    first = last - limit + 1 if since is None else -(-since // TRADE_MS)
    trades = [
        market_trade(call.exchange, market, symbol, second * TRADE_MS)
        for second in range(first, min(last, first + limit - 1) + 1)
    ]
    return [aggregate_view(trade, best=market is Market.spot) for trade in trades]


def aggregate_view(trade: Wire, *, best: bool) -> Wire:
    view = {
        "a": trade["id"], "p": trade["price"], "q": trade["qty"], "f": trade["id"], "l": trade["id"], "T": trade["time"],
        "m": trade["isBuyerMaker"],
    }  # fmt: skip
    return {**view, "M": True} if best else view


def day_view(exchange: Exchange, market: Market, symbol: Symbol) -> Wire:
    """24 hours; spot's has the best bid and ask, the futures' must not: clients tell the markets apart by that."""
    day = exchange.quotes.day(market, symbol)
    change = day.close - day.open
    mean = ratio(day.quote_volume, day.volume) if day.volume else day.close
    newest = day.close_ms // TRADE_MS * TRADE_MS
    last = market_trade(exchange, market, symbol, newest)
    view: Wire = {
        "symbol": symbol.name,
        "priceChange": f"{change:.8f}",
        "priceChangePercent": f"{ratio(change * 100, day.open):.3f}",
        "weightedAvgPrice": f"{mean:.8f}",
        "lastPrice": f"{day.close:.8f}",
        "lastQty": last["qty"],
        "openPrice": f"{day.open:.8f}",
        "highPrice": f"{day.high:.8f}",
        "lowPrice": f"{day.low:.8f}",
        "volume": f"{day.volume:.8f}",
        "quoteVolume": f"{day.quote_volume:.8f}",
        "openTime": day.open_ms,
        "closeTime": day.close_ms,
        "firstId": newest - DAY_MS,
        "lastId": newest,
        "count": day.trades,
    }
    if market is Market.spot:
        best = best_view(exchange, market, symbol)
        view["prevClosePrice"] = view["openPrice"]
        view |= {name: best[name] for name in ("bidPrice", "bidQty", "askPrice", "askQty")}
    return view


def day_views(exchange: Exchange, market: Market, symbols: list[Symbol]) -> Generator[None, None, list[Wire]]:
    """24 hours of several pairs, one piece each."""
    views = []
    for symbol in symbols:
        views.append(day_view(exchange, market, symbol))
        yield
    return views


def best_view(exchange: Exchange, market: Market, symbol: Symbol) -> Wire:
    sample = exchange.quotes.sample(market, symbol)
    bid, ask = (next(iter(side.items()), (0, 0)) for side in (sample.bids, sample.asks))
    return {
        "symbol": symbol.name,
        "bidPrice": f"{bid[0]:.8f}",
        "bidQty": f"{bid[1]:.8f}",
        "askPrice": f"{ask[0]:.8f}",
        "askQty": f"{ask[1]:.8f}",
    }
