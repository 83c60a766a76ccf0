"""How much money active groups hold or may still take, added up by the database; groups that sold something by the ledger.

It is asked for each entry, under a lock, so it must not read every order of every group.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, not_, select
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.kit.money import ZERO
from dollarclub.orders.models import Fill, Order
from dollarclub.orders.rules.states import FINAL, Purpose
from dollarclub.positions.models import Leg, PositionGroup, Pyramid
from dollarclub.positions.rules.states import ACTIVE, GroupStatus
from dollarclub.positions.rules.view import ENTRY, LEG
from dollarclub.risk.queries.groups import IS_ENTRY, groups
from dollarclub.risk.rules.purse import purse_of, quote_of


@dataclass(frozen=True)
class GroupExposure:
    """`amount` in quote units: what is invested and what may still be bought."""

    id: UUID
    symbol: str
    purse: str
    amount: Decimal


def exposures(session: Session, account_id: UUID) -> list[GroupExposure]:
    """Of every active group of the account; equal to `Group.exposure` of each."""
    rows = session.execute(
        select(PositionGroup.id, PositionGroup.symbol, PositionGroup.environment).where(*_active(account_id))
    ).all()
    if not rows:
        return []
    invested, sellers = _invested(session, account_id)
    to_come = _to_come(session, account_id)
    by_ledger = groups(session, account_id, sellers) if sellers else {}
    found = []
    for group_id, symbol, environment in rows:
        amount = invested.get(group_id, ZERO) + to_come.get(group_id, ZERO)
        if group_id in by_ledger:
            amount = by_ledger[group_id].exposure
        found.append(GroupExposure(group_id, symbol, _purse(environment, symbol), amount))
    return found


def _active(account_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (PositionGroup.account_id == account_id, PositionGroup.status.in_(sorted(ACTIVE)))


def _purse(environment: Environment, symbol: str) -> str:
    return purse_of(environment, quote_of(symbol))


def _invested(session: Session, account_id: UUID) -> tuple[dict[UUID, Decimal], set[UUID]]:
    """What the entries cost, less what their fees took of it; and the groups for which that is not all."""
    is_base_fee = and_(
        PositionGroup.market_type == MarketType.spot,
        Fill.fee_asset == func.split_part(Fill.symbol, "/", 1),
    )
    kept = Fill.cost - case((is_base_fee, Fill.fee_amount * Fill.price), else_=ZERO)
    rows = session.execute(
        select(Fill.book_id, func.sum(kept), func.bool_or(not_(IS_ENTRY)))
        .join(PositionGroup, PositionGroup.id == Fill.book_id)
        .where(*_active(account_id))
        .group_by(Fill.book_id)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0] for row in rows if row[2]}


def _to_come(session: Session, account_id: UUID) -> dict[UUID, Decimal]:
    """What entries that rest or were not sent may still cost."""
    known = select(func.coalesce(func.sum(Fill.amount), ZERO)).where(Fill.order_id == Order.id)
    whole = case((Order.status.in_(sorted(FINAL)), Order.filled), else_=Order.amount)
    sent = func.greatest(whole - known.correlate(Order).scalar_subquery(), ZERO)
    is_wanted = and_(
        PositionGroup.status == GroupStatus.open,
        Leg.cancelled_at.is_(None),
        Leg.closing_at.is_(None),
        Pyramid.closing_at.is_(None),
    )
    unsent = case((is_wanted, Leg.amount), else_=ZERO)
    amount = case((Order.id.is_(None), unsent), else_=sent)
    is_entry_of_leg = and_(
        Order.origin == LEG, Order.origin_id == Leg.id, Order.leg == ENTRY, Order.purpose == Purpose.entry
    )
    rows = session.execute(
        select(Leg.group_id, func.sum(amount * Leg.price))
        .join(PositionGroup, PositionGroup.id == Leg.group_id)
        .join(Pyramid, Pyramid.id == Leg.pyramid_id)
        .outerjoin(Order, is_entry_of_leg)
        .where(*_active(account_id))
        .group_by(Leg.group_id)
    )
    return {row[0]: row[1] for row in rows}
