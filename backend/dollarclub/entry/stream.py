"""The process that holds the exchanges' streams, of keys and of prices: `python -m dollarclub.entry.stream`.

asyncio, one task a key; the database is reached from threads only, so that a slow query holds up no socket. What the
streams miss is repaired by sweeps, so nothing here is needed for being right, only for being quick.
"""

import asyncio
import contextlib
import functools
import gc
import random
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from dollarclub.core import presence
from dollarclub.core.context import Context, build_context
from dollarclub.core.logging import configure_logging, logger
from dollarclub.core.security import Cipher
from dollarclub.core.settings import load_settings
from dollarclub.entry import models  # noqa: F401 (foreign keys are found by the names of all tables)
from dollarclub.entry.chart_desk import ChartDesk
from dollarclub.entry.prices import PriceWatcher
from dollarclub.entry.trading.listener import Listener
from dollarclub.entry.worker_parts import SignsOfLife
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_clients import CatalogMarkets
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.ccxt_pro import StreamLost
from dollarclub.exchanges.errors import CredentialsRefused
from dollarclub.exchanges.gateway import Credentials, OrderReport, TradeReport
from dollarclub.exchanges.streaming import Told, UserStream
from dollarclub.kit.clock import steady_seconds
from dollarclub.orders.flows.stream import store_news
from dollarclub.orders.service import watches
from dollarclub.vault.gateways import read_credentials
from dollarclub.vault.queries import KeyAccess, tradable_keys

LOOK_SECONDS = 1.0
HEARD_SECONDS = 5.0
STOP_SECONDS = 1.5
SHORTEST_PAUSE, LONGEST_PAUSE, REFUSED_PAUSE = 0.25, 30.0, 60.0
STEADY_SECONDS = 10.0
RETRY_SECONDS = 0.5
AT_ONCE = 8
MOST_WAITING = 10_000

Result = TypeVar("Result")
_log = logger(__name__)


