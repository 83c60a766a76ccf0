"""The orders and fills of books, as whoever keeps a book needs them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import OrderType, Side
from dollarclub.orders.models import Fill, Order
from dollarclub.orders.rules.states import OrderStatus, Purpose


@dataclass(frozen=True)
class BookOrder:
    """An order of a book. `filled` is what the exchange told; the book's fills may not explain all of it yet."""

    id: UUID
    origin: str
    origin_id: UUID
    leg: str
    purpose: Purpose
    side: Side
    type: OrderType
    status: OrderStatus
    amount: Decimal | None
    price: Decimal | None
    filled: Decimal
    average: Decimal | None
    cancel_requested: bool
    code: str | None
    detail: str | None
    created_at: datetime


@dataclass(frozen=True)
class BookFill:
    """A fill of a book; without an order it was adopted."""

    order_id: UUID | None
    side: Side
    amount: Decimal
    price: Decimal
    cost: Decimal
    fee_amount: Decimal
    fee_asset: str | None
    traded_at: datetime


_BOOKS: BindParameter[UUID] = bindparam("books", expanding=True)
_ORDERS: Select[*tuple[Any, ...]] = (
    select(
        Order.book_id,
        Order.id,
        Order.origin,
        Order.origin_id,
        Order.leg,
        Order.purpose,
        Order.side,
        Order.type,
        Order.status,
        Order.amount,
        Order.price,
        Order.filled,
        Order.average,
        Order.cancel_requested_at.is_not(None),
        Order.code,
        Order.detail,
        Order.created_at,
    )
    .where(Order.book_id.in_(_BOOKS))
    .order_by(Order.created_at, Order.id)
)
_FILLS: Select[*tuple[Any, ...]] = (
    select(
        Fill.book_id,
        Fill.order_id,
        Fill.side,
        Fill.amount,
        Fill.price,
        Fill.cost,
        Fill.fee_amount,
        Fill.fee_asset,
        Fill.traded_at,
    )
    .where(Fill.book_id.in_(_BOOKS))
    .order_by(Fill.traded_at, Fill.trade_id)
)
_BOOK = select(Order.book_id).where(Order.id == bindparam("order"))


def orders_of_books(session: Session, book_ids: Collection[UUID]) -> dict[UUID, list[BookOrder]]:
    """All orders of each book, oldest first; books without any are absent."""
    found: dict[UUID, list[BookOrder]] = defaultdict(list)
    if book_ids:
        for row in session.execute(_ORDERS, {"books": list(book_ids)}):
            found[row[0]].append(BookOrder(*row[1:]))
    return dict(found)


def fills_of_books(session: Session, book_ids: Collection[UUID]) -> dict[UUID, list[BookFill]]:
    """All fills of each book, oldest first; books without any are absent."""
    found: dict[UUID, list[BookFill]] = defaultdict(list)
    if book_ids:
        for row in session.execute(_FILLS, {"books": list(book_ids)}):
            found[row[0]].append(BookFill(*row[1:]))
    return dict(found)


def book_of(session: Session, order_id: UUID) -> UUID | None:
    """The book of an order; None when it has none or is not there."""
    return session.scalar(_BOOK, {"order": order_id})
