"""`/api/tickets`: differences between the book and the exchange, and what to do about them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.schemas import Page
from dollarclub.core.web import Limit, SessionDep
from dollarclub.kit.paging import Slice
from dollarclub.orders.models import Ticket, TicketStatus
from dollarclub.orders.queries import tickets as queries
from dollarclub.orders.schemas.tickets import TicketOut
from dollarclub.orders.service import tickets as service

router = APIRouter(prefix="/api/tickets", tags=["tickets"])


class Decision(StrEnum):
    """adopt: the book follows the exchange; close: the exchange follows the book; ignore: both stay as they are."""

    adopt = "adopt"
    close = "close"
    ignore = "ignore"


@router.get("", response_model=Page[TicketOut])
def list_tickets(
    account: AccountDep,
    session: SessionDep,
    status: Annotated[list[TicketStatus] | None, Query()] = None,
    limit: Limit = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Slice[Ticket]:
    return queries.tickets_page(
        session, account_id=account.id, statuses=status or (), limit=limit, offset=offset
    )


@router.post("/{ticket_id}/{decision}", status_code=202, response_model=TicketOut)
def decide(ticket_id: UUID, decision: Decision, account: TraderDep, session: SessionDep) -> Ticket:
    """A trading worker carries it out; the ticket then leaves the state `open`, or says why it could not be done."""
    return service.request(session, account_id=account.id, ticket_id=ticket_id, decision=decision)
