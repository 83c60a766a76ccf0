"""Taking signals on, writing down what they order, and telling what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import presence
from dollarclub.core.bus import nudge
from dollarclub.core.errors import Conflict
from dollarclub.core.outbox import emit
from dollarclub.exchanges.gateway import OrderType, TimeInForce
from dollarclub.kit.money import ZERO
from dollarclub.orders.queries.book import book_position
from dollarclub.orders.queries.origins import Pending, orders_by_origin, pending_in_book
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.orders.service.cancels import request_cancel_all
from dollarclub.orders.service.intents import Intent, Reserved, reserve
from dollarclub.signals.events import SIGNALS_WAIT, signal_changed
from dollarclub.signals.repository.execution import Claimed, ExecutionRepository
from dollarclub.signals.rules.outcome import Part, Standing, standing_of
from dollarclub.signals.rules.payload import Alert, Kind, Unit
from dollarclub.signals.rules.payload import Intent as Wish
from dollarclub.signals.rules.route import Decision, Known, Plan, Terms, route
from dollarclub.signals.rules.states import Outcome, SignalStatus
from dollarclub.signals.service.lookups import SHORT, Ended, Later, Target

ORIGIN = "signal"
"""Origin of the orders of signals; their `origin_id` is the signal, their book the strategy."""

CANCEL_PATIENCE = timedelta(seconds=10)
UNKNOWN_PATIENCE = timedelta(seconds=60)
SOON = timedelta(milliseconds=50)
OPEN_AT_ONCE = 500
_GONE = "Its orders were deleted with their key."
_OVERTAKEN = "An exit came before it could be sent, so it was not sent at all."


class ClaimLost(Exception):
    """Somebody else has taken the signal over; nothing of this transaction may stay."""


@dataclass(frozen=True)
class Ordered:
    """Orders that were written in the open transaction, in the order in which they are to be sent."""

    orders: list[tuple[Reserved, bool]]
    """Each with whether it is an exit."""


@dataclass(frozen=True)
class Moment:
    """What the exchange told before the decision: the last price and the free balance, as far as they were asked for."""

    last: Decimal | None
    free: Decimal | None


def is_exit(alert: Alert) -> bool:
    return alert.intent in (Wish.exit, Wish.reduce)


def terms_of(claimed: Claimed) -> Terms:
    """The strategy's settings as rules know them."""
    strategy = claimed.strategy
    return Terms(
        order_type=Kind(strategy.order_type.value),
        amount=strategy.amount,
        unit=Unit(strategy.amount_unit.value),
        max_cost=strategy.max_cost,
    )


def claim(session: Session, *, worker: str, lease: timedelta, room: int, entries: int) -> list[Claimed]:
    """Take signals on, exits first; a claim that a crash of the database undoes has ordered nothing.

    Raises IntegrityError when another worker took a lane in the same moment.
    """
    repository = ExecutionRepository(session)
    repository.need_not_last()
    return repository.claim(worker, lease, room=room, entries=entries)


def refused(claimed: Claimed, alert: Alert, *, entry_age: timedelta) -> Ended | None:
    """Why a signal is not executed, whatever the market: its strategy is off, or it has waited for too long."""
    if claimed.strategy.archived or not (claimed.strategy.enabled or alert.into_paper):
        return Ended(Outcome.disabled, "The strategy was switched off before the alert was executed.")
    if is_exit(alert):
        return None
    lag = claimed.strategy.max_lag_seconds
    if lag is not None and claimed.age > timedelta(seconds=lag):
        return Ended(Outcome.stale, f"It could not be executed within the strategy's {lag} seconds.")
    if claimed.age > entry_age:
        seconds = int(entry_age.total_seconds())
        return Ended(
            Outcome.stale, f"It could not be executed within {seconds} seconds, so it is no longer wanted."
        )
    return None


def order(
    session: Session,
    claimed: Claimed,
    alert: Alert,
    target: Target,
    moment: Moment,
    *,
    worker: str,
    lease: timedelta,
) -> Ordered | Later | Ended:
    """Write the orders that the signal becomes, in this transaction.

    Raises ClaimLost, and Conflict (`unknown_order`) for an entry that has to wait.
    """
    result = _decided(session, claimed, alert, target, moment, worker=worker, lease=lease)
    if is_exit(alert) and not isinstance(result, Later):
        overtake(session, claimed)
    return result


def overtake(session: Session, claimed: Claimed) -> None:
    """Give up the entries that an exit has gone past."""
    overtaken = ExecutionRepository(session).give_up_overtaken(claimed, _OVERTAKEN)
    emit(session, *(signal_changed(claimed.account_id, signal_id) for signal_id in overtaken))


def _decided(
    session: Session,
    claimed: Claimed,
    alert: Alert,
    target: Target,
    moment: Moment,
    *,
    worker: str,
    lease: timedelta,
) -> Ordered | Later | Ended:
    key_id, symbol, book_id = target.key.id, target.market.symbol, claimed.strategy_id
    pending: Sequence[Pending] = ()
    held = ZERO
    if alert.intent is not Wish.entry:
        pending = pending_in_book(session, key_id=key_id, symbol=symbol, book_id=book_id)
        held = book_position(session, key_id=key_id, symbol=symbol, book_id=book_id).amount
        if alert.intent is Wish.exit and (wait := _clear_entries(session, claimed, pending, held)):
            return wait
    closing = sum((each.to_come for each in pending if each.purpose is Purpose.exit), ZERO)
    known = Known(max(abs(held) - closing, ZERO).copy_sign(held), moment.last, moment.free)
    decision = route(alert, terms_of(claimed), target.place, known)
    if decision.outcome is not None:
        on_its_way = decision.outcome is Outcome.exit_no_position and closing
        note = "A close of it is already on its way." if on_its_way else decision.note
        return Ended(decision.outcome, note, key_id, symbol)
    if not ExecutionRepository(session).decide(claimed, key_id=key_id, symbol=symbol):
        raise ClaimLost
    return _reserve(session, claimed, target, decision, worker=worker, lease=lease)


