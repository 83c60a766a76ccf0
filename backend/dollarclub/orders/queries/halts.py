"""Halts as people see them, and what a halt finds in the book."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from dollarclub.kit.paging import Slice
from dollarclub.orders.models import Halt, KeyWatch, Order
from dollarclub.orders.queries import watches
from dollarclub.orders.rules.states import FINAL, RESTING, OrderStatus

LIVE = tuple(status for status in OrderStatus if status not in FINAL)
ORIGIN = "kill_switch"
"""Origin of the orders that flatten; their `origin_id` is the halt."""


@dataclass(frozen=True)
class LiveOrder:
    """An order of a key that is not final."""

    order_id: UUID
    client_id: str
    symbol: str
    status: OrderStatus
    is_flattening: bool


@dataclass(frozen=True)
class Flattening:
    """The flattening orders of one symbol so far; `latest` is the newest one."""

    count: int
    live: int
    latest: OrderStatus | None
    latest_at: datetime | None
    detail: str | None


@dataclass(frozen=True)
class Held:
    """What would be flattened: a futures position, or what the book holds on spot."""

    key_id: UUID
    symbol: str
    amount: Decimal


@dataclass(frozen=True)
class Preview:
    resting_orders: int
    positions: list[Held]


def live_orders(session: Session, key_id: UUID, halt_id: UUID) -> list[LiveOrder]:
    """All orders of the key that are not final."""
    query = select(
        Order.id,
        Order.client_id,
        Order.symbol,
        Order.status,
        (Order.origin == ORIGIN) & (Order.origin_id == halt_id),
    ).where(Order.key_id == key_id, Order.status.in_(LIVE))
    return [LiveOrder(*row) for row in session.execute(query)]


def keys_with_live_orders(session: Session, account_id: UUID | None) -> set[tuple[UUID, UUID]]:
    """(key, account) of all keys that have orders which are not final."""
    query = select(Order.key_id, Order.account_id).where(Order.status.in_(LIVE)).distinct()
    if account_id is not None:
        query = query.where(Order.account_id == account_id)
    return {(key_id, owner) for key_id, owner in session.execute(query)}


def flattening(session: Session, halt_id: UUID, key_id: UUID, symbol: str) -> Flattening:
    """What the halt has ordered of this symbol so far."""
    rows = session.execute(
        select(Order.status, Order.created_at, Order.detail)
        .where(
            Order.origin == ORIGIN,
            Order.origin_id == halt_id,
            Order.key_id == key_id,
            Order.symbol == symbol,
        )
        .order_by(Order.created_at.desc())
    ).all()
    live = sum(status not in FINAL for status, _, _ in rows)
    latest = rows[0] if rows else (None, None, None)
    return Flattening(len(rows), live, latest[0], latest[1], latest[2])


def active_halt(session: Session, account_id: UUID | None) -> Halt | None:
    """The engaged halt of exactly this scope; None is the installation."""
    scope = Halt.account_id.is_(None) if account_id is None else Halt.account_id == account_id
    return session.scalar(
        select(Halt).where(scope, Halt.lifted_at.is_(None)).execution_options(populate_existing=True)
    )


def halts_page(session: Session, account_id: UUID, *, limit: int, offset: int) -> Slice[Halt]:
    """The account's halts and the installation's, newest first."""
    query = select(Halt).where(or_(Halt.account_id == account_id, Halt.account_id.is_(None)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Halt.engaged_at.desc(), Halt.id.desc()).limit(limit).offset(offset)
    return Slice(list(session.scalars(ordered)), total, limit, offset)


def preview(session: Session, *, account_id: UUID, spot_keys: Collection[UUID]) -> Preview:
    """What a halt of the account would cancel and flatten, as of the last sweeps."""
    resting = session.scalar(
        select(func.count()).where(Order.account_id == account_id, Order.status.in_(RESTING))
    )
    held = [
        Held(row.key_id, position["symbol"], Decimal(position["amount"]))
        for row in session.scalars(select(KeyWatch).where(KeyWatch.account_id == account_id))
        for position in row.positions
    ]
    for key_id in sorted(spot_keys):
        sums: dict[str, Decimal] = {}
        for each in watches.holdings(session, key_id):
            sums[each.symbol] = sums.get(each.symbol, Decimal(0)) + each.amount
        held += [Held(key_id, symbol, amount) for symbol, amount in sums.items() if amount > 0]
    return Preview(resting or 0, held)
