"""Tickets as people see them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dollarclub.kit.paging import Slice
from dollarclub.orders.models import Ticket, TicketStatus


def tickets_page(
    session: Session, *, account_id: UUID, statuses: Sequence[TicketStatus], limit: int, offset: int
) -> Slice[Ticket]:
    """The account's tickets, newest first."""
    query = select(Ticket).where(Ticket.account_id == account_id)
    if statuses:
        query = query.where(Ticket.status.in_(statuses))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Ticket.created_at.desc(), Ticket.id.desc()).limit(limit).offset(offset)
    return Slice(list(session.scalars(ordered)), total, limit, offset)


def tickets_by_id(session: Session, *, account_id: UUID, ticket_ids: Collection[UUID]) -> dict[UUID, Ticket]:
    """Those of `ticket_ids` that belong to the account."""
    query = select(Ticket).where(Ticket.account_id == account_id, Ticket.id.in_(ticket_ids))
    return {ticket.id: ticket for ticket in session.scalars(query)}
