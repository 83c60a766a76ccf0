"""Candles for charts. Who serves charts does not reach exchanges: it asks through Redis, and whoever does answers there.

Nothing depends on it: without Redis, or without anybody who answers, there is no chart for a while.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

import redis

from dollarclub.core.errors import Unavailable
from dollarclub.exchanges.errors import ExchangeError
from dollarclub.exchanges.gateway import Candle, Catalog, Environment, MarketType
from dollarclub.kit.money import plain

_ASKED = "candles:asked"
_MOST_WAITING = 200
_GOOD_MS = 4_000
_PROBLEM_MS = 1_500
_LOOK_SECONDS = 0.03
_AWAY = "Charts are not available at the moment."


@dataclass(frozen=True)
class CandleWish:
    """The newest `limit` bars of a pair; `timeframe` as ccxt names it."""

    catalog: Catalog
    symbol: str
    timeframe: str
    limit: int

    def text(self) -> str:
        catalog = self.catalog
        return json.dumps(
            [catalog.venue, catalog.market_type, catalog.environment, self.symbol, self.timeframe, self.limit]
        )

    @classmethod
    def read(cls, text: str | bytes) -> "CandleWish":
        venue, market_type, environment, symbol, timeframe, limit = json.loads(text)
        catalog = Catalog(venue, MarketType(market_type), Environment(environment))
        return cls(catalog, symbol, timeframe, limit)


ReadCandles = Callable[[CandleWish], Sequence[Candle]]


def ask(client: redis.Redis, wish: CandleWish, *, seconds: float = 4.0) -> list[Candle]:
    """Bars that are a few seconds old at most. Raises Unavailable when nobody answers in time, or the exchange does not."""
    text = wish.text()
    deadline = time.monotonic() + seconds
    try:
        while (answer := cast("bytes | None", client.get(f"candles:{text}"))) is None:
            if client.set(f"candles:waiting:{text}", 1, nx=True, px=int(seconds * 1000)):
                client.rpush(_ASKED, text)
                client.ltrim(_ASKED, -_MOST_WAITING, -1)
                client.expire(_ASKED, 10)
            if time.monotonic() > deadline:
                raise Unavailable(_AWAY, code="no_candles")
            time.sleep(_LOOK_SECONDS)
    except redis.RedisError as error:
        raise Unavailable(_AWAY, code="no_candles") from error
    found = json.loads(answer)
    if isinstance(found, str):
        raise Unavailable(found, code="no_candles")
    return [_candle(row) for row in found]


def answer_next(client: redis.Redis, read: ReadCandles) -> None:
    """Wait a second for a wish and answer it. Raises RedisError."""
    asked = cast("tuple[bytes, bytes] | None", client.blpop([_ASKED], timeout=1))
    if asked is None:
        return
    wish = CandleWish.read(asked[1])
    try:
        answer: Any = [_row(candle) for candle in read(wish)]
        kept_ms = _GOOD_MS
    except ExchangeError as error:
        answer, kept_ms = f"The exchange gives no candles: {error.message}", _PROBLEM_MS
    text = wish.text()
    client.set(f"candles:{text}", json.dumps(answer), px=kept_ms)
    client.delete(f"candles:waiting:{text}")


def _row(candle: Candle) -> list[Any]:
    prices = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    return [round(candle.opened_at.timestamp() * 1000), *(plain(each) for each in prices)]


def _candle(row: list[Any]) -> Candle:
    opened_at = datetime.fromtimestamp(row[0] / 1000, UTC)
    return Candle(opened_at, *(Decimal(each) for each in row[1:]))
