"""What a decided ticket puts into the book, so that the book says what the exchange says.

A correction is a fill that no trade stands behind, with the source `ticket` and a trade id that names the ticket: the
position stays the sum of fills, and everybody can see which part of it was decided by a person.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.errors import Conflict
from dollarclub.exchanges.gateway import MarketType, OrderReport, Side, TradeReport
from dollarclub.kit.clock import utc_now
from dollarclub.kit.ids import new_id
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.orders.models import Ticket
from dollarclub.orders.queries import watches as queries
from dollarclub.orders.repository.orders import OrderRepository
from dollarclub.orders.repository.tickets import TicketRepository
from dollarclub.orders.rules.differences import Holding, base_of, shares
from dollarclub.orders.rules.states import RESTING
from dollarclub.orders.service import dispatch, fills, outcomes

SOURCE = "ticket"
MISSING = "The exchange does not know this order any more; it was given up by decision."


def adopt_order(session: Session, ticket: Ticket, order: OrderReport, market_type: MarketType) -> UUID:
    """Take a stranger's resting order into the book. Raises Conflict when it cannot be told apart from others."""
    order_id = new_id()
    if not 0 < len(order.client_id) <= 36:
        raise Conflict("The order has no client order id by which it could be followed.", code="not_possible")
    added = TicketRepository(session).adopt_order(
        order,
        order_id=order_id,
        account_id=ticket.account_id,
        key_id=ticket.key_id,
        ticket_id=ticket.id,
        market_type=market_type,
    )
    if not added:
        raise Conflict("An order with this client order id is in the book already.", code="not_possible")
    outcomes.apply_report(session, order_id, order, source="sweep")
    return order_id


def adopt_trades(session: Session, ticket: Ticket) -> None:
    """Take the foreign trades of a ticket into the book, in no ledger."""
    fills.adopt_trades(
        session,
        account_id=ticket.account_id,
        key_id=ticket.key_id,
        book_id=None,
        trades=[_trade(row) for row in ticket.evidence["exchange"]["trades"]],
        source=SOURCE,
    )


def adopt_position(
    session: Session, ticket: Ticket, symbol: str, size: Decimal, price: Decimal | None
) -> None:
    """Book what the exchange holds more (or, negative, less) of a futures position, at the position's price."""
    holdings = queries.holdings(session, ticket.key_id, [symbol]) or [Holding(symbol, None, ZERO)]
    price = price or queries.last_price(session, ticket.key_id, symbol) or ZERO
    _correct(session, ticket, shares(size, holdings), price)


def surplus(session: Session, ticket: Ticket, symbol: str, size: Decimal, price: Decimal | None) -> None:
    """Book a surplus in no ledger, where the order that closes it will take it from."""
    _correct(session, ticket, [(None, symbol, size)], price or ZERO)


def adopt_shortage(session: Session, ticket: Ticket, asset: str, size: Decimal) -> None:
    """Book out what is gone from a spot wallet (`size` is negative), from the ledgers that hold most.

    Its price is 0: the asset left without proceeds that this platform knows of.
    """
    holdings = [each for each in queries.holdings(session, ticket.key_id) if base_of(each.symbol) == asset]
    if holdings:
        _correct(session, ticket, shares(size, holdings), ZERO)


def give_up_missing(session: Session, ticket: Ticket) -> None:
    """End an order that the exchange does not know any more; one that has ended meanwhile stays as it is."""
    order_id = UUID(ticket.subject)
    status = OrderRepository(session).status(order_id)
    if status in RESTING:
        dispatch.give_up(session, order_id, status=status, code="missing_at_exchange", detail=MISSING)


def _correct(
    session: Session, ticket: Ticket, parts: Sequence[tuple[UUID | None, str, Decimal]], price: Decimal
) -> None:
    for number, (book_id, symbol, size) in enumerate(parts, 1):
        trade = TradeReport(
            trade_id=f"ticket-{ticket.id}-{number}",
            symbol=symbol,
            side=Side.buy if size > 0 else Side.sell,
            amount=abs(size),
            price=price,
            cost=PRECISE.multiply(abs(size), price).quantize(Decimal("1e-18"), context=PRECISE),
            fee_amount=ZERO,
            fee_asset=None,
            is_maker=None,
            traded_at=utc_now(),
            venue_order_id="",
        )
        fills.adopt_trades(
            session,
            account_id=ticket.account_id,
            key_id=ticket.key_id,
            book_id=book_id,
            trades=[trade],
            source=SOURCE,
        )


def _trade(row: dict[str, Any]) -> TradeReport:
    return TradeReport(
        trade_id=row["trade_id"],
        symbol=row["symbol"],
        side=Side(row["side"]),
        amount=Decimal(row["amount"]),
        price=Decimal(row["price"]),
        cost=Decimal(row["cost"]),
        fee_amount=Decimal(row["fee_amount"]),
        fee_asset=row["fee_asset"],
        is_maker=row["is_maker"],
        traded_at=datetime.fromisoformat(row["traded_at"]),
        venue_order_id=row["venue_order_id"],
    )
