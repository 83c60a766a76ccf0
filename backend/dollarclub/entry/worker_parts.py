"""What a worker process owns besides Celery: the supervisor of scripts, and the signs of life of every kind."""

import threading
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from dollarclub.core import outbox, presence
from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.scripts import flows
from dollarclub.scripts.supervisor.supervisor import Supervisor

_log = logger(__name__)
EVENTS_KEPT = timedelta(days=7)
WORKERS_KEPT = timedelta(hours=1)


class Part(Protocol):
    """A piece of a worker process, of the kind that its queue is called after; tasks reach it by these methods."""

    kind: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def nudge(self, run_id: UUID) -> None: ...
    def canary(self, kind: str) -> None: ...
    def purge(self) -> None: ...


class DefaultPart:
    """Signs of life and retention."""

    kind = "default"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._identity = presence.this_process("default", {"capacity": 0})
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(3)
        try:
            with self._context.db.transaction() as session:
                presence.leave(session, self._identity.id)
        except SQLAlchemyError:
            _log.warning("leave_not_stored")
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

    def _beat(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._context.db.transaction() as session:
                    presence.renew(session, self._identity)
            except SQLAlchemyError as error:
                _log.warning("presence_not_stored", error=type(error).__name__)
            self._stopping.wait(presence.HEARTBEAT_SECONDS)


class ScriptsPart:
    """The supervisor; it gives its own signs of life."""

    kind = "scripts"

    def __init__(self, context: Context) -> None:
        self._context = context
        self._supervisor = Supervisor(context)

    def start(self) -> None:
        self._supervisor.start()

    def stop(self) -> None:
        self._supervisor.stop()
        self._context.close()

    def nudge(self, run_id: UUID) -> None:
        self._supervisor.nudge(run_id)

    def canary(self, kind: str) -> None:
        with self._context.db.transaction() as session:
            presence.canary_returned(session, kind)

    def purge(self) -> None:
        """Left to the workers of the queue `default`."""
