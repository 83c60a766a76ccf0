"""The only thread that stores what runs print and how they end: one transaction for all runs of the worker."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from dollarclub.core.db import Database
from dollarclub.core.logging import logger
from dollarclub.scripts.repository.logs import Appendix
from dollarclub.scripts.service import runs as service
from dollarclub.scripts.service.runs import RunEnding
from dollarclub.scripts.supervisor.capture import LogBuffer

_log = logger(__name__)

FLUSH_SECONDS = 0.02
RUN_BYTES = 1024**2
BATCH_BYTES = 4 * 1024**2
RETRY_SECONDS = (0.1, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Batch:
    """What one transaction stores. Storing it twice is the same as once, so an unclear commit is simply repeated."""

    appendices: list[Appendix]
    started: dict[UUID, str]
    finishes: list[RunEnding]
    drained_bytes: int

    @property
    def empty(self) -> bool:
        return not (self.appendices or self.started or self.finishes)


class Writer:
    """Stores batches, first bytes at once and then every 20 ms; waits for a database that is away."""

    def __init__(
        self,
        db: Database,
        worker: str,
        *,
        on_finished: Callable[[UUID], None],
        on_disowned: Callable[[UUID], None],
    ) -> None:
        self._db = db
        self._worker = worker
        self._on_finished = on_finished
        self._on_disowned = on_disowned
        self._lock = threading.Lock()
        self._buffers: dict[UUID, LogBuffer] = {}
        self._started: dict[UUID, str] = {}
        self._finishes: dict[UUID, RunEnding] = {}
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="run-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Store what is left and end, waiting `seconds` at most."""
        self._stopping = True
        self._wake.set()
        self._thread.join(seconds)

    def wake(self) -> None:
        self._wake.set()

    def follow(self, run_id: UUID, buffer: LogBuffer) -> None:
        """Store what comes into `buffer` from now on."""
        with self._lock:
            self._buffers[run_id] = buffer

    def announce(self, run_id: UUID, tier: str) -> None:
        """The program of this run has started, in this tier of the sandbox."""
        with self._lock:
            self._started[run_id] = tier
        self._wake.set()

    def finish(self, ending: RunEnding) -> None:
        """End a run once its buffer is empty."""
        with self._lock:
            self._finishes[ending.run_id] = ending
        self._wake.set()

    def forget(self, run_id: UUID) -> None:
        """Drop whatever is not stored of a run that belongs to somebody else now."""
        with self._lock:
            self._buffers.pop(run_id, None)
            self._started.pop(run_id, None)
            self._finishes.pop(run_id, None)

    def _run(self) -> None:
        while True:
            self._wake.wait(1.0)
            self._wake.clear()
            begun = time.monotonic()
            batch = self._collect()
            if batch.empty:
                if self._stopping:
                    return
                continue
            self._store_until_done(batch)
            rest = FLUSH_SECONDS - (time.monotonic() - begun)
            if rest > 0 and not self._stopping:
                time.sleep(rest)

    def _collect(self) -> Batch:
        with self._lock:
            buffers = list(self._buffers.items())
            started, self._started = self._started, {}
            asked = list(self._finishes.values())
        appendices = []
        budget = BATCH_BYTES
        for run_id, buffer in sorted(buffers, key=lambda item: item[1].waiting_bytes):
            drained = buffer.drain(min(RUN_BYTES, budget)) if budget > 0 else None
            if drained is not None:
                budget -= drained.drained_bytes
                appendices.append(
                    Appendix(
                        run_id=run_id,
                        fragments=drained.fragments,
                        last_seq=drained.last_seq,
                        total_bytes=drained.total_bytes,
                        total_lines=drained.total_lines,
                        truncated=drained.truncated,
                    )
                )
        left = {run_id for run_id, buffer in buffers if buffer.waiting_bytes}
        if left:
            self._wake.set()
        finishes = [ending for ending in asked if ending.run_id not in left]
        return Batch(appendices, started, finishes, BATCH_BYTES - budget)

    def _store_until_done(self, batch: Batch) -> None:
        tries = 0
        while True:
            try:
                with self._db.transaction() as session:
                    kept = self._store(session, batch)
                break
            except Exception as error:  # noqa: BLE001 whatever it is, what scripts printed must not be lost by it
                wait = RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)]
                _log.warning(
                    "log_store_waits",
                    error=type(error).__name__,
                    tries=tries,
                    kept_bytes=batch.drained_bytes,
                    exc_info=not isinstance(error, (OperationalError, PoolTimeout)),
                )
                tries += 1
                if self._stopping and tries > len(RETRY_SECONDS):
                    return
                time.sleep(wait)
        self._acknowledge(batch, kept)

    def _store(self, session: Session, batch: Batch) -> set[UUID]:
        kept = service.store_progress(
            session,
            worker=self._worker,
            appendices=batch.appendices,
            started=batch.started,
            endings=batch.finishes,
        )
        return {gain.run_id for gain in batch.appendices} - kept

    def _acknowledge(self, batch: Batch, foreign: set[UUID]) -> None:
        for ending in batch.finishes:
            self.forget(ending.run_id)
            self._on_finished(ending.run_id)
        for run_id in foreign - {ending.run_id for ending in batch.finishes}:
            self.forget(run_id)
            self._on_disowned(run_id)
