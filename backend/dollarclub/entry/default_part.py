"""What a worker of the queue `default` owns: signs of life, retention, and the snapshots of the analytics."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from dollarclub.analytics.flows import take_snapshots
from dollarclub.core import outbox, presence
from dollarclub.core.context import Context
from dollarclub.core.duties import Duties, Duty
from dollarclub.core.logging import logger
from dollarclub.entry.worker_parts import SignsOfLife
from dollarclub.scripts import flows

_log = logger(__name__)
EVENTS_KEPT = timedelta(days=7)
WORKERS_KEPT = timedelta(hours=1)
SNAPSHOT_SECONDS = 300.0
STOP_SECONDS = 5.0


class DefaultPart:
    """Signs of life, retention and snapshots."""

    kind = "default"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._signs = SignsOfLife(context, presence.this_process("default", {"capacity": 0}))
        self._duties = Duties([Duty("snapshots", partial(take_snapshots, context), SNAPSHOT_SECONDS)])

    def start(self) -> None:
        self._signs.start()
        self._duties.start()

    def stop(self) -> None:
        self._duties.stop(STOP_SECONDS)
        self._signs.stop()
        self._context.close()

    def nudge(self, run_id: UUID) -> None:
        """Nothing here waits for a nudge."""

    def canary(self, kind: str) -> None:
        with self._context.db.transaction() as session:
            presence.canary_returned(session, kind)

    def purge(self) -> None:
        settings = self._context.settings.scripts
        with self._context.db.transaction() as session:
            events = outbox.purge(session, older_than=EVENTS_KEPT)
            silent = presence.forget_silent(session, older_than=WORKERS_KEPT)
        logs = flows.forget_logs(
            self._context.db, days=settings.log_retention_days, newest_runs=settings.log_retention_runs
        )
        _log.info("purged", events=events, workers=silent, logs=logs)
