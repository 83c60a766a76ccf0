"""Watches prices for the positions: part of the process `stream`.

A price that reaches a trigger is latched in the database at once; what it means is decided by the trading workers. A
kill loses nothing that lasts: the first price after a start is compared with every armed trigger too.
"""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.entry.price_feed import PriceFeed
from dollarclub.exchanges import service as exchanges
from dollarclub.exchanges.ccxt_clients import CatalogMarkets
from dollarclub.exchanges.errors import ExchangeError
from dollarclub.exchanges.gateway import Catalog, Gateway, GatewayFactory, PriceReport
from dollarclub.kit.clock import steady_seconds
from dollarclub.pool import queries as pool
from dollarclub.positions.rules.triggers import Armed, Extreme, Firing, Place, TriggerBook
from dollarclub.positions.service import triggers

LOOK_SECONDS = 1.0
LEAST_PAUSE = 0.1
RETRY_SECONDS = 0.25
STREAM, REST = "stream", "rest"

Result = TypeVar("Result")
_log = logger(__name__)


@dataclass(slots=True)
class Quote:
    """What is known of a pair's price, the last one and the mark, each with when it was told and (steady seconds) heard."""

    symbol: str
    last: Decimal | None = None
    mark: Decimal | None = None
    last_told: datetime | None = None
    mark_told: datetime | None = None
    last_heard: float | None = None
    mark_heard: float | None = None
    is_stored: bool = True

    def hear(self, report: PriceReport, now: float, *, anew: bool) -> None:
        """Take what is not older than what is known; with `anew`, what is newer: an exchange that stands still says nothing."""
        if report.last is not None and _is_later(report.told_at, self.last_told, anew=anew):
            self.last, self.last_told, self.last_heard, self.is_stored = (
                report.last,
                report.told_at,
                now,
                False,
            )
        if report.mark is not None and _is_later(report.told_at, self.mark_told, anew=anew):
            self.mark, self.mark_told, self.mark_heard, self.is_stored = (
                report.mark,
                report.told_at,
                now,
                False,
            )

    def report(self) -> PriceReport:
        """What is known, as one report."""
        told = max(each for each in (self.last_told, self.mark_told) if each is not None)
        return PriceReport(self.symbol, self.last, self.mark, told)

    def heard(self) -> float:
        return max(self.last_heard or 0.0, self.mark_heard or 0.0)

    def price(self, now: float, patience: float) -> Decimal | None:
        """What triggers are compared with: the last price, or the mark price while the last one is stale."""
        if self.last_heard is not None and now - self.last_heard <= patience:
            return self.last
        if self.mark_heard is not None and now - self.mark_heard <= patience:
            return self.mark
        return None


def _is_later(told: datetime, known: datetime | None, *, anew: bool) -> bool:
    return known is None or told > known or (told == known and not anew)


@dataclass(frozen=True)
class Watched:
    """What is to be watched by now; `armed` is None when it is as it was."""

    fingerprint: tuple[int, Decimal]
    armed: list[Armed] | None
    places: frozenset[Place]


