"""The prices of a catalog's pairs as its exchange pushes them to everybody, through ccxt.pro: every public trade.

Where a venue does not push the trades of several pairs, its tickers tell the last price. A pair that is not traded is silent.

A stream lives until anything goes wrong with it; then whoever listens opens another.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from dollarclub.core.logging import logger
from dollarclub.core.settings import Settings
from dollarclub.exchanges.ccxt_clients import SharedMarkets
from dollarclub.exchanges.ccxt_pro import PINGS_PER_SILENCE, StreamLost, heard_ms, pro_client, sockets
from dollarclub.exchanges.ccxt_public import price_report, trade_price
from dollarclub.exchanges.gateway import MarketType, PriceReport
from dollarclub.kit.clock import Clock, utc_now

AT_ONCE = 100
TOGETHER_SECONDS = 0.008
"""Prices of many pairs come in bursts; those of so short a time are handed on together."""

LISTED_SECONDS = 15.0
"""How often a pair that is not listed is looked for again."""

TRADES, TICKERS, MARKS = "watch_trades_for_symbols", "watch_tickers", "watch_mark_prices"

OnPrices = Callable[[list[PriceReport]], None]
_log = logger(__name__)


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
            method = _method(client, marks=self._marks)
            self._shared.lend(client)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._subscribe(client, method, group, on_prices))
                group.create_task(self._guard(client))
        except StreamLost:
            raise
        except Exception as error:
            raise _lost(error) from error
        finally:
            if client is not None:
                with contextlib.suppress(Exception):
                    await client.close()

    async def _subscribe(
        self, client: Any, method: str, group: asyncio.TaskGroup, on_prices: OnPrices
    ) -> None:
        """A pair that is not listed would end the whole subscription, so it is left out until it is."""
        followed: set[str] = set()
        while True:
            self._changed.clear()
            if any(symbol not in client.markets for symbol in self._wanted):
                await asyncio.to_thread(self._renew, client)
            new = sorted(symbol for symbol in self._wanted - followed if symbol in client.markets)
            followed.update(new)
            for first in range(0, len(new), AT_ONCE):
                group.create_task(self._listen(client, method, new[first : first + AT_ONCE], on_prices))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    self._changed.wait(), None if followed >= self._wanted else LISTED_SECONDS
                )

    def _renew(self, client: Any) -> None:
        """Give the client a list of markets that has what was listed meanwhile, if there is one."""
        try:
            for symbol in self._wanted:
                self._shared.market(symbol)
            self._shared.lend(client)
        except Exception as error:  # noqa: BLE001 what is followed goes on; the next round tries again
            _log.warning("markets_not_renewed", venue=self._shared.venue.name, error=type(error).__name__)

    async def _listen(self, client: Any, method: str, symbols: list[str], on_prices: OnPrices) -> None:
        watch = getattr(client, method)
        while True:
            await watch(symbols)
            await asyncio.sleep(TOGETHER_SECONDS)
            # ccxt hands over one pair's news of a burst and keeps all of them in its caches.
            if method == TRADES:
                found = [report for symbol in symbols for report in self._trades(client.trades, symbol)]
            else:
                found = [report for symbol in symbols for report in self._ticker(client.tickers, symbol)]
            if found:
                on_prices(found)

    def _trades(self, caches: Mapping[str, Any], symbol: str) -> Iterator[PriceReport]:
        """Those since the last time, oldest first."""
        cache, seen = caches.get(symbol), self._seen.get(symbol)
        if not cache:
            return
        new = 0
        while new < len(cache) and cache[-1 - new] is not seen:
            new += 1
        self._seen[symbol] = cache[-1]
        for back in range(new, 0, -1):
            if (report := trade_price(cache[-back], self._clock())) is not None:
                yield report

    def _ticker(self, tickers: Mapping[str, Any], symbol: str) -> Iterator[PriceReport]:
        ticker = tickers.get(symbol)
        if ticker is not None and ticker is not self._seen.get(symbol):
            self._seen[symbol] = ticker
            if (report := price_report(ticker, self._clock())) is not None:
                yield report

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


def _method(client: Any, *, marks: bool) -> str:
    """The name of the method that follows such prices. Raises StreamLost when the venue pushes none."""
    for name, feature in (
        (TRADES, "watchTradesForSymbols"),
        (TICKERS, "watchTickers"),
        (MARKS, "watchMarkPrices"),
    ):
        if (name == MARKS) == marks and client.has.get(feature):
            return name
    raise StreamLost("This venue does not push such prices.", refused=True)


def _lost(error: BaseException) -> StreamLost:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error if isinstance(error, StreamLost) else StreamLost(type(error).__name__)
