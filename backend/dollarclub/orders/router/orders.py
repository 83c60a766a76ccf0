"""`/api/orders`, `/api/fills`, `/api/positions`: what was ordered, what it came to, and what the book holds."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.errors import NotFound
from dollarclub.core.schemas import Instant, Page
from dollarclub.core.web import Limit, Offset, SessionDep
from dollarclub.kit.paging import Slice
from dollarclub.orders.queries import book
from dollarclub.orders.queries import fills as fill_queries
from dollarclub.orders.queries import orders as queries
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.schemas.orders import BookPositionOut, FillOut, OrderDetailOut, OrderOut
from dollarclub.orders.service import cancels

router = APIRouter(prefix="/api", tags=["orders"])

Symbol = Annotated[str | None, Query(max_length=60, pattern=r"^[^\x00]*$")]


@router.get("/orders", response_model=Page[OrderOut])
def list_orders(
    account: AccountDep,
    session: SessionDep,
    status: Annotated[list[OrderStatus] | None, Query()] = None,
    key_id: UUID | None = None,
    symbol: Symbol = None,
    origin_id: UUID | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[OrderOut]:
    return queries.list_orders(
        session,
        account_id=account.id,
        statuses=status or (),
        key_id=key_id,
        symbol=symbol,
        origin_id=origin_id,
        since=since,
        until=until,
        limit=limit,
        offset=offset,
    )


@router.get("/orders/{order_id}", response_model=OrderDetailOut)
def get_order(order_id: UUID, account: AccountDep, session: SessionDep) -> OrderDetailOut:
    found = queries.order(session, account_id=account.id, order_id=order_id)
    if found is None:
        raise NotFound("No such order.", order_id=order_id)
    return found


@router.post("/orders/{order_id}/cancel", status_code=202, response_model=OrderDetailOut)
def cancel_order(order_id: UUID, account: TraderDep, session: SessionDep) -> OrderDetailOut:
    """Cancel an order that was not sent, at once; one that the exchange may have is cancelled there by a worker."""
    cancels.request_cancel(session, account.id, order_id)
    return get_order(order_id, account, session)


@router.get("/fills", response_model=Page[FillOut])
def list_fills(
    account: AccountDep,
    session: SessionDep,
    key_id: UUID | None = None,
    symbol: Symbol = None,
    order_id: UUID | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[FillOut]:
    return fill_queries.list_fills(
        session,
        account_id=account.id,
        key_id=key_id,
        symbol=symbol,
        order_id=order_id,
        since=since,
        until=until,
        limit=limit,
        offset=offset,
    )


@router.get("/positions", response_model=Page[BookPositionOut])
def list_positions(
    account: AccountDep,
    session: SessionDep,
    key_id: UUID | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[BookPositionOut]:
    """What the fills add up to, by key, book and pair."""
    return book.list_positions(session, account_id=account.id, key_id=key_id, limit=limit, offset=offset)