class PriceWatcher:
    """Follows the prices of all pairs that have armed triggers or active groups."""

    def __init__(self, context: Context, markets: CatalogMarkets, factory: GatewayFactory) -> None:
        self._context, self._markets, self._factory = context, markets, factory
        self._patience = context.settings.trading.price_silence_seconds
        self._book = TriggerBook()
        self._quotes: dict[Place, Quote] = {}
        self._places: dict[Place, float] = {}
        self._feeds: dict[Catalog, PriceFeed] = {}
        self._gateways: dict[Catalog, Gateway] = {}
        self._asked_at: dict[Catalog, float] = {}
        self._asking: dict[Catalog, asyncio.Task[None]] = {}
        self._blind: set[Place] = set()
        self._extremes: dict[UUID, Extreme] = {}
        self._fingerprint: tuple[int, Decimal] | None = None
        self._cared_at = 0.0
        self._look = asyncio.Event()
        self._fired: asyncio.Queue[tuple[str, list[Firing]]] = asyncio.Queue()
        self._firing = ThreadPoolExecutor(1, thread_name_prefix="firing")
        self._reading = ThreadPoolExecutor(3, thread_name_prefix="prices")

    def wake(self) -> None:
        """Other prices are to be watched. To be called in the loop."""
        self._look.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`."""
        writer = asyncio.create_task(self._latch_forever())
        stopped = asyncio.create_task(stopping.wait())
        try:
            await self._tried(self._reading, triggers.sees_again)
            while not stopping.is_set():
                self._look.clear()
                try:
                    await self._care()
                except Exception:  # noqa: BLE001 whatever it is, prices have to be watched on
                    _log.exception("prices_not_cared_for")
                looked = asyncio.create_task(self._look.wait())
                await asyncio.wait(
                    {stopped, looked}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                looked.cancel()
                await asyncio.wait({stopped}, timeout=LEAST_PAUSE)
        finally:
            stopped.cancel()
            await asyncio.gather(*(feed.stop() for feed in self._feeds.values()), return_exceptions=True)
            await self._store()
            writer.cancel()
            for task in self._asking.values():
                task.cancel()
            self._firing.shutdown(wait=False, cancel_futures=True)
            self._reading.shutdown(wait=False, cancel_futures=True)

    async def _care(self) -> None:
        await self._reload()
        if steady_seconds() - self._cared_at >= LOOK_SECONDS:
            self._cared_at = steady_seconds()
            self._ask_silent()
            await self._raise_alarms()
            await self._store()

    # What is watched.

    async def _reload(self) -> None:
        known = self._fingerprint

        def read(session: Session) -> Watched:
            fingerprint = triggers.fingerprint(session)
            armed = triggers.armed(session) if fingerprint != known else None
            return Watched(fingerprint, armed, triggers.places(session) | pool.watched(session))

        found = await self._tried(self._reading, read)
        if found is None:
            return
        self._follow(found.places)
        if found.armed is not None:
            self._fingerprint = found.fingerprint
            for place in self._book.replace(found.armed):
                if (quote := self._quotes.get(place)) is not None:
                    self._compare(place, quote, STREAM)

    def _follow(self, places: frozenset[Place]) -> None:
        now = steady_seconds()
        for place in [place for place in self._places if place not in places]:
            del self._places[place]
            self._quotes.pop(place, None)
            self._blind.discard(place)
        by_catalog: dict[Catalog, set[str]] = {catalog: set() for catalog in self._feeds}
        for catalog, symbol in places:
            self._places.setdefault((catalog, symbol), now)
            by_catalog.setdefault(catalog, set()).add(symbol)
        for catalog, symbols in by_catalog.items():
            if catalog not in self._feeds:
                on_prices = functools.partial(self._on_prices, catalog, STREAM)
                self._feeds[catalog] = PriceFeed(self._markets.of(catalog), self._context.settings, on_prices)
            self._feeds[catalog].watch(symbols)

    # Prices as they come.

    def _on_prices(self, catalog: Catalog, source: str, reports: list[PriceReport]) -> None:
        """In the loop, never waiting."""
        now = steady_seconds()
        for report in reports:
            place = (catalog, report.symbol)
            if place not in self._places:
                continue
            quote = self._quotes.setdefault(place, Quote(report.symbol))
            quote.hear(report, now, anew=source == REST)
            self._compare(place, quote, source)

    def _compare(self, place: Place, quote: Quote, source: str) -> None:
        price = quote.price(steady_seconds(), self._patience)
        if price is not None and (firings := self._book.on_price(*place, price)):
            self._fired.put_nowait((source, firings))

    async def _latch_forever(self) -> None:
        """Until it is stored: what was reached is never forgotten while this process lives."""
        while True:
            batch = [await self._fired.get()]
            while not self._fired.empty():
                batch.append(self._fired.get_nowait())
            for source in (STREAM, REST):
                firings = [each for by, found in batch if by == source for each in found]
                latch = functools.partial(triggers.fire, firings=firings, by=source)
                while firings and await self._tried(self._firing, latch) is None:
                    await asyncio.sleep(RETRY_SECONDS)

    # Freshness.

    def _silent(self, patience: float) -> list[Place]:
        """Places of which nothing was heard for so long."""
        now = steady_seconds()
        found = []
        for place, since in self._places.items():
            quote = self._quotes.get(place)
            heard = since if quote is None else quote.heard()
            if now - heard > patience:
                found.append(place)
        return found

    def _ask_silent(self) -> None:
        """Ask the exchange itself for the prices that its stream does not tell, and at once for those not known yet."""
        silent: dict[Catalog, set[str]] = {}
        pauses: dict[Catalog, float] = {}
        for catalog, symbol in self._silent(self._patience / 2):
            silent.setdefault(catalog, set()).add(symbol)
        for catalog, symbol in self._places.keys() - self._quotes.keys():
            silent.setdefault(catalog, set()).add(symbol)
            pauses[catalog] = LOOK_SECONDS
        now = steady_seconds()
        for catalog, symbols in silent.items():
            task, pause = self._asking.get(catalog), pauses.get(catalog, self._patience / 2)
            if now - self._asked_at.get(catalog, 0.0) >= pause and (task is None or task.done()):
                self._asked_at[catalog] = now
                self._asking[catalog] = asyncio.create_task(self._ask(catalog, sorted(symbols)))

    async def _ask(self, catalog: Catalog, symbols: list[str]) -> None:
        def read() -> list[PriceReport]:
            if catalog not in self._gateways:
                self._gateways[catalog] = self._factory.public(catalog)
            return list(self._gateways[catalog].prices(symbols))

        try:
            reports = await asyncio.get_running_loop().run_in_executor(self._reading, read)
        except ExchangeError as error:
            _log.warning("prices_not_read", venue=catalog.venue, error=error.message)
        except Exception as error:  # noqa: BLE001 asked again after a while
            _log.warning("prices_not_read", venue=catalog.venue, error=type(error).__name__)
        else:
            self._on_prices(catalog, REST, reports)

    async def _raise_alarms(self) -> None:
        """Repeated as long as it lasts: groups may have been opened meanwhile."""
        silent = set(self._silent(self._patience * 2))
        for place in sorted(silent | self._blind, key=lambda each: (each[0].venue, each[1])):
            if place in silent:
                if place not in self._blind:
                    _log.error("prices_blind", venue=place[0].venue, symbol=place[1])
                self._blind.add(place)
                await self._tried(self._reading, functools.partial(triggers.gone_blind, place=place))
            elif await self._tried(self._reading, functools.partial(_sees_again, place=place)):
                self._blind.discard(place)
                _log.info("prices_seen_again", venue=place[0].venue, symbol=place[1])

    async def _store(self) -> None:
        """The latest prices, and how far trailing triggers have come."""
        self._extremes.update({each.trigger_id: each for each in self._book.moved_extremes()})
        extremes = list(self._extremes.values())
        changed = [(place, quote) for place, quote in self._quotes.items() if not quote.is_stored]
        prices = [(catalog, quote.report()) for (catalog, _), quote in changed]
        if not prices and not extremes:
            return
        for _, quote in changed:
            quote.is_stored = True

        def store(session: Session) -> bool:
            exchanges.store_prices(session, prices)
            triggers.store_extremes(session, extremes)
            return True

        if await self._tried(self._reading, store):
            for each in extremes:
                if self._extremes.get(each.trigger_id) is each:
                    del self._extremes[each.trigger_id]

    async def _tried(self, threads: ThreadPoolExecutor, step: Callable[[Session], Result]) -> Result | None:
        """A step in a transaction of its own, away from the loop; None when the database is away."""

        def work() -> Result:
            with self._context.db.transaction() as session:
                return step(session)

        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        except SQLAlchemyError as error:
            _log.warning("prices_without_database", error=type(error).__name__)
            return None


def _sees_again(session: Session, place: Place) -> bool:
    triggers.sees_again(session, place)
    return True
