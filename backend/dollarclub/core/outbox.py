"""Events: rows written in the transaction that made them true, numbered per account, read by whoever follows.

The number is taken under a lock on the account's stream that is held until the commit, so the order of the numbers is
the order of the commits and a reader's cursor can skip nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, bindparam, delete, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.core.db import Base

LIVE_CHANNEL = "live"


class EventStream(Base):
    """The last number given to an account's events."""

    __tablename__ = "event_streams"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    last_number: Mapped[int] = mapped_column(BigInteger)


class EventRow(Base):
    """One event of one account."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_created_at", "created_at"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


_TAKE_NUMBERS = (
    insert(EventStream)
    .values(account_id=bindparam("account"), last_number=bindparam("count", type_=BigInteger))
    .on_conflict_do_update(
        index_elements=[EventStream.account_id],
        set_={"last_number": EventStream.last_number + bindparam("count", type_=BigInteger)},
    )
    .returning(EventStream.last_number)
)
_ADD_EVENTS = insert(Base.metadata.tables[EventRow.__tablename__])

# The cursors belong to `core.relay`, which builds on this module.
_DELIVERED = text(
    "NOT EXISTS (SELECT FROM event_cursors"
    " WHERE event_cursors.account_id = events.account_id AND event_cursors.number < events.number)"
)


@dataclass(frozen=True)
class Event:
    """Something that happened to `account_id`'s things; `payload` carries ids, not state."""

    account_id: UUID
    name: str
    payload: dict[str, Any]


def emit(session: Session, *events: Event) -> None:
    """Write `events` with the next numbers of their accounts. Call it last in a transaction: it holds the streams' locks."""
    for account_id in sorted({event.account_id for event in events}):
        own = [event for event in events if event.account_id == account_id]
        last = session.scalar(_TAKE_NUMBERS, {"account": account_id, "count": len(own)})
        assert last is not None
        first = last - len(own) + 1
        rows = [
            {"account_id": account_id, "number": first + index, "name": event.name, "payload": event.payload}
            for index, event in enumerate(own)
        ]
        session.connection().execute(_ADD_EVENTS, rows)
        nudge(session, ChannelNudge(LIVE_CHANNEL, {"account": str(account_id), "number": last}))


def last_numbers(session: Session, account_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The newest event number of each account; accounts without events are absent."""
    rows = session.execute(
        select(EventStream.account_id, EventStream.last_number).where(
            EventStream.account_id.in_(list(account_ids))
        )
    )
    return dict(rows.all())


def events_after(session: Session, account_id: UUID, number: int, *, limit: int) -> list[EventRow]:
    """The account's events later than `number`, oldest first."""
    query = (
        select(EventRow)
        .where(EventRow.account_id == account_id, EventRow.number > number)
        .order_by(EventRow.number)
        .limit(limit)
    )
    return list(session.scalars(query))


def oldest_number(session: Session, account_id: UUID) -> int | None:
    """The oldest event that is still kept; a cursor before it has missed some."""
    return session.scalar(select(func.min(EventRow.number)).where(EventRow.account_id == account_id))


def purge(session: Session, *, older_than: timedelta) -> int:
    """Forget old events that no relay has yet to deliver; a follower who has not seen them must read everything anew."""
    cutoff = func.now() - text(f"interval '{int(older_than.total_seconds())} seconds'")
    old = delete(EventRow).where(EventRow.created_at < cutoff, _DELIVERED)
    return session.execute(old).rowcount  # type: ignore[attr-defined,no-any-return]