def end(session: Session, claimed: Claimed, ended: Ended) -> None:
    """Nothing more is done for this signal. Raises ClaimLost."""
    _finish(session, claimed, SignalStatus.done, ended)


def put_off(session: Session, claimed: Claimed, later: Later) -> None:
    """Give the signal back for now."""
    ExecutionRepository(session).put_off(
        claimed, later.pause, later.reason, key_id=later.key_id, symbol=later.symbol
    )


def settle(session: Session, claimed: Claimed) -> bool:
    """Give a signal whose orders are written out of hand, with what is known of them; false when it has none."""
    parts = _parts(session, [claimed.signal_id]).get(claimed.signal_id)
    if not parts:
        return False
    standing = standing_of(parts)
    changed = ExecutionRepository(session).finish(
        claimed, standing.status, standing.outcome, standing.message
    )
    if changed:
        emit(session, signal_changed(claimed.account_id, claimed.signal_id))
    return True


def follow(session: Session, after: UUID) -> UUID | None:
    """See what has become of executing signals with a later id than `after`; the last of them, None at the end."""
    repository = ExecutionRepository(session)
    executing = repository.executing(after, OPEN_AT_ONCE)
    parts = _parts(session, [each.signal_id for each in executing])
    news = []
    for each in executing:
        standing = _standing(parts.get(each.signal_id))
        known = (SignalStatus.executing, each.outcome, each.message or "")
        if (standing.status, standing.outcome, standing.message) == known:
            continue
        if repository.progress(each.signal_id, standing.status, standing.outcome, standing.message):
            news.append(signal_changed(each.account_id, each.signal_id))
    emit(session, *news)
    return executing[-1].signal_id if len(executing) == OPEN_AT_ONCE else None


def free_lost(session: Session, worker: presence.WorkerIdentity) -> int:
    """Give back the signals of workers that died or hang; how many."""
    freed = ExecutionRepository(session).free_lost(presence.dead_neighbours(session, worker))
    if freed:
        nudge(session, SIGNALS_WAIT)
    return freed


def _standing(parts: Sequence[Part] | None) -> Standing:
    if not parts:
        return Standing(SignalStatus.done, Outcome.cancelled, _GONE)
    return standing_of(parts)


def _parts(session: Session, signal_ids: Sequence[UUID]) -> dict[UUID, list[Part]]:
    found = orders_by_origin(session, ORIGIN, signal_ids)
    return {
        signal_id: [Part(each.purpose, each.status, each.filled, each.code, each.detail) for each in orders]
        for signal_id, orders in found.items()
    }


def _clear_entries(
    session: Session, claimed: Claimed, pending: Sequence[Pending], held: Decimal
) -> Later | None:
    """Take back the book's own entries before what it holds is closed, and wait until it is known what they filled.

    An entry whose outcome is unknown does not keep what is held from being closed.
    """
    entries = [each for each in pending if each.purpose is Purpose.entry]
    request_cancel_all(session, [each.order_id for each in entries if each.is_live])
    if not entries:
        return None
    if any(each.status is not OrderStatus.unknown for each in entries):
        if claimed.age < CANCEL_PATIENCE:
            return Later(SOON, "Takes back the entries that are still open.")
    elif held == ZERO and claimed.age < UNKNOWN_PATIENCE:
        return Later(SHORT, "Waits until it is known what an earlier entry has become.")
    return None


def _reserve(
    session: Session,
    claimed: Claimed,
    target: Target,
    decision: Decision,
    *,
    worker: str,
    lease: timedelta,
) -> Ordered | Ended:
    """Exits are ordered even where the entry that follows them may not be."""
    orders: list[tuple[Reserved, bool]] = []
    for plan in decision.plans:
        try:
            reserved = reserve(session, _intent(claimed, target, plan), worker=worker, lease=lease)
        except Conflict as conflict:
            if conflict.code != "halted":
                raise
            if orders:
                break
            return Ended(Outcome.halted, conflict.message, target.key.id, target.market.symbol)
        orders.append((reserved, plan.is_exit))
    return Ordered(orders)


def _intent(claimed: Claimed, target: Target, plan: Plan) -> Intent:
    return Intent(
        account_id=claimed.account_id,
        key_id=target.key.id,
        book_id=claimed.strategy_id,
        origin=ORIGIN,
        origin_id=claimed.signal_id,
        leg=plan.leg,
        purpose=Purpose.exit if plan.is_exit else Purpose.entry,
        symbol=target.market.symbol,
        market_type=target.place.market_type,
        side=plan.side,
        type=plan.type,
        amount=plan.amount,
        cost=plan.cost,
        price=plan.price,
        time_in_force=TimeInForce.gtc if plan.type is OrderType.limit else None,
        reduce_only=plan.reduce_only,
    )


def _finish(session: Session, claimed: Claimed, status: SignalStatus, ended: Ended) -> None:
    changed = ExecutionRepository(session).finish(
        claimed, status, ended.outcome, ended.message, key_id=ended.key_id, symbol=ended.symbol
    )
    if not changed:
        raise ClaimLost
    emit(session, signal_changed(claimed.account_id, claimed.signal_id))
