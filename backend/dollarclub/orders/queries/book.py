"""The book: what a key's fills add up to, and whether entries have to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, case, func, literal, select
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Side
from dollarclub.kit.money import ZERO
from dollarclub.kit.paging import Slice
from dollarclub.orders.models import Fill, Order
from dollarclub.orders.rules.book import Entry, average_entry, base_of, is_spot
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.schemas.orders import BookPositionOut, FeeOut

_BOUGHT = func.sum(case((Fill.side == Side.buy, Fill.amount), else_=ZERO))
_SOLD = func.sum(case((Fill.side == Side.sell, Fill.amount), else_=ZERO))
_POSITION = (
    select(Fill.fee_asset, _BOUGHT, _SOLD, func.sum(Fill.fee_amount))
    .where(Fill.key_id == bindparam("key"), Fill.symbol == bindparam("pair"))
    .group_by(Fill.fee_asset)
)
_POSITION_OF_BOOK = _POSITION.where(Fill.book_id == bindparam("book"))
_BLOCKS = select(
    select(Order.id)
    .where(
        Order.key_id == bindparam("key"),
        Order.symbol == bindparam("pair"),
        Order.status == OrderStatus.unknown,
    )
    .exists()
)


@dataclass(frozen=True)
class BookPosition:
    """`amount` is signed, `bought` and `sold` are not; all in base units. `fees` by asset.

    On spot, fees that were taken in the base asset are off `amount`, for they are no longer there to be sold.
    """

    amount: Decimal
    bought: Decimal
    sold: Decimal
    fees: dict[str, Decimal]


def book_position(
    session: Session, *, key_id: UUID, symbol: str, book_id: UUID | None = None
) -> BookPosition:
    """The sum of the fills of a key's pair, of one book or of all."""
    parameters = {"key": key_id, "pair": symbol, "book": book_id}
    statement = _POSITION if book_id is None else _POSITION_OF_BOOK
    return _position(symbol, session.execute(statement, parameters).all())


def blocks_entries(session: Session, *, key_id: UUID, symbol: str) -> bool:
    """Whether an order of the pair has an unknown outcome, so that entries wait."""
    return bool(session.scalar(_BLOCKS, {"key": key_id, "pair": symbol}))


def list_positions(
    session: Session, *, account_id: UUID, key_id: UUID | None = None, limit: int = 50, offset: int = 0
) -> Slice[BookPositionOut]:
    """What is held, by key, book and pair; those that ended flat are left out."""
    base_fee = and_(
        Fill.fee_asset == func.split_part(Fill.symbol, "/", 1), func.strpos(Fill.symbol, ":") == 0
    )
    fees = func.sum(case((base_fee, Fill.fee_amount), else_=ZERO))
    where = [Fill.account_id == account_id]
    if key_id is not None:
        where.append(Fill.key_id == key_id)
    held = (
        select(Fill.key_id, Fill.book_id, Fill.symbol)
        .where(*where)
        .group_by(Fill.key_id, Fill.book_id, Fill.symbol)
        .having(_BOUGHT - _SOLD - fees != literal(ZERO))
    )
    total = session.scalar(select(func.count()).select_from(held.subquery())) or 0
    groups = session.execute(
        held.order_by(Fill.symbol, Fill.key_id, Fill.book_id).limit(limit).offset(offset)
    ).all()
    return Slice([_shown(session, *group) for group in groups], total, limit, offset)


def _shown(session: Session, key_id: UUID, book_id: UUID | None, symbol: str) -> BookPositionOut:
    of_group = and_(Fill.key_id == key_id, Fill.book_id.is_not_distinct_from(book_id), Fill.symbol == symbol)
    sums = select(Fill.fee_asset, _BOUGHT, _SOLD, func.sum(Fill.fee_amount)).where(of_group)
    position = _position(symbol, session.execute(sums.group_by(Fill.fee_asset)).all())
    rows = session.execute(
        select(Fill.side, Fill.amount, Fill.fee_amount, Fill.fee_asset, Fill.price)
        .where(of_group)
        .order_by(Fill.traded_at, Fill.trade_id)
    )
    return BookPositionOut(
        key_id=key_id,
        book_id=book_id,
        symbol=symbol,
        amount=position.amount,
        bought=position.bought,
        sold=position.sold,
        average_entry=average_entry(_entry(symbol, *row) for row in rows),
        fees=[FeeOut(asset=asset, amount=amount) for asset, amount in sorted(position.fees.items())],
    )


def _entry(
    symbol: str, side: Side, amount: Decimal, fee: Decimal, fee_asset: str | None, price: Decimal
) -> Entry:
    taken = fee if is_spot(symbol) and fee_asset == base_of(symbol) else ZERO
    return Entry(side, amount, amount - taken if side is Side.buy else amount + taken, price)


def _position(symbol: str, rows: Sequence[Any]) -> BookPosition:
    bought = sum((row[1] for row in rows), ZERO)
    sold = sum((row[2] for row in rows), ZERO)
    fees = {row[0]: row[3] for row in rows if row[0] is not None and row[3]}
    taken = fees.get(base_of(symbol), ZERO) if is_spot(symbol) else ZERO
    return BookPosition(bought - sold - taken, bought, sold, fees)
