"""The trading worker: opens gateways, keeps its duties going, and lets what is in flight finish when it is stopped."""

import threading
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.core.duties import Duties
from dollarclub.core.logging import logger
from dollarclub.entry.trading.listener import Listener
from dollarclub.entry.worker_parts import SignsOfLife

_log = logger(__name__)
STOP_SECONDS = 10.0


class TradingPart:
    """Everything that talks to exchanges, in threads of this process."""

    kind = "trading"

    def __init__(self, context: Context) -> None:
        self._context = context
        settings = context.settings
        self.identity = presence.this_process("trading", {"capacity": settings.trading.signals_at_once})
        self._signs = SignsOfLife(context, self.identity)
        self._duties = Duties([])
        self._listener = Listener(settings.redis.url.get_secret_value(), self._duties.wake)
        self._stopping = threading.Event()
        self._begun = False
        self._starter = threading.Thread(target=self._begin, name="trading-start", daemon=True)

    def start(self) -> None:
        """Begin as soon as the database answers; returns at once."""
        self._starter.start()

    def stop(self) -> None:
        """Take nothing new, wait for what is in flight; leases make safe what takes longer."""
        self._stopping.set()
        self._starter.join(STOP_SECONDS)
        if self._begun:
            self._listener.stop()
            self._duties.stop(STOP_SECONDS)
            self._signs.stop()
        self._context.close()

    def nudge(self, run_id: UUID) -> None:
        """Scripts are not its business."""

    def canary(self, kind: str) -> None:
        with self._context.db.transaction() as session:
            presence.canary_returned(session, kind)

    def purge(self) -> None:
        """Left to the workers of the queue `default`."""

    def _begin(self) -> None:
        """Nothing may be claimed before this process is on the list of workers: others free the claims of strangers."""
        while not self._stopping.is_set():
            try:
                with self._context.db.transaction() as session:
                    presence.renew(session, self.identity)
                break
            except SQLAlchemyError as error:
                _log.warning("trading_waits_for_database", error=type(error).__name__)
                self._stopping.wait(1.0)
        else:
            return
        self._begun = True
        self._signs.start()
        self._duties.start()
        self._listener.start()
        _log.info("trading_started", worker=self.identity.id)
