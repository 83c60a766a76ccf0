"""What a worker of the queue `default` owns: signs of life and retention."""

from datetime import timedelta
from uuid import UUID

from dollarclub.core import outbox, presence
from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.entry.worker_parts import SignsOfLife
from dollarclub.scripts import flows

_log = logger(__name__)
EVENTS_KEPT = timedelta(days=7)
WORKERS_KEPT = timedelta(hours=1)


class DefaultPart:
    """Signs of life and retention."""

    kind = "default"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._signs = SignsOfLife(context, presence.this_process("default", {"capacity": 0}))

    def start(self) -> None:
        self._signs.start()

    def stop(self) -> None:
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
