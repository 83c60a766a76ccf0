"""Taking waiting orders on, and giving orders up that are no longer wanted."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.outbox import emit
from dollarclub.orders.events import order_changed, wake_followers, wake_orders
from dollarclub.orders.repository.claims import Asking, Candidate, ClaimRepository, Dispatch
from dollarclub.orders.repository.halts import HaltRepository
from dollarclub.orders.repository.orders import OrderRepository
from dollarclub.orders.rules.states import FINAL, OrderStatus, Purpose

LANE_BLOCKED = timedelta(seconds=1)
EXPIRED = "It could not be sent in time, so it is no longer what was wanted."
HALTED = "Trading was halted before it was sent."
NEVER_PLACED = "The exchange never had it, and it is no longer wanted."


def candidates(session: Session, *, entry_age: timedelta) -> list[Candidate]:
    """Waiting orders that could go now, exits first; an entry older than `entry_age` never will."""
    return ClaimRepository(session).waiting(entry_age)


def take(session: Session, candidate: Candidate, *, worker: str, lease: timedelta) -> Dispatch | None:
    """Begin to send a waiting order; None when it may not go, or never will and was cancelled.

    Raises IntegrityError when another order took the lane in the same moment.
    """
    if candidate.purpose is Purpose.entry and _is_halted(session, candidate.account_id):
        give_up(session, candidate.order_id, status=OrderStatus.new, code="halted", detail=HALTED)
        return None
    if candidate.too_old:
        give_up(session, candidate.order_id, status=OrderStatus.new, code="expired_unsent", detail=EXPIRED)
        return None
    return ClaimRepository(session).take_waiting(candidate.order_id, worker, lease)


def take_again(
    session: Session, asking: Asking, *, worker: str, lease: timedelta, entry_age: timedelta
) -> Dispatch | None:
    """Begin to send once more what the exchange provably never had; None when that is no longer wanted or possible.

    An entry older than `entry_age` is no longer wanted.

    Raises IntegrityError while another order of the lane is being sent.
    """
    halted = not asking.is_exit and _is_halted(session, asking.account_id)
    orders = OrderRepository(session)
    order = orders.locked(asking.order_id)
    if order is None or order.status is not OrderStatus.unknown or order.attempts != asking.attempt:
        return None
    orders.add_step(order.order_id, "absence_proven", f"attempt {asking.attempt} never reached the exchange")
    claims = ClaimRepository(session)
    reason: tuple[str, str] | None = None
    if order.cancel_requested:
        reason = ("never_placed", NEVER_PLACED)
    elif halted:
        reason = ("never_placed", HALTED)
    elif claims.is_too_old(order.order_id, entry_age):
        reason = ("expired_unsent", EXPIRED)
    if reason is not None:
        give_up(session, order.order_id, status=OrderStatus.unknown, code=reason[0], detail=reason[1])
        return None
    again = claims.send_again(order.order_id, asking.attempt, worker, lease)
    if again is None:
        orders.check_in(order.order_id, OrderStatus.unknown, LANE_BLOCKED)
    else:
        orders.add_step(order.order_id, "sent_again", f"attempt {again.attempt}, the same client order id")
    return again


def give_up(session: Session, order_id: UUID, *, status: OrderStatus, code: str, detail: str) -> bool:
    """Cancel an order that the exchange does not have and that is still in `status`."""
    orders = OrderRepository(session)
    order = orders.locked(order_id)
    if order is None or order.status is not status or status in FINAL:
        return False
    orders.move(order, OrderStatus.cancelled, code=code, detail=detail)
    wake_orders(session)
    wake_followers(session)
    emit(session, order_changed(order.account_id, order_id))
    return True


def _is_halted(session: Session, account_id: UUID) -> bool:
    halts = HaltRepository(session)
    halts.lock_shared(account_id)
    return halts.is_active(account_id)
