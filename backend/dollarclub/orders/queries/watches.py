"""What a sweep has to look at, what the book says, and balances as people see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Side
from dollarclub.kit.money import ZERO
from dollarclub.orders.models import Fill, KeyWatch, Order
from dollarclub.orders.rules.differences import Holding, Turnover
from dollarclub.orders.rules.states import FINAL, RESTING, OrderStatus

LIVE = tuple(status for status in OrderStatus if status not in FINAL)
MOVING = (OrderStatus.new, OrderStatus.sending, OrderStatus.unknown)
RECENT = timedelta(minutes=10)
OVERLAP = timedelta(seconds=60)
"""How far before the last known trade is read: exchanges' clocks differ, and events overtake each other."""

_RESTING = select(Order.id, Order.client_id, Order.symbol, Order.status, Order.filled).where(
    Order.key_id == bindparam("key"), Order.status.in_(RESTING)
)
_is_behind = or_(~Order.fills_complete, Order.status == OrderStatus.unknown)
_ACTIVE = (
    select(
        Order.symbol,
        func.min(Order.created_at),
        func.min(case((_is_behind, Order.created_at))),
        select(func.max(Fill.traded_at))
        .where(Fill.key_id == bindparam("key"), Fill.symbol == Order.symbol)
        .scalar_subquery(),
    )
    .where(
        Order.key_id == bindparam("key"),
        or_(
            Order.status.in_(LIVE),
            ~Order.fills_complete,
            and_(
                Order.account_id == bindparam("account"),
                Order.created_at > func.clock_timestamp() - literal(RECENT),
            ),
            and_(
                Order.account_id == bindparam("account"),
                Order.settled_at > func.clock_timestamp() - literal(RECENT),
            ),
        ),
    )
    .group_by(Order.symbol)
)
_TURNOVER = (
    select(
        Fill.symbol,
        Fill.side == Side.buy,
        Fill.fee_asset,
        func.sum(Fill.amount),
        func.sum(Fill.cost),
        func.sum(Fill.fee_amount),
    )
    .where(Fill.key_id == bindparam("key"))
    .group_by(Fill.symbol, Fill.side, Fill.fee_asset)
)
_OWNERS = select(Order.client_id, Order.id, Order.key_id).where(
    Order.client_id.in_(bindparam("clients", expanding=True))
)


@dataclass(frozen=True)
class RestingOrder:
    """An order that the book says rests at the exchange."""

    order_id: UUID
    client_id: str
    symbol: str
    status: OrderStatus
    filled: Decimal


@dataclass(frozen=True)
class SweepPlan:
    """`since` is from when on the trades of each symbol are read."""

    resting: list[RestingOrder]
    since: dict[str, datetime]


def sweep_plan(session: Session, *, key_id: UUID, account_id: UUID, swept_at: datetime | None) -> SweepPlan:
    """Orders that rest, and the symbols in which something was going on since the last sweep, at `swept_at`."""
    resting = [RestingOrder(*row) for row in session.execute(_RESTING, {"key": key_id})]
    since = {}
    for symbol, first, behind, last_trade in session.execute(_ACTIVE, {"key": key_id, "account": account_id}):
        begin = [moment for moment in (behind, swept_at, last_trade) if moment is not None]
        since[symbol] = (min(begin) if begin else first) - OVERLAP
    return SweepPlan(resting, since)


def moving_symbols(session: Session, key_id: UUID) -> set[str]:
    """Symbols whose sums may change at any moment or are not all known: nothing is concluded from them."""
    query = select(Order.symbol).where(
        Order.key_id == key_id, or_(Order.status.in_(MOVING), ~Order.fills_complete)
    )
    return set(session.scalars(query))


def turnovers(session: Session, key_id: UUID) -> list[Turnover]:
    """All fills of the key added up."""
    rows = session.execute(_TURNOVER, {"key": key_id})
    return [
        Turnover(symbol, is_buy, asset, amount, cost, fee or ZERO)
        for symbol, is_buy, asset, amount, cost, fee in rows
    ]


def holdings(session: Session, key_id: UUID, symbols: Collection[str] | None = None) -> list[Holding]:
    """What each ledger of the key holds; on spot, fees taken in the base asset are off."""
    base = func.split_part(Fill.symbol, "/", 1)
    fee = case((Fill.fee_asset == base, Fill.fee_amount), else_=literal(0))
    signed = case((Fill.side == Side.buy, Fill.amount), else_=-Fill.amount) - fee
    query = (
        select(Fill.symbol, Fill.book_id, func.sum(signed))
        .where(Fill.key_id == key_id)
        .group_by(Fill.symbol, Fill.book_id)
        .having(func.sum(signed) != 0)
        .order_by(Fill.symbol, Fill.book_id)
    )
    if symbols is not None:
        query = query.where(Fill.symbol.in_(symbols))
    return [Holding(*row) for row in session.execute(query)]


def last_price(session: Session, key_id: UUID, symbol: str) -> Decimal | None:
    """The price of the key's newest fill in this symbol."""
    return session.scalar(
        select(Fill.price)
        .where(Fill.key_id == key_id, Fill.symbol == symbol)
        .order_by(Fill.traded_at.desc())
        .limit(1)
    )


def orders_by_client_id(session: Session, client_ids: Collection[str]) -> dict[str, tuple[UUID, UUID]]:
    """(order, key) of each client id that is one of ours, whoever's."""
    if not client_ids:
        return {}
    rows = session.execute(_OWNERS, {"clients": list(client_ids)})
    return {client_id: (order_id, key_id) for client_id, order_id, key_id in rows}


def resting_now(session: Session, order_ids: Collection[UUID]) -> set[UUID]:
    """Those of `order_ids` that the book still says rest at the exchange."""
    query = select(Order.id).where(Order.id.in_(order_ids), Order.status.in_(RESTING))
    return set(session.scalars(query)) if order_ids else set()


def watches(session: Session, account_id: UUID) -> Sequence[KeyWatch]:
    """What is known of the account's keys."""
    return session.scalars(
        select(KeyWatch).where(KeyWatch.account_id == account_id).order_by(KeyWatch.key_id)
    ).all()


def watch(session: Session, key_id: UUID, account_id: UUID) -> KeyWatch | None:
    return session.scalar(
        select(KeyWatch)
        .where(KeyWatch.key_id == key_id, KeyWatch.account_id == account_id)
        .execution_options(populate_existing=True)
    )
