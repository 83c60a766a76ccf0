"""The thread that asks the database what to do: claims, cancel flags, leases, the sweep.

It looks every 250 ms, and at once when nudged, so that Redis is never needed.
"""

import math
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dollarclub.core import presence
from dollarclub.core.db import Database
from dollarclub.core.logging import logger
from dollarclub.core.security import CannotDecrypt, Cipher
from dollarclub.scripts.repository.runs import ClaimedRow
from dollarclub.scripts.service import runs as service
from dollarclub.scripts.service import secrets
from dollarclub.scripts.supervisor.loop import RunLoop
from dollarclub.scripts.supervisor.supervised import Job

_log = logger(__name__)

POLL_SECONDS = 0.25
AWAY_SECONDS = 0.5


@dataclass(frozen=True)
class ControlSettings:
    """`lease_seconds` is how long a silent worker keeps its runs; it renews three times as often."""

    lease_seconds: float
    per_account: int
    capacity: int

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    @property
    def renew_seconds(self) -> float:
        return min(presence.HEARTBEAT_SECONDS, self.lease_seconds / 3)


class Control:
    """Moves the database's wishes into the loop."""

    def __init__(
        self,
        db: Database,
        loop: RunLoop,
        *,
        identity: Callable[[], presence.WorkerIdentity],
        settings: ControlSettings,
        cipher: Cipher,
    ) -> None:
        self._db = db
        self._loop = loop
        self._identity = identity
        self._settings = settings
        self._cipher = cipher
        self._wake = threading.Event()
        self._claiming = True
        self._queued_hint = False
        self._stopped = False
        self._renew_at = 0.0
        self._good_since = self._answered_at = -math.inf
        self._claim_lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="run-control", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self, *, to_claim: bool = False) -> None:
        """Look at once; `to_claim`: a run was queued, so try to claim before anything else."""
        if to_claim:
            self._queued_hint = True
        self._wake.set()

    def stop_claiming(self) -> None:
        """Take no new run; go on renewing the leases of those at hand."""
        self._claiming = False
        if self._claim_lock.acquire(timeout=2):
            self._claim_lock.release()

    def stop(self, seconds: float) -> None:
        self._stopped = True
        self._wake.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopped:
            wait = POLL_SECONDS
            try:
                self._look()
                self._answered()
            except SQLAlchemyError as error:
                if math.isfinite(self._answered_at):
                    _log.warning("control_database_away", error=type(error).__name__)
                self._answered_at = -math.inf
                self._renew_at = 0.0
                wait = AWAY_SECONDS
            except Exception:  # noqa: BLE001 this thread must outlive any single fault, or no run could be cancelled
                _log.exception("run_control_fault")
                wait = AWAY_SECONDS
            self._wake.wait(wait)
            self._wake.clear()

    def _look(self) -> None:
        worker = self._identity()
        if self._queued_hint:
            self._queued_hint = False
            self._claim_all(worker, accounts=1)
        now = time.monotonic()
        if now >= self._renew_at:
            self._renew(worker)
            self._renew_at = now + self._settings.renew_seconds
        with self._db.transaction() as session:
            cancelling, waiting = service.flags(
                session, worker=worker.id, per_account=self._settings.per_account
            )
        for run_id in cancelling:
            self._loop.cancel(run_id)
        if waiting:
            self._claim_all(worker)

    def _claim_all(self, worker: presence.WorkerIdentity, accounts: float = math.inf) -> None:
        """Claim for up to `accounts` accounts, one after the other."""
        with self._claim_lock:
            while accounts > 0 and self._claiming and self._claim(worker):
                accounts -= 1

    def _claim(self, worker: presence.WorkerIdentity) -> bool:
        """Take the runs of one account; whether there may be more."""
        room = self._settings.capacity - len(self._loop.held)
        with self._db.transaction() as session:
            rows = service.claim(
                session,
                worker=worker.id,
                lease=self._settings.lease,
                per_account=self._settings.per_account,
                capacity=room,
            )
            jobs = self._jobs(session, rows)
        for job in jobs:
            self._loop.start(job)
        return bool(jobs)

    def _jobs(self, session: Session, rows: Sequence[ClaimedRow]) -> list[Job]:
        packages = any(row.settings["packages"] for row in rows)
        allowed = secrets.allowed_packages(session) if packages else frozenset()
        sealed = [service.secrets_for(session, row) if row.settings["secrets"] else {} for row in rows]
        return [self._job(row, ciphers, allowed) for row, ciphers in zip(rows, sealed, strict=True)]

    def _job(self, row: ClaimedRow, ciphertexts: dict[str, bytes], allowed: frozenset[str]) -> Job:
        try:
            opened = secrets.opened(row.account_id, ciphertexts, self._cipher)
        except CannotDecrypt as error:
            return Job(row, {}, allowed, problem=error.message)
        return Job(row, opened, allowed)

    def _renew(self, worker: presence.WorkerIdentity) -> None:
        before = self._loop.held
        with self._db.transaction() as session:
            presence.renew(session, worker)
            kept, now = service.renew(session, worker=worker.id, lease=self._settings.lease)
        self._answered()
        for run_id in (before & self._loop.held) - kept:
            _log.warning("run_not_ours_any_more", run_id=str(run_id))
            self._loop.disown(run_id)
        if unheard := kept - before:
            self._start_unheard(unheard)
        good = time.monotonic() - self._good_since > self._settings.lease_seconds
        with self._db.transaction() as session:
            lost = service.sweep(session, worker=worker, expired_before=now if good else None)
        for run_id in lost:
            _log.warning("run_lost", run_id=str(run_id))

    def _answered(self) -> None:
        """The database answers. After a silence in which nobody could renew, everybody gets one lease's time first."""
        now = time.monotonic()
        if now - self._answered_at > self._settings.renew_seconds:
            self._good_since = now
        self._answered_at = now

    def _start_unheard(self, run_ids: Collection[UUID]) -> None:
        """Only this thread claims, so what is ours and not held was claimed by a commit whose answer was lost."""
        with self._db.transaction() as session:
            jobs = self._jobs(session, service.claimed(session, run_ids))
        for job in jobs:
            _log.warning("claim_unheard", run_id=str(job.run_id))
            self._loop.start(job)
