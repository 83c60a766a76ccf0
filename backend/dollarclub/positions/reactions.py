"""What the positions domain does about news of lower domains."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.outbox import EventRow, emit
from dollarclub.orders.queries.ledgers import book_of
from dollarclub.positions.events import group_changed
from dollarclub.positions.service import groups


def order_changed(session: Session, event: EventRow) -> None:
    """An order of a group has changed, so the group is looked at now."""
    book_id = book_of(session, UUID(event.payload["order_id"]))
    if book_id is None:
        return
    account_id = groups.wake(session, book_id)
    if account_id is not None:
        emit(session, group_changed(account_id, book_id))
