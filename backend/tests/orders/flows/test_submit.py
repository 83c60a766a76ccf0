"""Orders that are sent: what the exchange answers is what the book says."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from dollarclub.exchanges.gateway import MarketType, OrderType, Side, TimeInForce
from dollarclub.orders.flows.submit import send_waiting
from dollarclub.orders.models import Halt
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.vault.models import KeyStatus
from tests.support.orders_desk import Desk

PATH = "POST /api/v3/order"


def _fault(desk: Desk, kind: str, **scope: Any) -> None:
    desk.site.fault(kind, account=desk.traders[MarketType.spot].account, **({"times": 1} | scope))


def _send_waiting(desk: Desk) -> bool:
    return send_waiting(desk.context, desk.gateways, desk.worker)


@pytest.mark.parametrize("market_type", list(MarketType))
def test_a_market_order_is_filled_with_its_fills_and_fees(desk: Desk, market_type: MarketType) -> None:
    status = desk.submit(desk.intent(market_type))
    (order,) = desk.orders()
    assert status is order.status is OrderStatus.filled
    assert order.filled == Decimal("0.01")
    assert order.fills_complete
    times = [order.created_at, order.sent_at, order.acknowledged_at, order.filled_at, order.settled_at]
    assert times == sorted(times)  # type: ignore[type-var]
    fills = desk.fills(order.id)
    assert sum(fill["amount"] for fill in fills) == Decimal("0.01")
    assert all(fill["fee_amount"] > 0 and fill["fee_asset"] for fill in fills)
    assert order.average == sum(fill["cost"] for fill in fills) / order.filled
    assert order.answer is not None
    assert len(desk.on_exchange(order.client_id)) == 1


def test_a_buy_by_cost_is_filled(desk: Desk) -> None:
    assert desk.submit(desk.intent(amount=None, cost=Decimal(100))) is OrderStatus.filled
    (order,) = desk.orders()
    assert order.filled == sum(fill["amount"] for fill in desk.fills(order.id))
    assert Decimal(99) < sum(fill["cost"] for fill in desk.fills(order.id)) <= Decimal(100)


@pytest.mark.parametrize("market_type", list(MarketType))
def test_a_limit_order_rests(desk: Desk, market_type: MarketType) -> None:
    intent = desk.intent(market_type, type=OrderType.limit, price=Decimal(45000))
    assert desk.submit(intent) is OrderStatus.open
    (order,) = desk.orders()
    assert (order.filled, order.average, order.settled_at) == (0, None, None)
    assert order.venue_order_id is not None


def test_an_immediate_or_cancel_order_that_finds_nobody_is_cancelled(desk: Desk) -> None:
    intent = desk.intent(type=OrderType.limit, price=Decimal(45000), time_in_force=TimeInForce.ioc)
    assert desk.submit(intent) is OrderStatus.cancelled
    (order,) = desk.orders()
    assert order.settled_at is not None
    assert order.code is None


def test_a_refused_order_says_why(desk: Desk) -> None:
    intent = desk.intent(side=Side.sell, amount=Decimal(50))
    assert desk.submit(intent) is OrderStatus.rejected
    (order,) = desk.orders()
    assert order.code == "insufficient_funds"
    assert order.detail
    assert order.answer is not None
    assert order.answer["venue_code"] == "-2010"
    assert order.settled_at is not None


def test_a_key_that_may_not_trade_rejects(desk: Desk) -> None:
    with desk.context.db.transaction() as session:
        session.execute(text("UPDATE exchange_keys SET status = :s"), {"s": KeyStatus.refused})
    assert desk.submit(desk.intent()) is OrderStatus.rejected
    assert desk.exchange_orders() == []


def test_a_rate_limited_order_waits_as_long_as_it_was_told_and_goes(desk: Desk) -> None:
    _fault(desk, "too_many_requests", endpoint=PATH)
    assert desk.submit(desk.intent()) is OrderStatus.new
    (order,) = desk.orders()
    assert order.check_at is not None
    assert not _send_waiting(desk)
    desk.settle()
    (order,) = desk.orders()
    assert (order.status, order.attempts) == (OrderStatus.filled, 2)
    assert (order.code, order.detail) == (None, None)
    assert "not_sent" in desk.steps(order.id)
    assert len(desk.on_exchange(order.client_id)) == 1


def test_an_order_that_cannot_leave_the_machine_waits(desk: Desk) -> None:
    with desk.unreachable_exchange():
        assert desk.submit(desk.intent()) is OrderStatus.new
    (order,) = desk.orders()
    assert order.code in ("unreachable", "no_markets")
    desk.settle()
    assert desk.orders()[0].status is OrderStatus.filled


def test_a_process_that_was_held_up_after_reserving_does_not_send(desk: Desk) -> None:
    intent = desk.intent()
    reserved = desk.reserve(intent)
    late = type(reserved)(**{**reserved.__dict__, "since": reserved.since - 6})
    assert desk.send(late, intent) is OrderStatus.new
    assert desk.exchange_orders() == []
    desk.settle()
    assert desk.orders()[0].status is OrderStatus.filled


def test_a_reserved_order_of_somebody_else_is_left_alone(desk: Desk) -> None:
    intent = desk.intent()
    desk.reserve(intent)
    assert desk.submit(intent) is OrderStatus.sending
    assert desk.exchange_orders() == []


def test_waiting_orders_go_exits_first_and_then_the_oldest(desk: Desk) -> None:
    first = desk.intent()
    reserved = desk.reserve(first)
    for leg in ("one", "two"):
        desk.reserve(desk.intent(leg=leg))
    desk.reserve(desk.intent(leg="exit", purpose=Purpose.exit, side=Side.sell))
    desk.send(reserved, first)
    while _send_waiting(desk):
        pass
    sent = sorted(desk.orders(), key=lambda order: order.sent_at or order.created_at)
    assert [order.leg for order in sent] == ["entry", "exit", "one", "two"]
    assert {order.status for order in sent} == {OrderStatus.filled}


def test_waiting_entries_do_not_go_past_an_unknown_order_nor_before_their_key_is_reconciled(
    desk: Desk,
) -> None:
    first = desk.reserve(desk.intent())
    desk.reserve(desk.intent(leg="entry2"))
    desk.reserve(desk.intent(leg="exit", purpose=Purpose.exit, side=Side.sell))
    with desk.context.db.transaction() as session:
        session.execute(text("UPDATE orders SET status = 'unknown' WHERE id = :id"), {"id": first.order_id})
    assert _send_waiting(desk)
    assert not _send_waiting(desk)
    with desk.context.db.transaction() as session:
        session.execute(text("UPDATE orders SET status = 'rejected' WHERE id = :id"), {"id": first.order_id})
        session.execute(text("UPDATE key_watches SET opened_at = NULL"))
    assert not _send_waiting(desk)
    with desk.context.db.transaction() as session:
        session.execute(text("UPDATE key_watches SET opened_at = now()"))
    assert _send_waiting(desk)


def test_a_waiting_entry_is_given_up_when_trading_is_halted_or_a_minute_has_passed(desk: Desk) -> None:
    blocking = desk.reserve(desk.intent())
    desk.reserve(desk.intent(leg="halted"))
    with desk.context.db.transaction() as session:
        session.execute(text("UPDATE orders SET status = 'filled' WHERE id = :id"), {"id": blocking.order_id})
        session.add(Halt(account_id=desk.account_id, flatten=False))
    _send_waiting(desk)
    with desk.context.db.transaction() as session:
        session.execute(text("UPDATE halts SET lifted_at = now()"))
    blocking = desk.reserve(desk.intent(leg="blocking"))
    desk.reserve(desk.intent(leg="old"))
    desk.reserve(desk.intent(leg="old exit", purpose=Purpose.exit, side=Side.sell))
    desk.pass_time(61)
    while _send_waiting(desk):
        pass
    found = {order.leg: (order.status, order.code) for order in desk.orders()}
    assert found["halted"] == (OrderStatus.cancelled, "halted")
    assert found["old"] == (OrderStatus.cancelled, "expired_unsent")
    assert found["old exit"][0] is OrderStatus.new
    with desk.context.db.transaction() as session:
        session.execute(text("UPDATE orders SET status = 'filled' WHERE id = :id"), {"id": blocking.order_id})
    _send_waiting(desk)
    assert {order.leg: order.status for order in desk.orders()}["old exit"] is OrderStatus.filled


def test_many_senders_together_send_each_waiting_order_once(desk: Desk) -> None:
    first = desk.intent()
    reserved = desk.reserve(first)
    for number in range(12):
        desk.reserve(desk.intent(leg=f"leg{number}"))
    desk.send(reserved, first)
    done = threading.Event()

    def drain(_: int) -> None:
        while not done.is_set():
            if not _send_waiting(desk) and all(order.settled_at for order in desk.orders()):
                done.set()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(drain, range(4)))
    orders = desk.orders()
    assert {(order.status, order.attempts) for order in orders} == {(OrderStatus.filled, 1)}
    assert len(desk.exchange_orders()) == len(orders) == 13
