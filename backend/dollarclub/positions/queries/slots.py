"""Which groups take a slot, as the pool and the alerts need to know it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from dollarclub.positions.models import PositionGroup, Pyramid
from dollarclub.positions.rules.config import GridPlan, PositionSide
from dollarclub.positions.rules.states import ACTIVE, GroupStatus


@dataclass(frozen=True)
class ActiveGroup:
    """`plan` as it was when the group opened; `pyramids` counts all entries so far, `last_bar` is the latest one's."""

    id: UUID
    side: PositionSide
    timeframe: int
    status: GroupStatus
    plan: GridPlan
    pyramids: int
    last_bar: int | None


def active_groups(session: Session, *, account_id: UUID, key_id: UUID, symbol: str) -> list[ActiveGroup]:
    """Open and closing groups of one symbol on one key, whatever their timeframe and side, oldest first."""
    rows = session.execute(
        select(
            PositionGroup.id,
            PositionGroup.side,
            PositionGroup.timeframe,
            PositionGroup.status,
            PositionGroup.plan,
            func.count(Pyramid.id),
            func.max(Pyramid.bar),
        )
        .outerjoin(Pyramid, Pyramid.group_id == PositionGroup.id)
        .where(
            PositionGroup.account_id == account_id,
            PositionGroup.key_id == key_id,
            PositionGroup.symbol == symbol,
            PositionGroup.status.in_(ACTIVE),
        )
        .group_by(PositionGroup.id)
        .order_by(PositionGroup.created_at, PositionGroup.id)
    )
    return [
        ActiveGroup(row[0], row[1], row[2], row[3], GridPlan.from_json(row[4]), row[5], row[6])
        for row in rows
    ]


def slots_used(session: Session, account_id: UUID) -> int:
    """How many groups of the account are open or closing."""
    return (
        session.scalar(
            select(func.count())
            .select_from(PositionGroup)
            .where(PositionGroup.account_id == account_id, PositionGroup.status.in_(ACTIVE))
        )
        or 0
    )


def is_active(session: Session, *, account_id: UUID, group_id: UUID) -> bool:
    """Whether the group still takes a slot."""
    found = session.scalar(
        select(PositionGroup.id).where(
            PositionGroup.id == group_id,
            PositionGroup.account_id == account_id,
            PositionGroup.status.in_(ACTIVE),
        )
    )
    return found is not None


def opened_by(session: Session, *, account_id: UUID, signal_id: UUID) -> bool:
    """Whether a signal opened a position, rather than adding to one."""
    found = session.scalar(
        select(Pyramid.id).where(
            Pyramid.signal_id == signal_id, Pyramid.account_id == account_id, Pyramid.number == 1
        )
    )
    return found is not None


def group_of_signal(session: Session, *, account_id: UUID, signal_id: UUID) -> UUID | None:
    """The group that a signal opened, added to or closed; None when it did none of these."""
    return session.scalar(
        select(PositionGroup.id)
        .outerjoin(Pyramid, Pyramid.group_id == PositionGroup.id)
        .where(
            PositionGroup.account_id == account_id,
            or_(Pyramid.signal_id == signal_id, PositionGroup.close_signal_id == signal_id),
        )
        .order_by(PositionGroup.created_at.desc())
        .limit(1)
    )