class KeyStream:
    """Follows one key for ever: whatever goes wrong, it subscribes again after a growing pause."""

    def __init__(self, process: "StreamProcess", key: KeyAccess) -> None:
        self.key = key
        self._process = process
        self._news: asyncio.Queue[Told] = asyncio.Queue(MOST_WAITING)
        self._stream: UserStream | None = None
        self._began_at: float | None = None
        self._listening = asyncio.create_task(self._listen_forever(), name=f"stream {key.id}")
        self._writing = asyncio.create_task(self._write_forever(), name=f"writer {key.id}")

    @property
    def heard_at(self) -> float | None:
        """When its exchange was last heard, by the loop's clock; None while it is not subscribed."""
        return self._stream.heard_at if self._stream is not None and self._began_at is not None else None

    async def stop(self) -> None:
        """Leave the exchange and store what was told."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.join(), STOP_SECONDS / 2)
        self._writing.cancel()
        await asyncio.gather(self._writing, return_exceptions=True)

    async def _listen_forever(self) -> None:
        pause = SHORTEST_PAUSE
        while True:
            refused = False
            try:
                self._stream = await self._process.open(self.key)
                await self._stream.follow(self._subscribed, self._told)
            except StreamLost as lost:
                refused = lost.refused
                _log.info("stream_lost", key_id=str(self.key.id), reason=str(lost))
            except Exception as error:  # noqa: BLE001 one key's trouble must not end the process
                _log.warning("stream_failed", key_id=str(self.key.id), error=type(error).__name__)
            finally:
                was_steady = self._began_at is not None and steady_seconds() - self._began_at > STEADY_SECONDS
                was_subscribed, self._began_at, self._stream = self._began_at is not None, None, None
                if was_subscribed:
                    await self._ended()
            pause = SHORTEST_PAUSE if was_steady else min(LONGEST_PAUSE, pause * 2)
            await asyncio.sleep((REFUSED_PAUSE if refused else pause) * random.uniform(0.8, 1.2))  # noqa: S311

    async def _subscribed(self) -> None:
        self._began_at = steady_seconds()

        def store() -> None:
            with self._process.context.db.transaction() as session:
                watches.stream_began(session, self.key.id, self.key.account_id)

        await self._process.in_thread(store)
        _log.info("stream_began", key_id=str(self.key.id))

    async def _ended(self) -> None:
        def store() -> None:
            with self._process.context.db.transaction() as session:
                watches.stream_ended(session, [self.key.id])

        with contextlib.suppress(SQLAlchemyError):
            await self._process.in_thread(store)

    def _told(self, told: Told) -> None:
        """Never waits; what does not fit is left to the sweep."""
        try:
            self._news.put_nowait(told)
        except asyncio.QueueFull:
            _log.warning("stream_news_dropped", key_id=str(self.key.id))

    async def _write_forever(self) -> None:
        while True:
            batch = [await self._news.get()]
            while not self._news.empty():
                batch.append(self._news.get_nowait())
            await self._write(batch)
            for _ in batch:
                self._news.task_done()

    async def _write(self, batch: list[Told]) -> None:
        """Until it is stored. What cannot be stored for another reason than the database's absence is swept."""
        trades: list[TradeReport] = [trade for told in batch for trade in told.trades]
        orders: list[OrderReport] = [order for told in batch for order in told.orders]
        store = functools.partial(
            store_news,
            self._process.context.db,
            account_id=self.key.account_id,
            key_id=self.key.id,
            trades=trades,
            orders=orders,
        )
        for _attempt in range(20):
            try:
                await self._process.in_thread(store)
                return
            except SQLAlchemyError as error:
                _log.warning("stream_not_stored", key_id=str(self.key.id), error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:  # noqa: BLE001 the next sweep tells it again
                _log.exception("stream_news_refused", key_id=str(self.key.id))
                return


class StreamProcess:
    """Every key that may trade has a stream, and so has every price that somebody waits for."""

    def __init__(self, context: Context, markets: CatalogMarkets) -> None:
        self.context = context
        self._cipher = Cipher(context.settings.security.encryption_key)
        self._markets = markets
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="stream")
        self._streams: dict[UUID, KeyStream] = {}
        self._stored_at = 0.0

    async def in_thread(self, work: Callable[[], Result]) -> Result:
        """Run what waits for the database away from the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def open(self, key: KeyAccess) -> UserStream:
        """A stream with the key's present secret. Raises StreamLost when it cannot be opened."""
        credentials = await self.in_thread(functools.partial(self._credentials, key))
        return UserStream(credentials, self._markets.of(key.catalog), self.context.settings)

    async def run(self, stopping: asyncio.Event) -> None:
        """Follow keys as they come, change and go, until `stopping`."""
        loop = asyncio.get_running_loop()
        look = asyncio.Event()
        factory = CcxtGatewayFactory(
            self.context.settings, Budget.at(self.context.settings), markets=self._markets
        )
        prices, charts = PriceWatcher(self.context, self._markets, factory), ChartDesk(self.context, factory)

        def on_topic(topic: str) -> None:
            if topic == "keys":
                loop.call_soon_threadsafe(look.set)
            elif topic == "triggers":
                loop.call_soon_threadsafe(prices.wake)

        signs = SignsOfLife(self.context, presence.this_process("stream", {"capacity": 0}))
        listener = Listener(self.context.settings.redis.url.get_secret_value(), on_topic)
        signs.start()
        charts.start()
        listener.start()
        watching = asyncio.create_task(prices.run(stopping), name="prices")
        try:
            while not stopping.is_set():
                look.clear()
                await self._follow_keys()
                await self._store_heard()
                await _first(stopping.wait(), look.wait(), seconds=LOOK_SECONDS)
        finally:
            charts.stop()
            await asyncio.gather(
                self._stop_all(),
                _ended(watching),
                asyncio.to_thread(signs.stop),
                asyncio.to_thread(listener.stop),
            )
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _follow_keys(self) -> None:
        def read() -> list[KeyAccess]:
            with self.context.db.transaction() as session:
                return tradable_keys(session)

        try:
            keys = {key.id: key for key in await self.in_thread(read)}
        except SQLAlchemyError as error:
            _log.warning("stream_keys_not_read", error=type(error).__name__)
            return
        for key_id, stream in list(self._streams.items()):
            key = keys.get(key_id)
            if key is None or key.version != stream.key.version:
                del self._streams[key_id]
                await stream.stop()
        for key_id, key in keys.items():
            if key_id not in self._streams:
                self._streams[key_id] = KeyStream(self, key)

    async def _store_heard(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._stored_at < HEARD_SECONDS:
            return
        heard = [
            key_id for key_id, stream in self._streams.items() if (stream.heard_at or 0.0) > self._stored_at
        ]
        self._stored_at = now

        def store() -> None:
            with self.context.db.transaction() as session:
                watches.stream_heard(session, heard)

        with contextlib.suppress(SQLAlchemyError):
            if heard:
                await self.in_thread(store)

    async def _stop_all(self) -> None:
        streams, self._streams = list(self._streams.values()), {}
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(
                asyncio.gather(*(stream.stop() for stream in streams), return_exceptions=True), STOP_SECONDS
            )

    def _credentials(self, key: KeyAccess) -> Credentials:
        try:
            with self.context.db.transaction() as session:
                return read_credentials(session, key.id, self._cipher)
        except CredentialsRefused as error:
            raise StreamLost(error.message, refused=True) from error


async def _ended(task: "asyncio.Task[None]") -> None:
    """Until it has ended by itself, or has to be ended."""
    await asyncio.wait({task}, timeout=STOP_SECONDS)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _first(*waits: Any, seconds: float) -> None:
    """Until the first of `waits` ends, or `seconds` have passed."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


async def _main(context: Context) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await StreamProcess(context, CatalogMarkets(context.settings)).run(stopping)


def main() -> None:
    """Run until TERM or INT."""
    settings = load_settings()
    configure_logging(settings.server.log_level, log_format=settings.server.log_format)
    if problems := settings.problems():
        raise SystemExit("DollarClub does not start: " + " ".join(problems))
    context = build_context(settings)
    try:
        asyncio.run(_main(context))
    finally:
        context.close()
        # The interpreter's last collection would look through everything that ccxt holds: seconds on a busy machine.
        gc.freeze()


if __name__ == "__main__":
    main()
