"""The inbox of webhooks: one thread that stores whatever waits in one transaction, and answers once it has committed.

Nothing waits long. While the database is away or does not answer, a request is turned away within a second, since a
sender repeats an alert that was answered 503 and drops one that hung. An alert whose commit is uncertain is answered
503 too: its repeat is recognised.
"""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from dollarclub.core.context import Context
from dollarclub.core.db import Database
from dollarclub.core.errors import DomainError, Unavailable
from dollarclub.core.logging import logger
from dollarclub.core.security import Cipher
from dollarclub.kit.buckets import TokenBuckets
from dollarclub.signals.service.inbox import Answer, Post, Receipt, receive

AT_ONCE = 100
LINGER_SECONDS = 0.002
PATIENCE_SECONDS = 0.85
"""How long one transaction may take before everybody who waits is turned away."""

LONGEST_WAIT_SECONDS = 2.3
"""TradingView hangs up after three seconds."""

PROBE_SECONDS = 0.25
LOOK_SECONDS = 0.1
LOG_SECONDS = 10.0
_CONNECT_SECONDS = 1

_log = logger(__name__)


def _away() -> Unavailable:
    return Unavailable("The database does not answer; send the alert again.", code="database_unavailable")


@dataclass(eq=False)
class _Waiting:
    """A request whose answer is awaited; the future belongs to the event loop."""

    post: Post
    answer: "asyncio.Future[Answer]"


