"""What a worker process owns besides Celery: a part for its queue, and the signs of life of every kind."""

import threading
from typing import Protocol
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.core.logging import logger

_log = logger(__name__)


class Part(Protocol):
    """A piece of a worker process, of the kind that its queue is called after; tasks reach it by these methods."""

    kind: str

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def nudge(self, run_id: UUID) -> None: ...
    def canary(self, kind: str) -> None: ...
    def purge(self) -> None: ...


class SignsOfLife:
    """Writes every few seconds that this process lives."""

    def __init__(self, context: Context, identity: presence.WorkerIdentity) -> None:
        self._context = context
        self._identity = identity
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="presence", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop and take this process off the list."""
        self._stopping.set()
        self._thread.join(3)
        try:
            with self._context.db.transaction() as session:
                presence.leave(session, self._identity.id)
        except SQLAlchemyError:
            _log.warning("leave_not_stored")

    def _beat(self) -> None:
        while not self._stopping.is_set():
            try:
                with self._context.db.transaction() as session:
                    presence.renew(session, self._identity)
            except SQLAlchemyError as error:
                _log.warning("presence_not_stored", error=type(error).__name__)
            self._stopping.wait(presence.HEARTBEAT_SECONDS)
