"""Executing signals: from a stored alert to orders at an exchange, many at once, each exactly once.

A signal is claimed, decided and written as orders in one transaction, sent, and then given out of hand in another. A
process that dies in between leaves a claim that runs out; whoever takes the signal over finds its orders and sends nothing
again: what became of them is for the resolver of orders to find out.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from dollarclub.core.context import Context
from dollarclub.core.errors import Conflict
from dollarclub.core.logging import logger
from dollarclub.core.presence import WorkerIdentity
from dollarclub.exchanges.errors import CredentialsRefused, ExchangeError, Rejected
from dollarclub.kit.money import ZERO
from dollarclub.kit.recent import Recent
from dollarclub.kit.threads import finish
from dollarclub.orders.flows.submit import send
from dollarclub.signals.models import StrategyMode
from dollarclub.signals.repository.execution import Claimed
from dollarclub.signals.rules.payload import Alert
from dollarclub.signals.rules.route import wants_balance
from dollarclub.signals.rules.states import Outcome
from dollarclub.signals.service import execution, grids
from dollarclub.signals.service.execution import ClaimLost, Moment, Ordered
from dollarclub.signals.service.lookups import Ended, Later, Lookups, Target
from dollarclub.vault.gateways import Gateways

PRICE_SECONDS = 1.0
AGAIN = timedelta(milliseconds=500)
_log = logger(__name__)
_NONE = UUID(int=0)


class Executor:
    """Executes signals in threads of its own. Several workers may do so together."""

    def __init__(
        self,
        context: Context,
        gateways: Gateways,
        worker: WorkerIdentity,
        *,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`wake` is called when there is room for more than could be claimed before."""
        trading = context.settings.trading
        self._context, self._gateways, self._worker, self._wake = context, gateways, worker, wake
        self._lease = timedelta(seconds=trading.lease_seconds)
        self._threads = trading.signals_at_once
        self._for_exits = self._threads // 4
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="signal")
        self._entry_age = timedelta(seconds=trading.entry_seconds)
        self._lookups = Lookups(
            key_wait=timedelta(
                seconds=trading.key_wait_seconds if context.settings.paper.exchange_url else 0
            ),
            patience=self._entry_age,
        )
        self._prices: Recent[object, Decimal] = Recent(PRICE_SECONDS)
        self._lock = threading.Lock()
        self._busy = 0
        self._entries = 0
        self._more = False
        self._followed = _NONE

    def execute_due(self) -> bool:
        """Claim what there is room for and begin with it; whether there may be more at once.

        A part of the threads takes exits only, so that entries never keep them waiting.
        """
        with self._lock:
            room = self._threads - self._busy
            entries = max(0, self._threads - self._for_exits - self._entries)
        self._more = True
        if room <= 0:
            return False
        try:
            with self._context.db.transaction() as session:
                claimed = execution.claim(
                    session, worker=self._worker.id, lease=self._lease, room=room, entries=min(room, entries)
                )
        except IntegrityError:
            return True
        for each in claimed:
            self._begin(each)
        if len(claimed) < min(room, entries):
            self._more = False
        return len(claimed) == room

    def follow_due(self) -> bool:
        """See what has become of signals whose orders are at the exchange; whether there are more of them."""
        with self._context.db.transaction() as session:
            last = execution.follow(session, self._followed)
        self._followed = last or _NONE
        return last is not None

    def free_lost(self) -> bool:
        """Give back the signals of workers that are gone."""
        with self._context.db.transaction() as session:
            execution.free_lost(session, self._worker)
        return False

    def stop(self, seconds: float) -> None:
        """Begin with nothing more and wait for what is in flight; leases make safe what takes longer."""
        finish(self._pool, seconds)

    def _begin(self, claimed: Claimed) -> None:
        alert = Alert.from_json(claimed.alert)
        entry = not execution.is_exit(alert)
        with self._lock:
            self._busy += 1
            self._entries += entry
        self._pool.submit(self._run, claimed, alert, entry)

    def _run(self, claimed: Claimed, alert: Alert, entry: bool) -> None:
        try:
            self._handle(claimed, alert)
        finally:
            with self._lock:
                self._busy -= 1
                self._entries -= entry
            if self._more:
                self._wake()

    def _handle(self, claimed: Claimed, alert: Alert) -> None:
        try:
            self._execute(claimed, alert)
        except ClaimLost:
            _log.info("signal_taken_over", signal_id=str(claimed.signal_id))
        except SQLAlchemyError as error:
            _log.warning("signal_not_stored", signal_id=str(claimed.signal_id), error=type(error).__name__)
            self._give_back(claimed, Later(AGAIN, "The database did not answer."))
        except Exception as error:  # noqa: BLE001 a signal that cannot be executed must not stay claimed
            _log.error("signal_failed", signal_id=str(claimed.signal_id), exc_info=True)
            self._give_back(claimed, Ended(Outcome.exchange_error, f"Unexpected: {type(error).__name__}."))

    def _execute(self, claimed: Claimed, alert: Alert) -> None:
        if claimed.decided and self._settled(claimed):
            return
        if refusal := execution.refused(claimed, alert, entry_age=self._entry_age):
            self._store(claimed, refusal)
            return
        target = self._target(claimed, alert)
        if target is None:
            return
        moment = self._moment(claimed, alert, target)
        if moment is not None:
            self._order(claimed, alert, target, moment)

    def _target(self, claimed: Claimed, alert: Alert) -> Target | None:
        """Where to; None when that is told by what was stored."""
        with self._context.db.transaction() as session:
            exit = execution.is_exit(alert)
            target = self._lookups.target(session, claimed, alert, is_exit=exit)
            if isinstance(target, Target):
                return target
            _put(session, claimed, target)
        return None

    def _order(self, claimed: Claimed, alert: Alert, target: Target, moment: Moment) -> None:
        try:
            if _is_grid(claimed):
                with self._context.db.transaction() as session:
                    grids.carry_out(session, claimed, alert, target, moment, now=self._context.clock())
                return
            with self._context.db.transaction() as session:
                result = execution.order(
                    session, claimed, alert, target, moment, worker=self._worker.id, lease=self._lease
                )
                if not isinstance(result, Ordered):
                    _put(session, claimed, result)
        except Conflict as conflict:
            self._store(claimed, Later(AGAIN, conflict.message, target.key.id, target.market.symbol))
            return
        if isinstance(result, Ordered):
            for reserved, exit in result.orders:
                send(self._context.db, self._gateways, reserved, target.key.id, exit=exit)
            self._settled(claimed)

    def _moment(self, claimed: Claimed, alert: Alert, target: Target) -> Moment | None:
        """What the exchange must tell first; None when it does not and that was stored. Exits need no price."""
        if _is_grid(claimed) and not grids.wants_exchange(claimed, alert):
            return Moment(None, None)
        exit = execution.is_exit(alert)
        try:
            gateway = self._gateways.get(target.key.id)
            last = self._prices.get(
                (target.key.catalog, target.market.symbol), lambda: gateway.ticker(target.market.symbol).last
            )
            free = None
            if wants_balance(alert, execution.terms_of(claimed)):
                found = [each for each in gateway.balances() if each.asset == target.place.quote]
                free = sum((each.free for each in found), ZERO)
            return Moment(last, free)
        except CredentialsRefused as error:
            if error.code == "clock_skew" and claimed.age < self._entry_age:
                self._store(claimed, Later(AGAIN, error.message))
                return None
            ended = Ended(Outcome.key_refused, error.message, target.key.id, target.market.symbol)
            self._store(claimed, ended)
        except ExchangeError as error:
            if exit:
                return Moment(None, None)
            if claimed.age < self._entry_age and not isinstance(error, Rejected):
                self._store(claimed, Later(AGAIN, error.message))
            else:
                ended = Ended(Outcome.exchange_error, error.message, target.key.id, target.market.symbol)
                self._store(claimed, ended)
        return None

    def _settled(self, claimed: Claimed) -> bool:
        with self._context.db.transaction() as session:
            return execution.settle(session, claimed)

    def _store(self, claimed: Claimed, result: Later | Ended) -> None:
        with self._context.db.transaction() as session:
            _put(session, claimed, result)

    def _give_back(self, claimed: Claimed, result: Later | Ended) -> None:
        """Out of hand after a failure; orders that were written have the last word."""
        try:
            if not self._settled(claimed):
                self._store(claimed, result)
        except ClaimLost:
            _log.info("signal_taken_over", signal_id=str(claimed.signal_id))
        except SQLAlchemyError as error:
            _log.warning(
                "signal_not_given_back", signal_id=str(claimed.signal_id), error=type(error).__name__
            )


def _is_grid(claimed: Claimed) -> bool:
    return claimed.strategy.mode is StrategyMode.grid


def _put(session: Session, claimed: Claimed, result: Later | Ended) -> None:
    if isinstance(result, Later):
        execution.put_off(session, claimed, result)
    else:
        execution.end(session, claimed, result)
