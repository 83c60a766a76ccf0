"""The trading worker: opens gateways, keeps its duties going, and lets what is in flight finish when it is stopped."""

import threading
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.core.duties import Duties
from dollarclub.core.logging import logger
from dollarclub.core.security import Cipher
from dollarclub.entry.trading.duties import trading_duties
from dollarclub.entry.trading.listener import Listener
from dollarclub.entry.worker_parts import SignsOfLife
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.orders.flows.sweep import on_worker_start
from dollarclub.positions.flows.engine import GroupEngine
from dollarclub.signals.flows import Executor
from dollarclub.vault.flows import provision_missing
from dollarclub.vault.gateways import Gateways

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
        factory = CcxtGatewayFactory(settings, Budget.at(settings), context.clock)
        self._gateways = Gateways(context.db, Cipher(settings.security.encryption_key), factory)
        self._executor = Executor(
            context, self._gateways, self.identity, wake=lambda: self._duties.wake("signals")
        )
        self._engine = GroupEngine(
            context, self._gateways, self.identity, wake=lambda: self._duties.wake("groups")
        )
        self._duties = Duties(
            trading_duties(context, self._gateways, factory, self._executor, self._engine, self.identity)
        )
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
            self._duties.stop(STOP_SECONDS / 2)
            self._executor.stop(STOP_SECONDS / 2)
            self._engine.stop(STOP_SECONDS / 2)
            self._signs.stop()
        self._gateways.close()
        self._context.close()

    def nudge(self, run_id: UUID) -> None:
        """Scripts are not its business."""

    def canary(self, kind: str) -> None:
        with self._context.db.transaction() as session:
            presence.canary_returned(session, kind)

    def purge(self) -> None:
        """Left to the workers of the queue `default`."""

    def _begin(self) -> None:
        while not self._stopping.is_set():
            try:
                self._open()
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

    def _open(self) -> None:
        """Nothing may be claimed before this process is on the list of workers and doubtful keys are closed."""
        with self._context.db.transaction() as session:
            presence.renew(session, self.identity)
        closed = on_worker_start(self._context, self.identity)
        provisioned = provision_missing(self._context)
        _log.info("trading_opens", keys_to_reconcile=closed, keys_to_make=provisioned)
