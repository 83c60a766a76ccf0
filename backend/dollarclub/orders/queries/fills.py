"""Fills as people see them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dollarclub.kit.paging import Slice
from dollarclub.orders.models import Fill
from dollarclub.orders.schemas.orders import FillOut


def list_fills(
    session: Session,
    *,
    account_id: UUID,
    key_id: UUID | None = None,
    symbol: str | None = None,
    order_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Slice[FillOut]:
    """The account's fills, newest first; `since` (inclusive) and `until` (exclusive) by the exchange's time."""
    where: list[ColumnElement[bool]] = [Fill.account_id == account_id]
    if key_id is not None:
        where.append(Fill.key_id == key_id)
    if symbol is not None:
        where.append(Fill.symbol == symbol)
    if order_id is not None:
        where.append(Fill.order_id == order_id)
    if since is not None:
        where.append(Fill.traded_at >= since)
    if until is not None:
        where.append(Fill.traded_at < until)
    total = session.scalar(select(func.count()).select_from(Fill).where(*where)) or 0
    query = select(Fill).where(*where).order_by(Fill.traded_at.desc(), Fill.id).limit(limit).offset(offset)
    return Slice([FillOut.model_validate(fill) for fill in session.scalars(query)], total, limit, offset)


def fills_of(session: Session, order_ids: Collection[UUID]) -> dict[UUID, list[FillOut]]:
    """The fills of orders whose owner was checked, oldest first."""
    found: dict[UUID, list[FillOut]] = defaultdict(list)
    if order_ids:
        query = select(Fill).where(Fill.order_id.in_(order_ids)).order_by(Fill.traded_at, Fill.trade_id)
        for fill in session.scalars(query):
            if fill.order_id is not None:
                found[fill.order_id].append(FillOut.model_validate(fill))
    return found
