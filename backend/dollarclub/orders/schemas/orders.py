"""Orders, fills and the book over HTTP. Amounts are texts in base units, costs in quote units."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import PlainSerializer

from dollarclub.core.schemas import Out
from dollarclub.exchanges.gateway import MarketType, OrderType, Side, TimeInForce
from dollarclub.kit.money import plain
from dollarclub.orders.rules.states import OrderStatus, Purpose

Money = Annotated[Decimal, PlainSerializer(plain, return_type=str, when_used="json")]


class OrderOut(Out):
    """One intent and what became of it. `code` and `detail` say why it was refused, given up or is unknown."""

    id: UUID
    key_id: UUID
    book_id: UUID | None
    origin: str
    origin_id: UUID
    leg: str
    purpose: Purpose
    symbol: str
    market_type: MarketType
    side: Side
    type: OrderType
    time_in_force: TimeInForce | None
    amount: Money | None
    price: Money | None
    cost: Money | None
    reduce_only: bool
    client_id: str
    venue_order_id: str | None
    status: OrderStatus
    filled: Money
    average: Money | None
    code: str | None
    detail: str | None
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None
    unknown_at: datetime | None
    filled_at: datetime | None
    settled_at: datetime | None
    cancel_requested_at: datetime | None


class FillOut(Out):
    """One trade. `source` is who told it first: answer, stream or sweep; without `order_id` it was adopted."""

    id: UUID
    key_id: UUID
    order_id: UUID | None
    symbol: str
    side: Side
    amount: Money
    price: Money
    cost: Money
    fee_amount: Money
    fee_asset: str | None
    is_maker: bool | None
    source: str
    trade_id: str
    venue_order_id: str
    traded_at: datetime
    seen_at: datetime


class OrderStepOut(Out):
    """What is not seen from an order's own times: unknown outcomes, questions to the exchange, re-sends, cancels."""

    at: datetime
    name: str
    detail: str


class OrderDetailOut(OrderOut):
    """`answer` is the exchange's own, shortened."""

    steps: list[OrderStepOut]
    fills: list[FillOut]
    answer: dict[str, Any] | None


class FeeOut(Out):
    asset: str
    amount: Money


class BookPositionOut(Out):
    """What the fills of a book add up to. `amount` is signed; on spot, fees paid in the base asset are taken off.

    `average_entry` is the mean price of what is held now.
    """

    key_id: UUID
    book_id: UUID | None
    symbol: str
    amount: Money
    bought: Money
    sold: Money
    average_entry: Money | None
    fees: list[FeeOut]
