"""Trades that the exchange tells outside an answer: each is stored once and given to its order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import TradeReport
from dollarclub.orders.repository.fills import FillRepository, Missing
from dollarclub.orders.repository.orders import OrderRepository
from dollarclub.orders.service.outcomes import advance


@dataclass(frozen=True)
class Recorded:
    """`new` trades were news, of `orders`; `foreign` ones belong to no order of ours and are not stored."""

    new: int
    orders: set[UUID]
    foreign: list[TradeReport]


def missing(session: Session, order_id: UUID, *, in_any_case: bool = False) -> Missing | None:
    """Where an order's missing fills would be found; None when none are missing, unless `in_any_case`."""
    return FillRepository(session).missing(order_id, in_any_case=in_any_case)


def record_fills(
    session: Session, *, account_id: UUID, key_id: UUID, trades: Sequence[TradeReport], source: str
) -> Recorded:
    """Store the trades of the key's own orders, known by client id or by the exchange's order id.

    A trade told again changes nothing. The orders' totals and states follow. `source` is answer, stream or sweep.
    """
    if not trades:
        return Recorded(0, set(), [])
    fills = FillRepository(session)
    known = fills.known(key_id, trades)
    news = [trade for trade in trades if not known.get((trade.symbol, trade.trade_id), False)]
    by_client, by_venue = fills.owners(
        key_id,
        {trade.client_id for trade in news if trade.client_id},
        {(trade.symbol, trade.venue_order_id) for trade in news},
    )
    own: dict[UUID, list[TradeReport]] = defaultdict(list)
    foreign = []
    for trade in news:
        owner = by_client.get(trade.client_id or "") or by_venue.get((trade.symbol, trade.venue_order_id))
        if owner is not None:
            own[owner].append(trade)
        elif (trade.symbol, trade.trade_id) not in known:
            foreign.append(trade)
    new = 0
    orders = OrderRepository(session)
    # In one order everywhere, so that two reporters of the same orders never wait for each other in a circle.
    locked = [order for order_id in sorted(own) if (order := orders.locked(order_id)) is not None]
    for order in locked:
        if order.account_id == account_id:
            new += advance(session, order, told=None, trades=own[order.order_id], source=source).fills
    return Recorded(new, set(own), foreign)


def adopt_trades(
    session: Session,
    *,
    account_id: UUID,
    key_id: UUID,
    book_id: UUID | None,
    trades: Sequence[TradeReport],
    source: str,
) -> int:
    """Take trades of no order of ours into the book; how many were not there yet."""
    return FillRepository(session).add_foreign(
        account_id=account_id, key_id=key_id, book_id=book_id, trades=trades, source=source
    )
