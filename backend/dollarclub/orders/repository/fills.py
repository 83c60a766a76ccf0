"""Writes of fills: one row a trade of a key, whoever tells it first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, bindparam, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.core.db import Base
from dollarclub.exchanges.gateway import TradeReport
from dollarclub.kit.ids import new_id
from dollarclub.kit.money import ZERO
from dollarclub.orders.models import Fill, Order
from dollarclub.orders.repository.orders import LockedOrder
from dollarclub.orders.rules.progress import Sums

_TABLE = Base.metadata.tables[Fill.__tablename__]
_SUMS = select(func.sum(Fill.amount), func.sum(Fill.cost)).where(Fill.order_id == bindparam("order"))

_MISSING = select(
    Order.account_id, Order.key_id, Order.symbol, func.coalesce(Order.sent_at, Order.created_at)
).where(Order.id == bindparam("order"), or_(~Order.fills_complete, bindparam("in_any_case", type_=Boolean)))


@dataclass(frozen=True)
class AddedFills:
    """`count` trades that were not this order's yet, and all of its fills together."""

    count: int
    sums: Sums


@dataclass(frozen=True)
class Missing:
    """An order of which more was filled than its fills say, and since when to look for them."""

    account_id: UUID
    key_id: UUID
    symbol: str
    sent_at: datetime


class FillRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def sums(self, order_id: UUID) -> Sums:
        amount, cost = self._session.execute(_SUMS, {"order": order_id}).one()
        return Sums(amount or ZERO, cost or ZERO)

    def add(self, order: LockedOrder, trades: Sequence[TradeReport], source: str) -> AddedFills:
        """Store the trades of a locked order; what is stored already stays, and one that had no order gets this one."""
        if not trades:
            return AddedFills(0, self.sums(order.order_id))
        rows = _rows(trades, order.account_id, order.key_id, source, order.order_id, order.book_id)
        statement = insert(_TABLE).values(rows)
        added = (
            statement.on_conflict_do_update(
                index_elements=["key_id", "symbol", "trade_id"],
                set_={"order_id": statement.excluded.order_id, "book_id": statement.excluded.book_id},
                where=_TABLE.c.order_id.is_(None),
            )
            .returning(_TABLE.c.amount, _TABLE.c.cost)
            .cte("added")
        )
        # In one snapshot, taken after the order's lock: the rows before and the rows added are all there are.
        before = select(Fill.amount, Fill.cost).where(Fill.order_id == order.order_id)
        every = before.union_all(select(added.c.amount, added.c.cost)).subquery()
        count = select(func.count()).select_from(added).scalar_subquery()
        found = self._session.execute(select(count, func.sum(every.c.amount), func.sum(every.c.cost))).one()
        return AddedFills(found[0], Sums(found[1] or ZERO, found[2] or ZERO))

    def missing(self, order_id: UUID, *, in_any_case: bool) -> Missing | None:
        parameters = {"order": order_id, "in_any_case": in_any_case}
        row = self._session.execute(_MISSING, parameters).one_or_none()
        return Missing(*row) if row else None

    def add_foreign(
        self,
        *,
        account_id: UUID,
        key_id: UUID,
        book_id: UUID | None,
        trades: Sequence[TradeReport],
        source: str,
    ) -> int:
        """Store trades that belong to no order of ours; how many are new."""
        if not trades:
            return 0
        rows = _rows(trades, account_id, key_id, source, None, book_id)
        added = self._session.scalars(
            insert(_TABLE).values(rows).on_conflict_do_nothing().returning(_TABLE.c.id)
        )
        return len(added.all())

    def known(self, key_id: UUID, trades: Sequence[TradeReport]) -> dict[tuple[str, str], bool]:
        """Which of `trades` are stored, by (symbol, trade id), and whether each has an order."""
        wanted = [(trade.symbol, trade.trade_id) for trade in trades]
        rows = self._session.execute(
            select(Fill.symbol, Fill.trade_id, Fill.order_id.is_not(None)).where(
                Fill.key_id == key_id, tuple_(Fill.symbol, Fill.trade_id).in_(wanted)
            )
        )
        return {(symbol, trade_id): attached for symbol, trade_id, attached in rows}

    def owners(
        self, key_id: UUID, client_ids: Collection[str], venue_orders: Collection[tuple[str, str]]
    ) -> tuple[dict[str, UUID], dict[tuple[str, str], UUID]]:
        """The key's orders, by client id and by (symbol, venue order id)."""
        by_client = select(Order.client_id, Order.id).where(
            Order.key_id == key_id, Order.client_id.in_(client_ids)
        )
        by_venue = select(Order.symbol, Order.venue_order_id, Order.id).where(
            Order.key_id == key_id, tuple_(Order.symbol, Order.venue_order_id).in_(venue_orders)
        )
        clients = dict(self._session.execute(by_client).all()) if client_ids else {}
        rows: Sequence[Any] = self._session.execute(by_venue).all() if venue_orders else []
        return clients, {(symbol, venue_order): order_id for symbol, venue_order, order_id in rows}


def _rows(
    trades: Sequence[TradeReport],
    account_id: UUID,
    key_id: UUID,
    source: str,
    order_id: UUID | None,
    book_id: UUID | None,
) -> list[dict[str, Any]]:
    """One row a trade; a batch may tell the same trade twice."""
    once = {(trade.symbol, trade.trade_id): trade for trade in trades}
    return [
        {
            "id": new_id(),
            "account_id": account_id,
            "key_id": key_id,
            "order_id": order_id,
            "book_id": book_id,
            "symbol": trade.symbol,
            "trade_id": trade.trade_id,
            "venue_order_id": trade.venue_order_id,
            "side": trade.side,
            "amount": trade.amount,
            "price": trade.price,
            "cost": trade.cost,
            "fee_amount": trade.fee_amount,
            "fee_asset": trade.fee_asset,
            "is_maker": trade.is_maker,
            "source": source,
            "traded_at": trade.traded_at,
        }
        for _key, trade in sorted(once.items())
    ]
