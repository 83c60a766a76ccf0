"""Writing down what shall be ordered, before anything is sent: once for each origin, whoever asks and however often."""

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.errors import Conflict
from dollarclub.exchanges.gateway import MarketType, OrderRequest, OrderType, Side, TimeInForce
from dollarclub.kit.clock import steady_seconds
from dollarclub.kit.ids import new_id
from dollarclub.orders.events import wake_orders
from dollarclub.orders.repository.halts import HaltRepository
from dollarclub.orders.repository.orders import Existing, NewOrder, OrderRepository
from dollarclub.orders.rules.states import OrderStatus, Purpose

HALTED = "Trading is halted; entries wait until the halt is lifted."
UNKNOWN_ORDER = "An earlier order of this pair has an unknown outcome; entries wait until it is known."


@dataclass(frozen=True)
class Intent:
    """What shall be ordered, and for whom. `amount` in base units, `cost` in quote units for buys by cost.

    (`origin`, `origin_id`, `leg`) names the intent: there is one order for it at most. `book_id` is the ledger that
    its fills belong to.
    """

    account_id: UUID
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
    amount: Decimal | None
    cost: Decimal | None = None
    price: Decimal | None = None
    time_in_force: TimeInForce | None = None
    reduce_only: bool = False


@dataclass(frozen=True)
class Reserved:
    """The order of an intent. `sending`: the caller, and nobody else, shall send it now.

    `since` is when that began, by `steady_seconds`.
    """

    order_id: UUID
    client_id: str
    sending: bool
    existed: bool
    request: OrderRequest
    attempt: int = 1
    since: float = field(default_factory=steady_seconds)


def client_id_of(order_id: UUID) -> str:
    """28 lower-case letters and digits that fit every venue; the same for the same order always."""
    return "dc" + base64.b32encode(order_id.bytes).decode().rstrip("=").lower()


def reserve(session: Session, intent: Intent, *, worker: str, lease: timedelta) -> Reserved:
    """Write the intent's order: `sending` when its lane (key, symbol) is free, else `new`. One that exists is returned.

    Until the transaction ends no halt can be engaged. Raises Conflict for entries: `halted`, `unknown_order`.
    """
    since = steady_seconds()
    is_exit = intent.purpose is Purpose.exit
    if not is_exit:
        HaltRepository(session).lock_shared(intent.account_id)
    orders = OrderRepository(session)
    order = _new_order(intent)
    added = orders.add(order, worker=worker, lease=lease, is_exit=is_exit)
    if added.status is None:
        existing = orders.existing(intent.origin, intent.origin_id, intent.leg)
        if existing is not None:
            return _reserved(existing)
        if not is_exit and added.halted:
            raise Conflict(HALTED, code="halted")
        if not is_exit and added.blocked:
            raise Conflict(UNKNOWN_ORDER, code="unknown_order", symbol=intent.symbol)
        added = orders.add(order, worker=worker, lease=lease, is_exit=is_exit, at_once=False)
    if added.status is None:
        existing = orders.existing(intent.origin, intent.origin_id, intent.leg)
        if existing is not None:
            return _reserved(existing)
        raise Conflict(UNKNOWN_ORDER, code="unknown_order", symbol=intent.symbol)
    if added.status is OrderStatus.new:
        wake_orders(session)
    sending = added.status is OrderStatus.sending
    return Reserved(order.id, order.client_id, sending, False, _request(order), 1, since)


def _new_order(intent: Intent) -> NewOrder:
    order_id = new_id()
    return NewOrder(
        id=order_id,
        account_id=intent.account_id,
        key_id=intent.key_id,
        book_id=intent.book_id,
        origin=intent.origin,
        origin_id=intent.origin_id,
        leg=intent.leg,
        purpose=intent.purpose,
        symbol=intent.symbol,
        market_type=intent.market_type,
        side=intent.side,
        type=intent.type,
        time_in_force=intent.time_in_force,
        amount=intent.amount,
        price=intent.price,
        cost=intent.cost,
        reduce_only=intent.reduce_only,
        client_id=client_id_of(order_id),
    )


def _reserved(existing: Existing) -> Reserved:
    """Somebody has it already; if its sender is gone, only the resolver goes on with it."""
    request = existing.request
    return Reserved(existing.order_id, request.client_id, False, True, request, existing.attempts)


def _request(order: NewOrder) -> OrderRequest:
    return OrderRequest(
        client_id=order.client_id,
        symbol=order.symbol,
        side=order.side,
        type=order.type,
        amount=order.amount,
        price=order.price,
        cost=order.cost,
        time_in_force=order.time_in_force,
        reduce_only=order.reduce_only,
    )
