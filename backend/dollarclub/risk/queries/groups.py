"""An account's positions as risk looks at them."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from dollarclub.exchanges import queries as prices
from dollarclub.exchanges.gateway import Side
from dollarclub.kit.clock import utc_now
from dollarclub.kit.money import ZERO
from dollarclub.orders.models import Fill
from dollarclub.positions.models import PositionGroup, Pyramid
from dollarclub.positions.queries.groups import FRESH
from dollarclub.positions.queries.views import catalog_of, steps_by_market, views_of
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.states import ACTIVE
from dollarclub.risk.rules.group import Group
from dollarclub.risk.rules.purse import purse_of, quote_of

IS_ENTRY: ColumnElement[bool] = or_(
    and_(PositionGroup.side == PositionSide.long, Fill.side == Side.buy),
    and_(PositionGroup.side == PositionSide.short, Fill.side == Side.sell),
)
"""Whether a fill of a group's book is on the side that opens it."""


def active_groups(session: Session, account_id: UUID) -> list[Group]:
    """Open and closing groups of the account, oldest first."""
    rows = session.scalars(
        select(PositionGroup)
        .where(PositionGroup.account_id == account_id, PositionGroup.status.in_(ACTIVE))
        .order_by(PositionGroup.created_at, PositionGroup.id)
        .execution_options(populate_existing=True)
    )
    return _groups(session, list(rows))


def groups(session: Session, account_id: UUID, group_ids: Collection[UUID]) -> dict[UUID, Group]:
    """Those of `group_ids` that are the account's, whatever their status."""
    rows = session.scalars(
        select(PositionGroup)
        .where(PositionGroup.account_id == account_id, PositionGroup.id.in_(group_ids))
        .execution_options(populate_existing=True)
    )
    return {group.id: group for group in _groups(session, list(rows))}


def realised_since(session: Session, account_id: UUID, since: datetime) -> dict[str, Decimal]:
    """What was realised at or after `since`, net of fees, by purse; parts of groups that are still open included.

    Only groups that sold something since then are read.
    """
    sold = (
        select(Fill.book_id)
        .join(PositionGroup, PositionGroup.id == Fill.book_id)
        .where(Fill.account_id == account_id, Fill.traded_at >= since, not_(IS_ENTRY))
    )
    rows = session.scalars(
        select(PositionGroup)
        .where(PositionGroup.account_id == account_id, PositionGroup.id.in_(sold))
        .execution_options(populate_existing=True)
    ).all()
    sums: dict[str, Decimal] = {}
    ledgers = []
    for row in rows:
        if row.result is not None and row.created_at >= since:
            purse = purse_of(row.environment, quote_of(row.symbol))
            sums[purse] = sums.get(purse, ZERO) + Decimal(row.result["realised"])
        else:
            ledgers.append(row)
    for group in _groups(session, ledgers):
        sums[group.purse] = sums.get(group.purse, ZERO) + group.realised_since(since)
    return sums


def entries_since(session: Session, account_id: UUID, since: datetime) -> dict[str, int]:
    """How many entries were opened at or after `since`, by purse; every pyramid is one."""
    rows = session.execute(
        select(PositionGroup.environment, PositionGroup.symbol, func.count())
        .join(Pyramid, Pyramid.group_id == PositionGroup.id)
        .where(PositionGroup.account_id == account_id, Pyramid.created_at >= since)
        .group_by(PositionGroup.environment, PositionGroup.symbol)
    )
    sums: dict[str, int] = {}
    for environment, symbol, count in rows:
        purse = purse_of(environment, quote_of(symbol))
        sums[purse] = sums.get(purse, 0) + count
    return sums


def _groups(session: Session, rows: list[PositionGroup]) -> list[Group]:
    if not rows:
        return []
    known = prices.last_prices(session, {(catalog_of(row), row.symbol) for row in rows})
    oldest = utc_now() - FRESH
    lasts = {place: price.last for place, price in known.items() if price.seen_at > oldest}
    views = views_of(session, rows, steps_by_market(session, rows), lasts)
    return [
        Group(row.account_id, row.key_id, row.environment, row.symbol, row.created_at, views[row.id])
        for row in rows
    ]
