"""What closed groups came to, as it is stored with them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, cast, func, or_, select
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.positions.models import PositionGroup
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.states import ACTIVE, CloseReason


@dataclass(frozen=True)
class ClosedGroup:
    """A group that has ended and traded at all. `entered` and `exited` are base units, money is quote units.

    `realised` is net of `fees`; `percent` is `realised` of `entry_cost`.
    """

    id: UUID
    key_id: UUID
    strategy_id: UUID | None
    environment: Environment
    market_type: MarketType
    symbol: str
    timeframe: int
    side: PositionSide
    close_reason: CloseReason | None
    opened_at: datetime
    closed_at: datetime
    entered: Decimal
    exited: Decimal
    average_entry: Decimal | None
    average_exit: Decimal | None
    entry_cost: Decimal
    gross_realised: Decimal
    realised: Decimal
    fees: Decimal
    percent: Decimal


def _figure(name: str) -> ColumnElement[Decimal]:
    return cast(PositionGroup.result[name].astext, Numeric())


_FIGURES = (
    "entered",
    "exited",
    "average_entry",
    "average_exit",
    "entry_cost",
    "gross_realised",
    "realised",
    "fees",
    "percent",
)


def closed_groups(
    session: Session, *, account_id: UUID, since: datetime | None = None, key_id: UUID | None = None
) -> list[ClosedGroup]:
    """The account's groups that ended at or after `since`, the earliest end first; those that never filled are left out."""
    where = [*_traded(account_id)]
    if since is not None:
        where.append(PositionGroup.closed_at >= since)
    if key_id is not None:
        where.append(PositionGroup.key_id == key_id)
    columns: tuple[Any, ...] = (
        PositionGroup.id,
        PositionGroup.key_id,
        PositionGroup.strategy_id,
        PositionGroup.environment,
        PositionGroup.market_type,
        PositionGroup.symbol,
        PositionGroup.timeframe,
        PositionGroup.side,
        PositionGroup.close_reason,
        PositionGroup.created_at,
        PositionGroup.closed_at,
        *map(_figure, _FIGURES),
    )
    rows = session.execute(select(*columns).where(*where).order_by(PositionGroup.closed_at, PositionGroup.id))
    return [ClosedGroup(*row) for row in rows]


@dataclass(frozen=True)
class PairSum:
    """What closed groups of one pair on one key realised, net of fees, in quote units."""

    key_id: UUID
    environment: Environment
    symbol: str
    realised: Decimal


def realised_by_pair(
    session: Session, *, account_id: UUID, before: datetime | None = None, key_id: UUID | None = None
) -> list[PairSum]:
    """Of all closed groups of the account, or of those that ended before a moment."""
    where = [*_traded(account_id)]
    if before is not None:
        where.append(PositionGroup.closed_at < before)
    if key_id is not None:
        where.append(PositionGroup.key_id == key_id)
    place = (PositionGroup.key_id, PositionGroup.environment, PositionGroup.symbol)
    rows = session.execute(select(*place, func.sum(_figure("realised"))).where(*where).group_by(*place))
    return [PairSum(*row) for row in rows]


def accounts_with_groups(session: Session, *, since: datetime) -> set[UUID]:
    """Accounts that have an active group, or one that ended at or after `since`."""
    rows = session.scalars(
        select(PositionGroup.account_id)
        .where(or_(PositionGroup.status.in_(ACTIVE), PositionGroup.closed_at >= since))
        .distinct()
    )
    return set(rows)


def _traded(account_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        PositionGroup.account_id == account_id,
        PositionGroup.closed_at.is_not(None),
        PositionGroup.result.is_not(None),
        _figure("entered") > 0,
    )
