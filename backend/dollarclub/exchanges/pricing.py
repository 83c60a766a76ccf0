"""The prices of a catalog's pairs as its exchange pushes them to everybody, through ccxt.pro.

A stream lives until anything goes wrong with it; then whoever listens opens another.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from typing import Any

from dollarclub.core.settings import Settings
from dollarclub.exchanges.ccxt_clients import SharedMarkets
from dollarclub.exchanges.ccxt_pro import PINGS_PER_SILENCE, StreamLost, heard_ms, pro_client, sockets
from dollarclub.exchanges.ccxt_public import price_report
from dollarclub.exchanges.gateway import MarketType, PriceReport
from dollarclub.kit.clock import Clock, utc_now

AT_ONCE = 100
TOGETHER_SECONDS = 0.004
"""Prices of many pairs come in one burst; those of so short a time are handed on together."""

OnPrices = Callable[[list[PriceReport]], None]


def has_marks(market_type: MarketType) -> bool:
    """Whether the pairs have mark prices beside those of the last trade."""
    return market_type is not MarketType.spot


class PriceStream:
    """One subscription to last prices or, with `marks`, to mark prices; to which pairs may change while it lives."""

    def __init__(
        self, shared: SharedMarkets, settings: Settings, *, marks: bool = False, clock: Clock = utc_now
    ) -> None:
        self._shared, self._settings, self._marks, self._clock = shared, settings, marks, clock
        self._silence = settings.trading.price_silence_seconds
        self._wanted: set[str] = set()
        self._changed = asyncio.Event()
        self._seen: dict[str, Any] = {}

    def watch(self, symbols: Collection[str]) -> None:
        """Follow these pairs too. What is followed already goes on until the stream ends."""
        if not self._wanted.issuperset(symbols):
            self._wanted |= set(symbols)
            self._changed.set()

    async def follow(self, on_prices: OnPrices) -> None:
        """Hand on all prices until the stream is lost; always ends by raising StreamLost. `on_prices` must not block."""
        client = None
        try:
            await asyncio.to_thread(self._shared.ensure)
            client = pro_client(
                self._shared.venue, self._shared.catalog, self._settings, silence=self._silence
            )
            if not client.has.get("watchMarkPrices" if self._marks else "watchTickers"):
                raise StreamLost("This venue does not push such prices.", refused=True)
            self._shared.lend(client)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._subscribe(client, group, on_prices))
                group.create_task(self._guard(client))
        except StreamLost:
            raise
        except Exception as error:
            raise _lost(error) from error
        finally:
            if client is not None:
                with contextlib.suppress(Exception):
                    await client.close()

    async def _subscribe(self, client: Any, group: asyncio.TaskGroup, on_prices: OnPrices) -> None:
        """A pair that is not listed would end the whole subscription, so it is left out."""
        followed: set[str] = set()
        while True:
            self._changed.clear()
            new = sorted(symbol for symbol in self._wanted - followed if symbol in client.markets)
            followed |= self._wanted
            for first in range(0, len(new), AT_ONCE):
                group.create_task(self._listen(client, new[first : first + AT_ONCE], on_prices))
            await self._changed.wait()

    async def _listen(self, client: Any, symbols: list[str], on_prices: OnPrices) -> None:
        watch = client.watch_mark_prices if self._marks else client.watch_tickers
        while True:
            await watch(symbols)
            await asyncio.sleep(TOGETHER_SECONDS)
            # ccxt hands over one pair's ticker of a burst and keeps the others here.
            if found := self._news(client.tickers, symbols):
                on_prices(found)

    def _news(self, tickers: dict[str, Any], symbols: list[str]) -> list[PriceReport]:
        found = []
        for symbol in symbols:
            ticker = tickers.get(symbol)
            if ticker is not None and ticker is not self._seen.get(symbol):
                self._seen[symbol] = ticker
                report = price_report(ticker, self._clock())
                if report is not None:
                    found.append(report)
        return found

    async def _guard(self, client: Any) -> None:
        """Notice silence: sockets on which not even pings are answered."""
        loop = asyncio.get_running_loop()
        heard_at, latest_ms = loop.time(), 0
        while True:
            await asyncio.sleep(min(1.0, self._silence / PINGS_PER_SILENCE))
            opened = sockets(client)
            told_ms = max((heard_ms(socket) for socket in opened), default=0)
            if told_ms > latest_ms or not opened:
                latest_ms, heard_at = told_ms, loop.time()
            if loop.time() - heard_at > self._silence:
                raise StreamLost(f"Nothing was heard for {self._silence:g} s.")


def _lost(error: BaseException) -> StreamLost:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, StreamLost) else StreamLost(type(error).__name__)
