"""One signal with everything that is known of it."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.kit.money import plain
from dollarclub.orders.queries.orders import orders_of
from dollarclub.orders.schemas.orders import OrderDetailOut
from dollarclub.positions.queries.slots import group_of_signal
from dollarclub.signals.models import Signal
from dollarclub.signals.queries import signals as queries
from dollarclub.signals.rules.story import Moment, in_order
from dollarclub.signals.schemas import SignalDetailOut, StepOut


def story(session: Session, *, account_id: UUID, signal_id: UUID) -> SignalDetailOut:
    """The signal, its steps in their order, and its orders. Raises NotFound."""
    row = queries.signal_row(session, account_id=account_id, signal_id=signal_id)
    orders = orders_of(session, account_id=account_id, origin_id=signal_id)
    steps = in_order([*_of_signal(row), *_of_orders(orders)])
    return SignalDetailOut(
        **queries.view(row).model_dump(),
        raw=row.raw,
        content_type=row.content_type,
        alert=row.alert,
        steps=[StepOut(name=each.name, at=each.at, detail=each.detail) for each in steps],
        orders=orders,
        group_id=group_of_signal(session, account_id=account_id, signal_id=signal_id),
    )


def _of_signal(row: Signal) -> list[Moment]:
    return [
        Moment("received", row.received_at, row.address),
        Moment("claimed", row.claimed_at),
        Moment("decided", row.decided_at, row.message or ""),
        Moment("settled", row.settled_at, row.outcome or ""),
    ]


def _of_orders(orders: Iterable[OrderDetailOut]) -> Iterator[Moment]:
    for order in orders:
        size = order.amount if order.amount is not None else order.cost
        wanted = f"{order.side} {plain(size) if size is not None else ''} {order.symbol}".replace("  ", " ")
        yield Moment("intent", order.created_at, f"{order.leg}: {wanted}")
        yield Moment("sent", order.sent_at, order.client_id)
        yield Moment("unknown", order.unknown_at, order.detail or "")
        yield Moment("acknowledged", order.acknowledged_at, order.venue_order_id or "")
        yield Moment("filled", order.filled_at, _filled(order))


def _filled(order: OrderDetailOut) -> str:
    at = f" at {plain(order.average)}" if order.average is not None else ""
    return f"{plain(order.filled)}{at}"
