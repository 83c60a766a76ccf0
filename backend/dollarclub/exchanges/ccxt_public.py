"""What anybody may ask of an exchange, through one of ccxt's clients: present prices, candles, its clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dollarclub.exchanges import ccxt_values as values
from dollarclub.exchanges.gateway import Candle, PriceReport
from dollarclub.kit.clock import Clock

Row = Mapping[str, Any]


def prices(client: Any, symbols: Sequence[str], now: datetime) -> list[PriceReport]:
    """The present prices of pairs of one market type, with their marks where the venue has them."""
    listed = [symbol for symbol in symbols if symbol in client.markets]
    if not listed:
        return []
    if client.has.get("fetchTickers"):
        last = client.fetch_tickers(listed)
    else:
        last = {symbol: client.fetch_ticker(symbol) for symbol in listed}
    contracts = bool(client.markets[listed[0]].get("contract"))
    marks = client.fetch_mark_prices(listed) if contracts and client.has.get("fetchMarkPrices") else {}
    found = [price_report({**marks.get(symbol, {}), **_filled(last.get(symbol))}, now) for symbol in listed]
    return [report for report in found if report is not None]


def price_report(row: Row, now: datetime) -> PriceReport | None:
    """What a ticker of ccxt says of the price; None when it says nothing."""
    last, mark = values.decimal(row.get("last")), values.decimal(row.get("markPrice"))
    if last is None and mark is None:
        return None
    return PriceReport(row["symbol"], last or None, mark or None, values.when(row.get("timestamp")) or now)


def trade_price(row: Row, now: datetime) -> PriceReport | None:
    """What a public trade of ccxt says of the price."""
    price = values.decimal(row.get("price"))
    return (
        PriceReport(row["symbol"], price, None, values.when(row.get("timestamp")) or now) if price else None
    )


def candles(client: Any, symbol: str, timeframe: str, since: datetime | None, limit: int) -> list[Candle]:
    """Bars, oldest first; those that cannot be read are left out."""
    start = None if since is None else int(since.timestamp() * 1000)
    found = []
    for opened_ms, *rest in client.fetch_ohlcv(symbol, timeframe, start, limit):
        opened_at, numbers = values.when(opened_ms), [values.decimal(each) for each in rest[:5]]
        if opened_at is not None and None not in numbers:
            found.append(Candle(opened_at, *(values.number(each) for each in numbers)))
    return found


def skew(client: Any, clock: Clock) -> timedelta:
    """The exchange's clock minus ours, half the round trip taken off."""
    asked = clock()
    server_ms = client.fetch_time()
    answered = clock()
    ours_ms = (asked.timestamp() + answered.timestamp()) * 500
    return timedelta(milliseconds=float(server_ms) - ours_ms)


def _filled(row: Row | None) -> dict[str, Any]:
    return {name: value for name, value in (row or {}).items() if value is not None}
