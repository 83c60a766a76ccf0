"""The price streams of one catalog, for ever: whatever goes wrong, they are opened again after a growing pause."""

import asyncio
import random
from collections.abc import Callable, Collection

from dollarclub.core.logging import logger
from dollarclub.core.settings import Settings
from dollarclub.exchanges.ccxt_clients import SharedMarkets
from dollarclub.exchanges.ccxt_pro import StreamLost
from dollarclub.exchanges.gateway import PriceReport
from dollarclub.exchanges.pricing import PriceStream, has_marks
from dollarclub.kit.clock import steady_seconds

SHORTEST_PAUSE, LONGEST_PAUSE, REFUSED_PAUSE = 0.25, 15.0, 300.0
STEADY_SECONDS = 10.0

_log = logger(__name__)


class PriceFeed:
    """Last prices and, on futures, mark prices of the pairs that are watched."""

    def __init__(
        self, shared: SharedMarkets, settings: Settings, on_prices: Callable[[list[PriceReport]], None]
    ) -> None:
        self._shared, self._settings, self._on_prices = shared, settings, on_prices
        self._symbols: frozenset[str] = frozenset()
        self._streams: dict[bool, PriceStream] = {}
        kinds = [False, True] if has_marks(shared.catalog.market_type) else [False]
        self._tasks = [asyncio.create_task(self._follow_forever(marks)) for marks in kinds]

    def watch(self, symbols: Collection[str]) -> None:
        """Follow these pairs."""
        self._symbols = frozenset(symbols)
        for stream in self._streams.values():
            stream.watch(self._symbols)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow_forever(self, marks: bool) -> None:
        pause = SHORTEST_PAUSE
        while True:
            began_at, refused = steady_seconds(), False
            stream = PriceStream(self._shared, self._settings, marks=marks)
            self._streams[marks] = stream
            stream.watch(self._symbols)
            try:
                await stream.follow(self._on_prices)
            except StreamLost as lost:
                refused = lost.refused
                _log.info("price_stream_lost", venue=self._shared.venue.name, marks=marks, reason=str(lost))
            except Exception as error:  # noqa: BLE001 one venue's trouble must not end the process
                _log.warning("price_stream_failed", venue=self._shared.venue.name, error=type(error).__name__)
            was_steady = steady_seconds() - began_at > STEADY_SECONDS
            pause = SHORTEST_PAUSE if was_steady else min(LONGEST_PAUSE, pause * 2)
            await asyncio.sleep((REFUSED_PAUSE if refused else pause) * random.uniform(0.8, 1.2))  # noqa: S311
