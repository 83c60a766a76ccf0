"""Writes and locks of groups, pyramids and legs. Every change is guarded by what it changes from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Interval, bindparam, func, insert, null, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from dollarclub.core.db import Base
from dollarclub.positions.models import Leg, PositionGroup, Pyramid
from dollarclub.positions.rules.states import ACTIVE, CloseReason, GroupStatus

REPAIR = timedelta(seconds=15)
"""How long after a look a group is looked at again, whatever happens."""

_NOW = func.clock_timestamp()
_IS_ACTIVE = PositionGroup.status.in_(sorted(ACTIVE))
_DUE = (
    select(PositionGroup.id)
    .where(
        _IS_ACTIVE,
        PositionGroup.due_at <= _NOW,
        or_(PositionGroup.lease_until.is_(None), PositionGroup.lease_until < _NOW),
    )
    .order_by(PositionGroup.due_at)
    .limit(bindparam("room", type_=Integer))
    .with_for_update(skip_locked=True, key_share=True)
)
_CLAIM = (
    update(PositionGroup)
    .where(PositionGroup.id.in_(_DUE.scalar_subquery()))
    .values(
        worker=bindparam("claimer"),
        lease_until=_NOW + bindparam("lease", type_=Interval),
        due_at=_NOW + bindparam("repair", type_=Interval),
    )
    .returning(PositionGroup.id, PositionGroup.account_id, PositionGroup.key_id, PositionGroup.lease_until)
    .execution_options(synchronize_session=False)
)
_MINE = (
    PositionGroup.id == bindparam("group"),
    PositionGroup.worker == bindparam("claimer"),
    PositionGroup.lease_until == bindparam("claim"),
)
_HOLD = (
    update(PositionGroup)
    .where(*_MINE)
    .values(lease_until=_NOW + bindparam("lease", type_=Interval))
    .returning(PositionGroup.lease_until)
    .execution_options(synchronize_session=False)
)
_RELEASE = (
    update(PositionGroup)
    .where(*_MINE)
    .values(
        worker=null(),
        lease_until=null(),
        due_at=func.least(PositionGroup.due_at, _NOW + bindparam("pause", type_=Interval)),
    )
    .execution_options(synchronize_session=False)
)
_WAKE = (
    update(PositionGroup)
    .where(PositionGroup.id == bindparam("group"), _IS_ACTIVE)
    .values(due_at=func.least(func.coalesce(PositionGroup.due_at, _NOW), _NOW))
    .returning(PositionGroup.account_id)
    .execution_options(synchronize_session=False)
)
_FREE_LOST = (
    update(PositionGroup)
    .where(PositionGroup.worker.in_(bindparam("dead", expanding=True)))
    .values(worker=null(), lease_until=null(), due_at=_NOW)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class ClaimedGroup:
    """A group that its claimer has to see to; `lease_until` names the claim."""

    group_id: UUID
    account_id: UUID
    key_id: UUID
    lease_until: datetime


class GroupRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, worker: str, lease: timedelta, *, room: int) -> list[ClaimedGroup]:
        """Up to `room` groups that are due, the longest due first; nobody else gets them within `lease`."""
        parameters = {"claimer": worker, "lease": lease, "repair": REPAIR, "room": room}
        return [ClaimedGroup(*row) for row in self._execute(_CLAIM, parameters)]

    def hold(self, claimed: ClaimedGroup, worker: str, lease: timedelta) -> ClaimedGroup | None:
        """Lock the group until the transaction ends and renew the lease; None when it is somebody else's by now."""
        parameters = {"group": claimed.group_id, "claimer": worker, "claim": claimed.lease_until}
        until = self._execute(_HOLD, {**parameters, "lease": lease}).scalar_one_or_none()
        if until is None:
            return None
        return ClaimedGroup(claimed.group_id, claimed.account_id, claimed.key_id, until)

    def release(self, claimed: ClaimedGroup, worker: str, pause: timedelta) -> None:
        """Give the claim up; the group is due after `pause`, or as soon as something woke it meanwhile."""
        parameters = {"group": claimed.group_id, "claimer": worker, "claim": claimed.lease_until}
        self._execute(_RELEASE, {**parameters, "pause": pause})

    def free_lost(self, dead: Collection[str]) -> None:
        """Make the groups of dead workers due now."""
        if dead:
            self._execute(_FREE_LOST, {"dead": list(dead)})

    def wake(self, group_id: UUID) -> UUID | None:
        """Make an active group due now; its account, None when there is no such group."""
        found: UUID | None = self._execute(_WAKE, {"group": group_id}).scalar_one_or_none()
        return found

    def row(self, group_id: UUID) -> PositionGroup | None:
        return self._session.scalar(
            select(PositionGroup)
            .where(PositionGroup.id == group_id)
            .execution_options(populate_existing=True)
        )

    def locked(self, group_id: UUID, account_id: UUID) -> PositionGroup | None:
        """The account's group, locked until the transaction ends."""
        return self._session.scalar(
            select(PositionGroup)
            .where(PositionGroup.id == group_id, PositionGroup.account_id == account_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )

    def add(self, **values: Any) -> bool:
        """A new group, due at once; false when there is an active one of its pair, timeframe and side."""
        table = Base.metadata.tables[PositionGroup.__tablename__]
        statement = upsert(table).values(due_at=_NOW, **values).on_conflict_do_nothing().returning(table.c.id)
        return self._execute(statement, {}).scalar_one_or_none() is not None

    def add_pyramid(self, **values: Any) -> bool:
        """A further pyramid; false when its candle has made one already."""
        table = Base.metadata.tables[Pyramid.__tablename__]
        statement = upsert(table).values(**values).on_conflict_do_nothing().returning(table.c.id)
        return self._execute(statement, {}).scalar_one_or_none() is not None

    def add_legs(self, rows: Sequence[dict[str, Any]]) -> None:
        self._session.connection().execute(insert(Base.metadata.tables[Leg.__tablename__]), list(rows))

    def last_pyramid(self, group_id: UUID) -> int:
        """The number of the group's newest pyramid; 0 without one."""
        query = select(func.coalesce(func.max(Pyramid.number), 0)).where(Pyramid.group_id == group_id)
        return self._session.scalar(query) or 0

    def begin_close(
        self, group_id: UUID, reason: CloseReason, note: str = "", signal_id: UUID | None = None
    ) -> bool:
        """open → closing; false when it is not open any more."""
        return self._changed(
            update(PositionGroup)
            .where(PositionGroup.id == group_id, PositionGroup.status == GroupStatus.open)
            .values(
                status=GroupStatus.closing,
                close_reason=reason,
                close_note=note,
                close_signal_id=signal_id,
                closing_at=_NOW,
                due_at=_NOW,
            )
            .returning(PositionGroup.id)
        )

    def finish(
        self, group_id: UUID, status: GroupStatus, result: dict[str, Any], problem: str | None
    ) -> bool:
        """The end of an active group."""
        return self._changed(
            update(PositionGroup)
            .where(PositionGroup.id == group_id, _IS_ACTIVE)
            .values(status=status, result=result, problem=problem, closed_at=_NOW, due_at=None)
            .returning(PositionGroup.id)
        )

    def change(self, group_id: UUID, **values: Any) -> None:
        """Set columns of an active group and make it due now."""
        self._changed(
            update(PositionGroup)
            .where(PositionGroup.id == group_id, _IS_ACTIVE)
            .values(due_at=_NOW, **values)
            .returning(PositionGroup.id)
        )

    def tell_problem(self, group_id: UUID, problem: str | None, *, spared: str) -> bool:
        """Store what a person should know of an active group; whether it is news. None takes away all but `spared`."""
        return self._changed(
            update(PositionGroup)
            .where(
                PositionGroup.id == group_id,
                _IS_ACTIVE,
                PositionGroup.problem.is_distinct_from(problem),
                true() if problem is not None else PositionGroup.problem != spared,
            )
            .values(problem=problem)
            .returning(PositionGroup.id)
        )

    def close_pyramid(self, pyramid_id: UUID, group_id: UUID, reason: CloseReason) -> bool:
        """Have a pyramid closed; false when it is being closed already, or is not of this group."""
        return self._changed(
            update(Pyramid)
            .where(Pyramid.id == pyramid_id, Pyramid.group_id == group_id, Pyramid.closing_at.is_(None))
            .values(closing_at=_NOW, close_reason=reason)
            .returning(Pyramid.id)
        )

    def cancel_leg(self, leg_id: UUID, group_id: UUID, note: str) -> bool:
        """Have a leg's entry taken back; false when it is already, or the leg is not of this group."""
        return self._changed(
            update(Leg)
            .where(Leg.id == leg_id, Leg.group_id == group_id, Leg.cancelled_at.is_(None))
            .values(cancelled_at=_NOW, cancel_note=note)
            .returning(Leg.id)
        )

    def close_leg(self, leg_id: UUID, group_id: UUID) -> bool:
        """Have a leg closed; false when it is being closed already, or is not of this group."""
        return self._changed(
            update(Leg)
            .where(Leg.id == leg_id, Leg.group_id == group_id, Leg.closing_at.is_(None))
            .values(closing_at=_NOW)
            .returning(Leg.id)
        )

    def group_of(self, part: type[Pyramid] | type[Leg], part_id: UUID) -> UUID | None:
        """The group of a pyramid or a leg."""
        return self._session.scalar(select(part.group_id).where(part.id == part_id))

    def _changed(self, statement: Any) -> bool:
        return self._execute(statement, {}).first() is not None

    def _execute(self, statement: Any, parameters: dict[str, Any]) -> Any:
        """Past the mapper, whose part in such a statement costs more than the statement."""
        return self._session.connection().execute(statement, parameters)
