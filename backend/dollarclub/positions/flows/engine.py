"""The position engine: takes groups that are due and brings each as far as it goes.

A group is claimed, looked at and decided about; what was decided is written in the same transaction, sent in the next, and
the group is looked at again until nothing is left to do. Nothing is remembered in between: a process that dies anywhere
leaves rows from which the next one decides the same.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.core.presence import WorkerIdentity
from dollarclub.exchanges.errors import ExchangeError
from dollarclub.exchanges.gateway import Catalog
from dollarclub.exchanges.rules.precision import Steps
from dollarclub.kit.clock import steady_seconds
from dollarclub.kit.recent import Recent
from dollarclub.kit.threads import finish
from dollarclub.orders.flows.cancel import cancel_due
from dollarclub.orders.flows.submit import send, send_taken
from dollarclub.positions.models import PositionGroup
from dollarclub.positions.queries.views import NO_STEPS, catalog_of, steps_by_market
from dollarclub.positions.repository.groups import REPAIR, ClaimedGroup
from dollarclub.positions.service import advancing, groups
from dollarclub.positions.service.advancing import Planned, SetUp, Step
from dollarclub.vault.gateways import Gateways

THREADS = 6
MOST_STEPS = 50
STEPS_SECONDS = 30.0
SET_UP_SECONDS = 60.0
AFTER_FAILURE = timedelta(seconds=1)
_log = logger(__name__)


class GroupEngine:
    """Sees to groups in threads of its own. Several workers may do so together."""

    def __init__(
        self,
        context: Context,
        gateways: Gateways,
        worker: WorkerIdentity,
        *,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`wake` is called when there is room for more than could be claimed before."""
        self._context, self._gateways, self._worker, self._wake = context, gateways, worker, wake
        self._lease = timedelta(seconds=context.settings.trading.lease_seconds)
        self._steps: Recent[tuple[Catalog, str], Steps] = Recent(STEPS_SECONDS)
        self._set_ups: Recent[tuple[UUID, str, SetUp], bool] = Recent(SET_UP_SECONDS)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="group")
        self._lock = threading.Lock()
        self._busy = 0

    def advance_due(self) -> bool:
        """Claim what there is room for and begin with it; whether there may be more at once."""
        with self._lock:
            room = THREADS - self._busy
        if room <= 0:
            return False
        claimed = self._claim(room)
        for each in claimed:
            with self._lock:
                self._busy += 1
            self._pool.submit(self._run, each)
        return len(claimed) == room

    def advance_one(self) -> bool:
        """Bring one group that is due as far as it goes, in the caller's thread; false when none is due."""
        claimed = self._claim(1)
        for each in claimed:
            self._advance(each)
        return bool(claimed)

    def free_lost(self) -> bool:
        """Give back the groups of workers that are gone."""
        with self._context.db.transaction() as session:
            groups.free_lost(session, self._worker)
        return False

    def stop(self, seconds: float) -> None:
        """Begin with nothing more and wait for what is in flight; leases make safe what takes longer."""
        finish(self._pool, seconds)

    def _claim(self, room: int) -> list[ClaimedGroup]:
        with self._context.db.transaction() as session:
            return groups.claim(session, worker=self._worker.id, lease=self._lease, room=room)

    def _run(self, claimed: ClaimedGroup) -> None:
        try:
            self._advance(claimed)
        except Exception as error:  # noqa: BLE001 its lease runs out, and it is looked at again
            _log.error(
                "group_failed", group_id=str(claimed.group_id), error=type(error).__name__, exc_info=True
            )
        finally:
            with self._lock:
                self._busy -= 1
            self._wake()

    def _advance(self, claimed: ClaimedGroup) -> None:
        pause = AFTER_FAILURE
        last: Decimal | None = None
        is_set_up = False
        for _ in range(MOST_STEPS):
            taken = self._step(claimed, last, is_set_up)
            if taken is None:
                return
            claimed, step, group = taken
            self._carry_out(claimed, step)
            if step.asks_set_up is not None:
                is_set_up = self._set_up(group, step.asks_set_up)
                if not is_set_up:
                    break
                continue
            # A price is good for one step: what it led to has moved the market, or time has passed.
            last = self._price(claimed, group.symbol) if step.asks_price and last is None else None
            if step.is_last and last is None:
                pause = REPAIR if step.look_in is None else min(REPAIR, step.look_in)
                break
        with self._context.db.transaction() as session:
            groups.release(session, claimed, worker=self._worker.id, pause=pause)

    def _step(
        self, claimed: ClaimedGroup, last: Decimal | None, is_set_up: bool
    ) -> tuple[ClaimedGroup, Step, PositionGroup] | None:
        """Write the next step of the group; None when it is somebody else's by now."""
        with self._context.db.transaction() as session:
            taken = groups.hold(session, claimed, worker=self._worker.id, lease=self._lease)
            if taken is None:
                return None
            held, group = taken
            step = advancing.advance(
                session,
                group,
                steps=self._steps_of(session, group),
                last=last,
                is_set_up=is_set_up,
                now=self._context.clock(),
                worker=self._worker.id,
                lease=self._lease,
            )
        return held, step, group

    def _set_up(self, group: PositionGroup, wish: SetUp) -> bool:
        """Give a futures pair its leverage and margin mode before the first entry; false when the exchange refuses."""

        def ask() -> bool:
            gateway = self._gateways.get(group.key_id)
            if wish.margin_mode is not None:
                gateway.set_margin_mode(group.symbol, wish.margin_mode)
            if wish.leverage is not None:
                gateway.set_leverage(group.symbol, wish.leverage)
            return True

        try:
            return bool(self._set_ups.get((group.key_id, group.symbol, wish), ask))
        except ExchangeError as error:
            _log.warning("pair_not_set_up", group_id=str(group.id), error=type(error).__name__)
            problem = f"Leverage or margin mode could not be set, so nothing is entered: {error.message}"
            with self._context.db.transaction() as session:
                advancing.tell_problem(session, group, problem)
            return False

    def _price(self, claimed: ClaimedGroup, symbol: str) -> Decimal | None:
        """The latest price by the exchange; None when it does not tell it now."""
        try:
            return self._gateways.get(claimed.key_id).ticker(symbol).last
        except ExchangeError as error:
            _log.warning("price_not_read", symbol=symbol, error=type(error).__name__)
            return None

    def _carry_out(self, claimed: ClaimedGroup, step: Step) -> None:
        """Cancel and send at once; what cannot be is left to the duties that see to orders."""
        for planned in step.orders:
            self._send(claimed, planned)
        for _ in step.cancels:
            if not cancel_due(self._context, self._gateways, self._worker):
                break

    def _send(self, claimed: ClaimedGroup, planned: Planned) -> None:
        if planned.reserved.sending:
            send(self._context.db, self._gateways, planned.reserved, claimed.key_id, exit=planned.is_exit)
            return
        since = steady_seconds()
        try:
            send_taken(
                self._context,
                self._gateways,
                self._worker,
                planned.reserved.order_id,
                account_id=claimed.account_id,
                is_exit=planned.is_exit,
                since=since,
            )
        except IntegrityError:
            return

    def _steps_of(self, session: Session, group: PositionGroup) -> Mapping[tuple[Catalog, str], Steps]:
        market = (catalog_of(group), group.symbol)

        def read() -> Steps | None:
            found = steps_by_market(session, [group])[market]
            return None if found is NO_STEPS else found

        return {market: self._steps.get(market, read) or NO_STEPS}