class Inbox:
    """Takes requests from the event loop that `running` runs in."""

    def __init__(self, context: Context) -> None:
        settings = context.settings
        self._db = Database(
            settings.database.url.get_secret_value(),
            pool_size=1,
            pool_timeout=PATIENCE_SECONDS,
            connect_timeout=_CONNECT_SECONDS,
        )
        self._db.on_commit = context.bus.send
        self._cipher = Cipher(settings.security.encryption_key)
        self._buckets = TokenBuckets(settings.webhooks.burst, settings.webhooks.per_second)
        self._arriving: list[_Waiting] = []
        self._queue: queue.SimpleQueue[list[_Waiting] | None] = queue.SimpleQueue()
        self._outstanding: set[_Waiting] = set()
        self._busy_since: float | None = None
        self._is_away = False
        self._turned_away = _Tally()
        self._loop: asyncio.AbstractEventLoop | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Store what comes until the block ends; what waits then is still stored."""
        self._loop = asyncio.get_running_loop()
        thread = threading.Thread(target=self._run, name="inbox", daemon=True)
        thread.start()
        watch = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watch.cancel()
            self._queue.put(None)
            await asyncio.to_thread(thread.join, LONGEST_WAIT_SECONDS)
            self._db.close()

    async def put(self, post: Post) -> Receipt:
        """Store one alert. Raises what the sender is to be told; when it returns, the alert is committed."""
        assert self._loop is not None
        if self._is_away or self._is_stuck():
            raise _away()
        waiting = _Waiting(post, self._loop.create_future())
        self._outstanding.add(waiting)
        if not self._arriving:
            self._loop.call_soon(self._hand_over)
        self._arriving.append(waiting)
        try:
            answer = await waiting.answer
        finally:
            self._outstanding.discard(waiting)
        if isinstance(answer, DomainError):
            raise answer
        return answer

    def _hand_over(self) -> None:
        """Give the writer all that arrived in one turn of the event loop: fewer, larger transactions, no delay."""
        arrived, self._arriving = self._arriving, []
        self._queue.put(arrived)

    def _is_stuck(self) -> bool:
        since = self._busy_since
        return since is not None and time.monotonic() - since > PATIENCE_SECONDS

    async def _watch(self) -> None:
        """Turn everybody away when the writer is stuck, and whoever has waited too long."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self._outstanding:
                continue
            before = time.monotonic() if self._is_stuck() else time.monotonic() - LONGEST_WAIT_SECONDS
            for waiting in self._outstanding:
                if waiting.post.arrived < before and not waiting.answer.done():
                    waiting.answer.set_result(_away())

    def _run(self) -> None:
        self._connect()
        last = 1
        while (first := self._queue.get()) is not None:
            batch, ended = self._gather(first, last)
            last = len(batch)
            # Whoever was turned away meanwhile will send again, so nothing is done for them.
            batch = [waiting for waiting in batch if not waiting.answer.done()]
            if batch:
                self._busy_since = time.monotonic()
                answers = self._answers(batch)
                self._busy_since = None
                self._deliver(batch, answers)
            if self._is_away and not ended:
                self._wait_for_database()
            if ended:
                return

    def _connect(self) -> None:
        """Before the first alert comes, so that it need not wait for that. With the database away, later will do."""
        self._busy_since = time.monotonic()
        with suppress(SQLAlchemyError), self._db.transaction() as session:
            session.execute(text("SELECT 1"))
        self._busy_since = None

    def _gather(self, first: list[_Waiting], last: int) -> tuple[list[_Waiting], bool]:
        """All that waits; after a batch of several, a moment is given to about as many: they come in again together."""
        batch = list(first)
        until = time.monotonic() + LINGER_SECONDS
        with suppress(queue.Empty):
            while len(batch) < AT_ONCE:
                left = until - time.monotonic() if len(batch) < last else 0.0
                another = self._queue.get(timeout=left) if left > 0 else self._queue.get_nowait()
                if another is None:
                    return batch, True
                batch += another
        return batch, False

    def _answers(self, batch: Sequence[_Waiting]) -> list[Answer]:
        posts = [waiting.post for waiting in batch]
        try:
            return self._store(posts)
        except SQLAlchemyError as error:
            if _is_absence(error):
                self._is_away = True
                _log.warning("inbox_database_away", error=type(error).__name__, turned_away=len(posts))
                return [_away() for _ in posts]
            _log.error("inbox_batch_failed", posts=len(posts), exc_info=error)
        except Exception as error:  # noqa: BLE001 a thread that must not end
            _log.error("inbox_batch_failed", posts=len(posts), exc_info=error)
        return [self._alone(post) for post in posts]

    def _alone(self, post: Post) -> Answer:
        """One of a batch that failed, so that it fails for itself only."""
        try:
            return self._store([post])[0]
        except Exception as error:  # noqa: BLE001 a thread that must not end
            _log.error("inbox_post_failed", exc_info=error)
            return Unavailable("The alert could not be stored; the log has the reason.", code="not_stored")

    def _store(self, posts: list[Post]) -> list[Answer]:
        with self._db.transaction() as session:
            answers = receive(
                session, posts, cipher=self._cipher, buckets=self._buckets, now=time.monotonic()
            )
        self._turned_away.note(answers)
        return answers

    def _wait_for_database(self) -> None:
        while True:
            try:
                with self._db.transaction() as session:
                    session.execute(text("SELECT 1"))
                break
            except SQLAlchemyError:
                time.sleep(PROBE_SECONDS)
        self._is_away = False
        _log.info("inbox_database_back")

    def _deliver(self, batch: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
        assert self._loop is not None

        def tell() -> None:
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)

        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(tell)


def _is_absence(error: SQLAlchemyError) -> bool:
    """Whether the database is away; another error is the batch's own."""
    if isinstance(error, DBAPIError):
        return isinstance(error, OperationalError) or error.connection_invalidated
    return True


class _Tally:
    """Counts senders that were turned away and logs the counts now and then: nothing of what they sent."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[str, int] = {}
        self._log_at = 0.0

    def note(self, answers: Sequence[Any]) -> None:
        for answer in answers:
            if isinstance(answer, DomainError) and "signal_id" not in answer.facts:
                code = str(answer.code)
                self._counts[code] = self._counts.get(code, 0) + 1
        now = self._clock()
        if self._counts and now >= self._log_at:
            _log.warning("webhooks_turned_away", counts=self._counts)
            self._counts, self._log_at = {}, now + LOG_SECONDS
