"""Writes of tickets, and of what a decision puts into the book."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import MarketType, OrderReport
from dollarclub.orders.models import Order, Ticket, TicketStatus
from dollarclub.orders.rules.states import OrderStatus, Purpose

CLOSING = "ticket"
"""Origin of the orders that close what a ticket is about."""

_NOW = func.clock_timestamp()
_NEXT_DECISION = (
    select(Ticket.id, Ticket.key_id)
    .where(
        Ticket.status == TicketStatus.open,
        Ticket.requested.is_not(None),
        Ticket.id.not_in(bindparam("tried", expanding=True)),
    )
    .order_by(Ticket.updated_at)
    .limit(1)
)


@dataclass(frozen=True)
class Finding:
    """A difference as it goes into a ticket."""

    kind: str
    subject: str
    symbol: str | None
    summary: str
    evidence: dict[str, Any]


class TicketRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def report(self, *, account_id: UUID, key_id: UUID, finding: Finding) -> UUID | None:
        """Open a ticket, or bring the open one up to date; None when it says so already."""
        values = {
            "symbol": finding.symbol,
            "summary": finding.summary,
            "evidence": finding.evidence,
        }
        added = insert(Ticket).values(
            account_id=account_id, key_id=key_id, kind=finding.kind, subject=finding.subject, **values
        )
        return self._session.scalar(
            added.on_conflict_do_update(
                index_elements=[Ticket.key_id, Ticket.kind, Ticket.subject],
                index_where=Ticket.status == TicketStatus.open,
                set_={**values, "updated_at": _NOW},
                where=Ticket.evidence != added.excluded.evidence,
            ).returning(Ticket.id)
        )

    def of_key(
        self, key_id: UUID, kinds: Collection[str], statuses: Collection[TicketStatus]
    ) -> list[Ticket]:
        """Tickets of a key, newest first."""
        query = (
            select(Ticket)
            .where(Ticket.key_id == key_id, Ticket.kind.in_(kinds), Ticket.status.in_(statuses))
            .order_by(Ticket.created_at.desc(), Ticket.id.desc())
            .execution_options(populate_existing=True)
        )
        return list(self._session.scalars(query))

    def locked(self, ticket_id: UUID, account_id: UUID | None = None) -> Ticket | None:
        """A ticket, of this account if one is given."""
        query = select(Ticket).where(Ticket.id == ticket_id)
        if account_id is not None:
            query = query.where(Ticket.account_id == account_id)
        return self._session.scalar(query.with_for_update().execution_options(populate_existing=True))

    def settle(self, ticket_ids: Sequence[UUID], status: TicketStatus) -> list[UUID]:
        """End open tickets; those that were open."""
        ended = self._session.scalars(
            update(Ticket)
            .where(Ticket.id.in_(ticket_ids), Ticket.status == TicketStatus.open)
            .values(status=status, decided_at=_NOW, updated_at=_NOW, problem=None)
            .returning(Ticket.id)
            .execution_options(synchronize_session=False)
        )
        return list(ended)

    def request(self, ticket_id: UUID, decision: str | None, problem: str | None = None) -> None:
        """Write down what is wished of an open ticket; None takes the wish back, `problem` says why it was not possible."""
        self._session.execute(
            update(Ticket)
            .where(Ticket.id == ticket_id, Ticket.status == TicketStatus.open)
            .values(requested=decision, problem=problem, updated_at=_NOW)
            .execution_options(synchronize_session=False)
        )

    def next_decision(self, tried: Collection[UUID]) -> tuple[UUID, UUID] | None:
        """(ticket, key) of the oldest wish that is not in `tried`."""
        row = self._session.execute(_NEXT_DECISION, {"tried": list(tried)}).one_or_none()
        return (row[0], row[1]) if row else None

    def adopt_order(
        self,
        order: OrderReport,
        *,
        order_id: UUID,
        account_id: UUID,
        key_id: UUID,
        ticket_id: UUID,
        market_type: MarketType,
    ) -> bool:
        """A stranger's resting order becomes a row of the book, in no ledger; false when its client id is taken."""
        added = self._session.scalar(
            insert(Order)
            .values(
                id=order_id,
                account_id=account_id,
                key_id=key_id,
                origin="adopted",
                origin_id=ticket_id,
                leg="order",
                purpose=Purpose.entry,
                symbol=order.symbol,
                market_type=market_type,
                side=order.side,
                type=order.type,
                amount=order.amount,
                price=order.price,
                client_id=order.client_id,
                status=OrderStatus.open,
                venue_order_id=order.venue_order_id,
                acknowledged_at=_NOW,
            )
            .on_conflict_do_nothing()
            .returning(Order.id)
        )
        return added is not None

    def order_of(self, ticket_id: UUID) -> tuple[UUID, OrderStatus, str | None] | None:
        """The closing order of a ticket: its id, its status, and why it was refused."""
        row = self._session.execute(
            select(Order.id, Order.status, Order.detail).where(
                Order.origin == CLOSING, Order.origin_id == ticket_id
            )
        ).one_or_none()
        return (row[0], row[1], row[2]) if row else None
