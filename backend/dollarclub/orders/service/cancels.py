"""The wish that an order goes away, and what comes of it. What has filled never becomes cancelled."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.errors import Conflict, NotFound
from dollarclub.core.outbox import emit
from dollarclub.orders.events import order_changed, wake_orders
from dollarclub.orders.repository.claims import Asking, ClaimRepository
from dollarclub.orders.repository.orders import LockedOrder, OrderRepository
from dollarclub.orders.rules.states import FINAL, OrderStatus
from dollarclub.orders.service import dispatch

CANCELLED_UNSENT = "Cancelled before it was sent."
VANISHED = "The exchange no longer knows this order, and it is not among its open ones."


def request_cancel(session: Session, account_id: UUID, order_id: UUID) -> OrderStatus:
    """Cancel an order that was not sent, or have a sent one cancelled by a worker; its status now.

    Asking again is harmless. Raises NotFound, Conflict (`already_final`).
    """
    order = OrderRepository(session).locked_of(order_id, account_id)
    if order is None:
        raise NotFound("No such order.", order_id=order_id)
    if order.status in FINAL:
        raise Conflict(f"The order is already {order.status}.", code="already_final", order_id=order_id)
    return _request(session, order)


def request_cancel_all(session: Session, order_ids: Collection[UUID]) -> int:
    """The same for many, whoever's they are; final ones are left alone. How many were not final."""
    orders = OrderRepository(session)
    locked = [order for order_id in sorted(order_ids) if (order := orders.locked(order_id)) is not None]
    live = [order for order in locked if order.status not in FINAL]
    for order in live:
        _request(session, order)
    return len(live)


def next_cancel(session: Session, *, worker: str, lease: timedelta) -> Asking | None:
    """A resting order whose cancel is due; nobody else gets it within `lease`."""
    return ClaimRepository(session).take_cancel(worker, lease)


def give_up_vanished(session: Session, asking: Asking) -> None:
    """The exchange has no trace of an order that rested there, so it is over; its fills say how much it did."""
    dispatch.give_up(session, asking.order_id, status=asking.status, code="vanished", detail=VANISHED)


def _request(session: Session, order: LockedOrder) -> OrderStatus:
    if order.cancel_requested:
        return order.status
    orders = OrderRepository(session)
    if order.status is OrderStatus.new:
        dispatch.give_up(
            session, order.order_id, status=order.status, code="cancelled_unsent", detail=CANCELLED_UNSENT
        )
        return OrderStatus.cancelled
    orders.request_cancel(order.order_id)
    orders.add_step(order.order_id, "cancel_requested")
    wake_orders(session)
    emit(session, order_changed(order.account_id, order.order_id))
    return order.status
