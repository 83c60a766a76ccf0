"""Orders as people see them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dollarclub.core.outbox import EventRow
from dollarclub.kit.paging import Slice
from dollarclub.orders.models import Order, OrderStep
from dollarclub.orders.queries.fills import fills_of
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.schemas.orders import OrderDetailOut, OrderOut, OrderStepOut


def list_orders(
    session: Session,
    *,
    account_id: UUID,
    statuses: Collection[OrderStatus] = (),
    key_id: UUID | None = None,
    symbol: str | None = None,
    origin_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Slice[OrderOut]:
    """The account's orders, newest first; `since` (inclusive) and `until` (exclusive) are about when they were made."""
    where: list[ColumnElement[bool]] = [Order.account_id == account_id]
    if statuses:
        where.append(Order.status.in_(statuses))
    if key_id is not None:
        where.append(Order.key_id == key_id)
    if symbol is not None:
        where.append(Order.symbol == symbol)
    if origin_id is not None:
        where.append(Order.origin_id == origin_id)
    if since is not None:
        where.append(Order.created_at >= since)
    if until is not None:
        where.append(Order.created_at < until)
    total = session.scalar(select(func.count()).select_from(Order).where(*where)) or 0
    query = (
        select(Order).where(*where).order_by(Order.created_at.desc(), Order.id).limit(limit).offset(offset)
    )
    return Slice([OrderOut.model_validate(order) for order in session.scalars(query)], total, limit, offset)


def order(session: Session, *, account_id: UUID, order_id: UUID) -> OrderDetailOut | None:
    """One order of the account with its story."""
    found = _details(session, Order.account_id == account_id, Order.id == order_id)
    return found[0] if found else None


def orders_of(session: Session, *, account_id: UUID, origin_id: UUID) -> list[OrderDetailOut]:
    """The orders that came of one origin (a signal), oldest first, with their stories."""
    return _details(session, Order.account_id == account_id, Order.origin_id == origin_id)


def describe_orders(
    session: Session, account_id: UUID, rows: Sequence[EventRow]
) -> dict[int, dict[str, Any]]:
    """What followers are told of changed orders, by event number: each order's present state."""
    wanted = {row.number: UUID(row.payload["order_id"]) for row in rows}
    found = session.scalars(
        select(Order).where(Order.account_id == account_id, Order.id.in_(set(wanted.values())))
    )
    shown = {each.id: OrderOut.model_validate(each).model_dump(mode="json") for each in found}
    return {number: {"order": shown[order_id]} for number, order_id in wanted.items() if order_id in shown}


def _details(session: Session, *where: ColumnElement[bool]) -> list[OrderDetailOut]:
    orders = session.scalars(select(Order).where(*where).order_by(Order.created_at, Order.id)).all()
    ids = [each.id for each in orders]
    steps: dict[UUID, list[OrderStepOut]] = defaultdict(list)
    if ids:
        query = select(OrderStep).where(OrderStep.order_id.in_(ids)).order_by(OrderStep.at, OrderStep.id)
        for step in session.scalars(query):
            steps[step.order_id].append(OrderStepOut.model_validate(step))
    fills = fills_of(session, ids)
    return [
        OrderDetailOut(
            **OrderOut.model_validate(each).model_dump(),
            steps=steps[each.id],
            fills=fills.get(each.id, []),
            answer=each.answer,
        )
        for each in orders
    ]
