"""Tickets over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

from dollarclub.core.schemas import Out
from dollarclub.orders.models import TicketStatus


class TicketOut(Out):
    """`evidence` has what the `book` and what the `exchange` says. `requested` is a decision that is being carried out,
    `problem` why that is not possible now."""

    id: UUID
    key_id: UUID
    kind: str
    subject: str
    symbol: str | None
    summary: str
    evidence: dict[str, Any]
    status: TicketStatus
    requested: str | None
    problem: str | None
    created_at: datetime
    updated_at: datetime
    decided_at: datetime | None
