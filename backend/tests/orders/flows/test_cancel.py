"""Cancels: asked until the exchange says what became of the order; what has filled never becomes cancelled."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dollarclub.core.errors import Conflict, NotFound
from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.kit.ids import new_id
from dollarclub.orders.flows.cancel import cancel_due
from dollarclub.orders.models import Order
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.service.cancels import request_cancel
from tests.support.orders_desk import Desk

PATHS = {MarketType.spot: "/api/v3/order", MarketType.usdm: "/fapi/v1/order"}


def _resting(desk: Desk, market_type: MarketType = MarketType.spot) -> Order:
    assert (
        desk.submit(desk.intent(market_type, type=OrderType.limit, price=Decimal(45000))) is OrderStatus.open
    )
    return desk.orders()[-1]


def _request(desk: Desk, order_id: UUID, account_id: UUID | None = None) -> OrderStatus:
    with desk.context.db.transaction() as session:
        return request_cancel(session, account_id or desk.account_id, order_id)


def _cancel(desk: Desk) -> bool:
    return cancel_due(desk.context, desk.gateways, desk.worker)


def _fault(desk: Desk, kind: str, endpoint: str, **scope: Any) -> None:
    account = desk.traders[MarketType.spot].account
    desk.site.fault(kind, account=account, endpoint=endpoint, **({"times": 1} | scope))


@pytest.mark.parametrize("market_type", list(MarketType))
def test_a_resting_order_is_cancelled(desk: Desk, market_type: MarketType) -> None:
    order = _resting(desk, market_type)
    assert _request(desk, order.id) is OrderStatus.open
    assert _request(desk, order.id) is OrderStatus.open
    assert _cancel(desk)
    assert not _cancel(desk)
    order = desk.order(order.id)
    assert order.status is OrderStatus.cancelled
    assert order.settled_at is not None
    assert order.code is None
    assert desk.on_exchange(order.client_id)[0]["status"] == "CANCELED"


def test_an_order_that_was_not_sent_is_cancelled_at_once(desk: Desk) -> None:
    desk.reserve(desk.intent())
    waiting = desk.reserve(desk.intent(leg="waiting"))
    assert _request(desk, waiting.order_id) is OrderStatus.cancelled
    order = desk.order(waiting.order_id)
    assert (order.code, order.sent_at) == ("cancelled_unsent", None)
    with pytest.raises(Conflict) as refused:
        _request(desk, waiting.order_id)
    assert refused.value.code == "already_final"


def test_nobody_cancels_the_orders_of_others(desk: Desk) -> None:
    order = _resting(desk)
    with pytest.raises(NotFound):
        _request(desk, order.id, new_id())


def test_what_has_filled_meanwhile_is_filled(desk: Desk) -> None:
    order = _resting(desk)
    (resting,) = desk.on_exchange(order.client_id)
    desk.site.admin.post(f"/orders/{resting['id']}/fill", json={})
    _request(desk, order.id)
    assert _cancel(desk)
    order = desk.order(order.id)
    assert order.status is OrderStatus.filled
    assert order.filled == sum(fill["amount"] for fill in desk.fills(order.id)) == Decimal("0.01")


def test_what_has_filled_in_part_is_cancelled_with_its_fills(desk: Desk) -> None:
    order = _resting(desk)
    (resting,) = desk.on_exchange(order.client_id)
    desk.site.admin.post(f"/orders/{resting['id']}/fill", json={"quantity": "0.003", "parts": 3})
    _request(desk, order.id)
    desk.settle()
    order = desk.order(order.id)
    assert (order.status, order.filled) == (OrderStatus.cancelled, Decimal("0.003"))
    assert [fill["amount"] for fill in desk.fills(order.id)] == [Decimal("0.001")] * 3
    assert order.average == Decimal(45000)


@pytest.mark.parametrize("kind", ["drop_answer", "error_after", "error_before", "disconnect"])
@pytest.mark.parametrize("market_type", list(MarketType))
def test_a_cancel_without_an_answer_is_asked_again(desk: Desk, kind: str, market_type: MarketType) -> None:
    order = _resting(desk, market_type)
    _request(desk, order.id)
    _fault(desk, kind, f"DELETE {PATHS[market_type]}")
    assert _cancel(desk)
    assert desk.order(order.id).status is OrderStatus.open
    assert "cancel_failed" in desk.steps(order.id)
    desk.pass_time(3)
    desk.settle()
    assert desk.order(order.id).status is OrderStatus.cancelled


def test_an_order_whose_answer_never_came_is_found_and_then_cancelled(desk: Desk) -> None:
    _fault(desk, "drop_answer", "POST /api/v3/order")
    assert desk.submit(desk.intent(type=OrderType.limit, price=Decimal(45000))) is OrderStatus.unknown
    (order,) = desk.orders()
    assert _request(desk, order.id) is OrderStatus.unknown
    desk.settle()
    order = desk.order(order.id)
    assert order.status is OrderStatus.cancelled
    assert desk.on_exchange(order.client_id)[0]["status"] == "CANCELED"


def test_an_order_being_sent_is_cancelled_once_it_rests(desk: Desk) -> None:
    intent = desk.intent(type=OrderType.limit, price=Decimal(45000))
    reserved = desk.reserve(intent)
    assert _request(desk, reserved.order_id) is OrderStatus.sending
    assert not _cancel(desk)
    assert desk.send(reserved, intent) is OrderStatus.open
    assert _cancel(desk)
    assert desk.order(reserved.order_id).status is OrderStatus.cancelled


def test_an_order_being_sent_that_did_not_leave_is_not_sent_any_more(desk: Desk) -> None:
    intent = desk.intent()
    reserved = desk.reserve(intent)
    _request(desk, reserved.order_id)
    with desk.unreachable_exchange():
        assert desk.send(reserved, intent) is OrderStatus.cancelled
    assert desk.order(reserved.order_id).code == "cancelled_unsent"


def test_an_order_that_the_exchange_has_forgotten_is_over(desk: Desk) -> None:
    assert desk.site.admin.post("/snapshots/before").status_code == 201
    order = _resting(desk)
    assert desk.site.admin.post("/snapshots/before/restore").status_code == 200
    _request(desk, order.id)
    assert _cancel(desk)
    assert desk.order(order.id).status is OrderStatus.open
    desk.pass_time(11)
    desk.settle()
    order = desk.order(order.id)
    assert (order.status, order.code, order.filled) == (OrderStatus.cancelled, "vanished", 0)
