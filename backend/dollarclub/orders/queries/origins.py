"""Orders as those who asked for them need them: what became of them, and what is still to come in a book."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, func, select, union_all
from sqlalchemy.orm import Session

from dollarclub.kit.money import ZERO
from dollarclub.orders.models import Fill, Order
from dollarclub.orders.rules.states import FINAL, OrderStatus, Purpose

LIVE = tuple(status for status in OrderStatus if status not in FINAL)


@dataclass(frozen=True)
class OriginOrder:
    """What became of one leg; `code` and `detail` tell why it did not go through."""

    origin_id: UUID
    leg: str
    purpose: Purpose
    status: OrderStatus
    filled: Decimal
    code: str | None
    detail: str | None


@dataclass(frozen=True)
class Pending:
    """An order of a book that is not over or whose fills are not all known.

    `to_come` is what its fills may still add to those that are known, in base units; 0 for a buy by cost.
    """

    order_id: UUID
    purpose: Purpose
    status: OrderStatus
    to_come: Decimal

    @property
    def is_live(self) -> bool:
        return self.status not in FINAL


_BY_ORIGIN = (
    select(Order.origin_id, Order.leg, Order.purpose, Order.status, Order.filled, Order.code, Order.detail)
    .where(Order.origin == bindparam("of"), Order.origin_id.in_(bindparam("ids", expanding=True)))
    .order_by(Order.created_at, Order.id)
)
_KNOWN = (
    select(func.coalesce(func.sum(Fill.amount), ZERO))
    .where(Fill.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
)
_OF_BOOK = (
    Order.key_id == bindparam("key"),
    Order.symbol == bindparam("pair"),
    Order.book_id == bindparam("book"),
)
_ROW = (Order.id, Order.purpose, Order.status)
# Two selects, since each has an index of its own.
_PENDING = union_all(
    select(*_ROW, func.greatest(func.coalesce(Order.amount, ZERO) - _KNOWN, ZERO)).where(
        *_OF_BOOK, Order.status.in_(LIVE)
    ),
    select(*_ROW, func.greatest(Order.filled - _KNOWN, ZERO)).where(
        *_OF_BOOK, Order.status.in_(FINAL), ~Order.fills_complete
    ),
)


def orders_by_origin(
    session: Session, origin: str, origin_ids: Collection[UUID]
) -> dict[UUID, list[OriginOrder]]:
    """The orders of each of `origin_ids` in the order in which they were written; those without any are absent."""
    found: dict[UUID, list[OriginOrder]] = defaultdict(list)
    if origin_ids:
        for row in session.execute(_BY_ORIGIN, {"of": origin, "ids": list(origin_ids)}):
            found[row[0]].append(OriginOrder(*row))
    return dict(found)


def pending_in_book(session: Session, *, key_id: UUID, symbol: str, book_id: UUID) -> list[Pending]:
    """What may still change the book's position in this pair."""
    rows = session.execute(_PENDING, {"key": key_id, "pair": symbol, "book": book_id})
    return [Pending(*row) for row in rows]
