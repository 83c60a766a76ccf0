"""Writes of what risk knows of a group."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.risk.models import RiskState
from dollarclub.risk.rules.timers import Timer


class StateRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, group_ids: Collection[UUID]) -> dict[UUID, RiskState]:
        """The states of those groups that have one."""
        if not group_ids:
            return {}
        query = select(RiskState).where(RiskState.group_id.in_(group_ids))
        rows = self._session.scalars(query.execution_options(populate_existing=True))
        return {row.group_id: row for row in rows}

    def locked(self, group_id: UUID, account_id: UUID) -> RiskState:
        """The group's row, made when it is not there, locked until the transaction ends."""
        new = insert(RiskState).values(group_id=group_id, account_id=account_id)
        self._session.execute(new.on_conflict_do_nothing())
        query = select(RiskState).where(RiskState.group_id == group_id).with_for_update()
        row = self._session.scalar(query.execution_options(populate_existing=True))
        assert row is not None
        return row

    def set_timer(self, group_id: UUID, account_id: UUID, timer: Timer) -> None:
        values = {"timer_started_at": timer.started_at, "timer_expires_at": timer.expires_at}
        self._session.execute(
            insert(RiskState)
            .values(group_id=group_id, account_id=account_id, **values)
            .on_conflict_do_update(index_elements=[RiskState.group_id], set_=values)
        )
