"""Delivery of events to reactions: upward news that a higher layer acts on, at least once and in order.

A consumer has a cursor for each account. A reaction runs in the transaction that moves the cursor past its event, so what
it does and that it was done are stored together. An event whose reaction fails is never given up, since it may concern
money: it holds back its own account only, is tried again after a growing pause (five minutes at most), and each failure
is logged as an error.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Integer,
    Interval,
    String,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Mapped, Session, mapped_column

from dollarclub.core.db import Base, Database
from dollarclub.core.logging import logger
from dollarclub.core.outbox import EventRow, EventStream

Reaction = Callable[[Session, EventRow], None]
"""Takes an open session and the event; idempotent, since an event may come again."""

ACCOUNTS_AT_ONCE = 100
EVENTS_AT_ONCE = 200
LONGEST_PAUSE_SECONDS = 300
_log = logger(__name__)


class EventCursor(Base):
    """The last event of an account that a consumer has dealt with, and how often the next one failed."""

    __tablename__ = "event_cursors"

    consumer: Mapped[str] = mapped_column(String(40), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    retry_at: Mapped[datetime | None]


# What is asked every second is built once: building costs more than asking.
_BEHIND = (
    select(EventStream.account_id)
    .outerjoin(
        EventCursor,
        (EventCursor.account_id == EventStream.account_id) & (EventCursor.consumer == bindparam("consumer")),
    )
    .where(
        EventStream.last_number > func.coalesce(EventCursor.number, 0),
        or_(EventCursor.retry_at.is_(None), EventCursor.retry_at <= func.clock_timestamp()),
    )
    .limit(ACCOUNTS_AT_ONCE)
)
_BEGIN = (
    insert(EventCursor)
    .values(consumer=bindparam("consumer"), account_id=bindparam("account"))
    .on_conflict_do_nothing()
)
_LOCK = (
    select(EventCursor.number)
    .where(EventCursor.consumer == bindparam("consumer"), EventCursor.account_id == bindparam("account"))
    .with_for_update(skip_locked=True)
)
_NEWEST = select(EventStream.last_number).where(EventStream.account_id == bindparam("account"))
_NEXT = (
    select(EventRow)
    .where(
        EventRow.account_id == bindparam("account"),
        EventRow.number > bindparam("after", type_=BigInteger),
        EventRow.number <= bindparam("newest", type_=BigInteger),
        EventRow.name.in_(bindparam("names", expanding=True)),
    )
    .order_by(EventRow.number)
    .limit(EVENTS_AT_ONCE)
)
_OWN = (EventCursor.consumer == bindparam("of_consumer"), EventCursor.account_id == bindparam("of_account"))
_MOVE = (
    update(EventCursor)
    .where(*_OWN)
    .values(number=bindparam("reached", type_=BigInteger), failures=0, retry_at=None)
    .execution_options(synchronize_session=False)
)
_PUT_OFF = (
    update(EventCursor)
    .where(*_OWN)
    .values(
        failures=EventCursor.failures + 1,
        retry_at=func.clock_timestamp()
        + func.least(
            func.power(2, func.least(EventCursor.failures, 20)) * text("interval '1 second'"),
            bindparam("longest", type_=Interval),
        ),
    )
    .returning(EventCursor.failures)
    .execution_options(synchronize_session=False)
)


_NO_FLUSH = text("SET LOCAL synchronous_commit = off")


@dataclass(frozen=True)
class _Plan:
    """The cursor stands at `number` and is at `newest` when `events` are dealt with."""

    number: int
    newest: int
    events: list[EventRow]
    is_full: bool


class Relay:
    """Hands the events of one consumer to its reactions. Several workers may run the same consumer together."""

    def __init__(self, consumer: str, reactions: Mapping[str, Reaction]) -> None:
        """`reactions` by the name of the event; other events are passed over."""
        self._consumer = consumer
        self._reactions = dict(reactions)

    def deliver(self, db: Database) -> bool:
        """Deal with what is new; whether there may be more at once. One query when nothing is."""
        with db.transaction() as session:
            behind = session.scalars(_BEHIND, {"consumer": self._consumer}).all()
        full = [account_id for account_id in behind if self._catch_up(db, account_id)]
        return bool(full) or len(behind) == ACCOUNTS_AT_ONCE

    def _catch_up(self, db: Database, account_id: UUID) -> bool:
        """Deal with the next events of one account, each in a transaction of its own; whether there are more."""
        with db.transaction() as session:
            plan = self._plan(session, account_id)
            if plan is None or not plan.events:
                return False
        at = plan.number
        for event in plan.events:
            reached = plan.newest if event is plan.events[-1] else event.number
            with db.transaction() as session:
                if self._locked(session, account_id) != at or not self._react(session, event):
                    return False
                self._move(session, account_id, reached)
            at = reached
        return plan.is_full

    def _plan(self, session: Session, account_id: UUID) -> _Plan | None:
        """What is to be done next; None when another worker is at it. Nothing to do moves the cursor at once."""
        session.execute(_BEGIN, {"consumer": self._consumer, "account": account_id})
        number = self._locked(session, account_id)
        if number is None:
            return None
        # Read before the events: what is committed up to this number is seen by the next statement, whole.
        newest = session.scalar(_NEWEST, {"account": account_id}) or number
        query = {"account": account_id, "after": number, "newest": newest, "names": list(self._reactions)}
        events = session.scalars(_NEXT, query).all()
        is_full = len(events) == EVENTS_AT_ONCE
        if not events:
            self._move(session, account_id, newest)
        return _Plan(number, events[-1].number if is_full else newest, _without_repeats(events), is_full)

    def _locked(self, session: Session, account_id: UUID) -> int | None:
        """Where the cursor stands, locked; None when another worker has it."""
        # Losing the last moments at a power cut loses the cursor's move with them, so the event comes again.
        session.execute(_NO_FLUSH)
        return session.scalar(_LOCK, {"consumer": self._consumer, "account": account_id})

    def _move(self, session: Session, account_id: UUID, reached: int) -> None:
        session.connection().execute(_MOVE, self._parameters(account_id, reached=reached))

    def _react(self, session: Session, event: EventRow) -> bool:
        """Whether the reaction succeeded; if not, nothing of it stays and the account has to wait."""
        try:
            with session.begin_nested():
                self._reactions[event.name](session, event)
            return True
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            parameters = self._parameters(event.account_id, longest=timedelta(seconds=LONGEST_PAUSE_SECONDS))
            failures = session.connection().execute(_PUT_OFF, parameters).scalar_one()
            _log.error(
                "reaction_failed",
                consumer=self._consumer,
                event_name=event.name,
                account_id=str(event.account_id),
                number=event.number,
                failures=failures,
                exc_info=True,
            )
            return False

    def _parameters(self, account_id: UUID, **values: Any) -> dict[str, Any]:
        return {"of_consumer": self._consumer, "of_account": account_id, **values}


def _without_repeats(events: Sequence[EventRow]) -> list[EventRow]:
    """Of events with the same name and payload only the last: a payload carries ids, so the same twice is the same once."""
    last: dict[tuple[str, str], EventRow] = {}
    for event in events:
        last[event.name, json.dumps(event.payload, sort_keys=True)] = event
    return sorted(last.values(), key=lambda event: event.number)
