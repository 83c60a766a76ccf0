"""Locks of the pool, and writes to its queue. Whoever changes a queue holds the lock of its pool."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.pool.models import Pool, QueueEntry, QueueStatus
from dollarclub.positions.rules.config import PositionSide


class PoolRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, account_id: UUID) -> None:
        """Hold the account's pool until the transaction ends; nobody else gives out its slots meanwhile."""
        locked = select(Pool.account_id).where(Pool.account_id == account_id).with_for_update()
        if self._session.scalar(locked) is None:
            self._session.execute(insert(Pool).values(account_id=account_id).on_conflict_do_nothing())
            self._session.execute(locked)

    def make_due(self, account_id: UUID) -> None:
        """Have the account's queue looked at now."""
        now = func.clock_timestamp()
        added = insert(Pool).values(account_id=account_id, due_at=now)
        self._session.execute(
            added.on_conflict_do_update(index_elements=[Pool.account_id], set_={"due_at": now})
        )

    def next_due(self) -> UUID | None:
        """An account whose queue is due, its pool locked until the transaction ends; None when there is none."""
        return self._session.scalar(
            select(Pool.account_id)
            .where(Pool.due_at <= func.clock_timestamp())
            .order_by(Pool.due_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )

    def due_again(self, account_id: UUID, at: datetime | None) -> None:
        """When the account's queue is looked at next without a cause; None is never."""
        self._session.execute(update(Pool).where(Pool.account_id == account_id).values(due_at=at))


class QueueRepository:
    """Statements on an open session; every look-up carries the owner's id."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, **values: Any) -> QueueEntry:
        row = QueueEntry(**values)
        self._session.add(row)
        self._session.flush()
        return row

    def waiting(self, account_id: UUID) -> list[QueueEntry]:
        """Everything that waits, first in first."""
        return list(
            self._session.scalars(
                select(QueueEntry)
                .where(QueueEntry.account_id == account_id, QueueEntry.status == QueueStatus.queued)
                .order_by(QueueEntry.first_queued_at, QueueEntry.id)
                .execution_options(populate_existing=True)
            )
        )

    def twins(
        self,
        account_id: UUID,
        *,
        key_id: UUID,
        symbol: str,
        timeframe: int | None,
        sides: Collection[PositionSide] = tuple(PositionSide),
    ) -> list[QueueEntry]:
        """What waits for a symbol on a key; a timeframe of None is any."""
        query = select(QueueEntry).where(
            QueueEntry.account_id == account_id,
            QueueEntry.status == QueueStatus.queued,
            QueueEntry.key_id == key_id,
            QueueEntry.symbol == symbol,
            QueueEntry.side.in_(sides),
        )
        if timeframe is not None:
            query = query.where(QueueEntry.timeframe == timeframe)
        return list(self._session.scalars(query.execution_options(populate_existing=True)))

    def found(self, entry_id: UUID, account_id: UUID) -> QueueEntry | None:
        return self._session.scalar(
            select(QueueEntry)
            .where(QueueEntry.id == entry_id, QueueEntry.account_id == account_id)
            .execution_options(populate_existing=True)
        )

    def settle(
        self,
        row: QueueEntry,
        status: QueueStatus,
        reason: str,
        now: datetime,
        *,
        group_id: UUID | None = None,
        explanation: str = "",
    ) -> None:
        """It waits no more."""
        row.status, row.reason, row.settled_at, row.group_id = status, reason, now, group_id
        row.explanation = explanation or row.explanation
        self._session.flush()
