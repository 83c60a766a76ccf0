"""Which orders the exchange has to be asked about, and when to ask again."""

from datetime import timedelta

from sqlalchemy.orm import Session

from dollarclub.core import presence
from dollarclub.core.outbox import emit
from dollarclub.exchanges.errors import ExchangeError
from dollarclub.orders.events import order_changed
from dollarclub.orders.repository.claims import Asking, ClaimRepository
from dollarclub.orders.repository.orders import OrderRepository
from dollarclub.orders.rules.answers import readable


def take_over(session: Session, worker: presence.WorkerIdentity) -> int:
    """Orders whose sender is dead, or whose lease ran out, become unknown; how many."""
    lost = ClaimRepository(session).lose_senders(presence.dead_neighbours(session, worker))
    orders = OrderRepository(session)
    for order_id, _account_id, code in lost:
        orders.add_step(order_id, code, "no answer was stored")
    emit(session, *(order_changed(account_id, order_id) for order_id, account_id, _code in lost))
    return len(lost)


def next_unknown(session: Session, *, worker: str, lease: timedelta) -> Asking | None:
    """An unknown order that is due, exits first; nobody else gets it within `lease`."""
    return ClaimRepository(session).take_unknown(worker, lease)


def next_incomplete(session: Session, *, worker: str, lease: timedelta) -> Asking | None:
    """An order whose fills do not explain what was told; nobody else gets it within `lease`."""
    return ClaimRepository(session).take_incomplete(worker, lease)


def look_later(
    session: Session,
    asking: Asking,
    pause: timedelta,
    *,
    step: str | None = None,
    error: Exception | None = None,
) -> None:
    """Have the order asked about again after `pause`, and write why it was not settled now."""
    orders = OrderRepository(session)
    orders.check_in(asking.order_id, asking.status, pause)
    if step is not None:
        orders.add_step(asking.order_id, step, _reason(error))


def look_while_incomplete(session: Session, asking: Asking, pause: timedelta) -> None:
    """Have it asked about again after `pause`, if its fills are still missing."""
    orders = OrderRepository(session)
    order = orders.locked(asking.order_id)
    if order is not None:
        orders.check_in(order.order_id, order.status, None if order.fills_complete else pause)


def _reason(error: Exception | None) -> str:
    if error is None:
        return ""
    if isinstance(error, ExchangeError):
        return f"{error.code}: {readable(error.message)}"
    return type(error).__name__
