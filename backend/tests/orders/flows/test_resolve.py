"""Orders whose outcome is not known: the exchange is asked, and nothing is sent again before its absence is proven."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from dollarclub.exchanges.errors import Rejected
from dollarclub.exchanges.gateway import MarketType, OrderReport, OrderType, Side
from dollarclub.orders.flows.resolve import resolve_due
from dollarclub.orders.models import Halt
from dollarclub.orders.queries.book import blocks_entries
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.orders.service.cancels import request_cancel
from dollarclub.orders.service.intents import reserve
from dollarclub.orders.service.outcomes import apply_refusal, apply_report
from tests.support.mortality import Boundaries, MortalGateways
from tests.support.orders_desk import Desk
from tests.support.waiting import eventually

ENDPOINTS = {MarketType.spot: "/api/v3/order", MarketType.usdm: "/fapi/v1/order"}


def _fault(desk: Desk, kind: str, endpoint: str = "POST /api/v3/order", **scope: Any) -> None:
    account = desk.traders[MarketType.spot].account
    desk.site.fault(kind, account=account, endpoint=endpoint, **({"times": 1} | scope))


def _resolve(desk: Desk) -> bool:
    return resolve_due(desk.context, desk.gateways, desk.worker)


@pytest.mark.parametrize("kind", ["drop_answer", "error_after", "late_answer"])
@pytest.mark.parametrize("market_type", list(MarketType))
def test_an_order_that_was_taken_without_an_answer_is_found_at_once(
    desk: Desk, kind: str, market_type: MarketType
) -> None:
    _fault(
        desk, kind, f"POST {ENDPOINTS[market_type]}", **({"delay_ms": 900} if kind == "late_answer" else {})
    )
    assert desk.submit(desk.intent(market_type)) is OrderStatus.unknown
    (order,) = desk.orders()
    assert order.unknown_at is not None
    assert order.code
    with desk.context.db.transaction() as session:
        assert blocks_entries(session, key_id=order.key_id, symbol=order.symbol)
    assert _resolve(desk)
    (order,) = desk.orders()
    assert order.status is OrderStatus.filled
    assert order.settled_at is not None
    assert (order.code, order.attempts) == (None, 1)
    assert sum(fill["amount"] for fill in desk.fills(order.id)) == Decimal("0.01")
    assert desk.steps(order.id) == ["unknown", "found"]


@pytest.mark.parametrize("kind", ["error_before", "disconnect"])
def test_an_order_that_never_arrived_is_sent_again_under_the_same_id_once_that_is_proven(
    desk: Desk, kind: str
) -> None:
    _fault(desk, kind)
    assert desk.submit(desk.intent()) is OrderStatus.unknown
    assert _resolve(desk)
    (order,) = desk.orders()
    assert order.status is OrderStatus.unknown
    assert not _resolve(desk)
    assert desk.exchange_orders() == []
    desk.pass_time(2.5)
    assert _resolve(desk)
    (again,) = desk.orders()
    assert (again.status, again.attempts, again.client_id) == (OrderStatus.filled, 2, order.client_id)
    assert desk.steps(order.id) == ["unknown", "absent", "absence_proven", "sent_again"]
    assert len(desk.on_exchange(order.client_id)) == 1


def test_it_waits_for_the_proof_in_real_time_too(desk: Desk) -> None:
    _fault(desk, "error_before")
    desk.submit(desk.intent())
    desk.settle()
    (order,) = desk.orders()
    assert (order.status, order.attempts) == (OrderStatus.filled, 2)
    assert order.unknown_at is not None
    assert order.sent_at is not None
    assert (order.sent_at - order.unknown_at).total_seconds() >= 2.0


def test_a_clock_that_differs_makes_the_proof_wait_longer(desk: Desk) -> None:
    _fault(desk, "error_before")
    desk.submit(desk.intent())
    desk.site.fault("clock_skew", skew_ms=5000)
    desk.pass_time(4)
    _resolve(desk)
    assert desk.orders()[0].status is OrderStatus.unknown
    desk.pass_time(6)
    _resolve(desk)
    assert desk.orders()[0].status is OrderStatus.filled


def test_what_is_no_longer_wanted_is_not_sent_again(desk: Desk) -> None:
    """Cancelled meanwhile, halted, or an entry of more than a minute ago; exits are sent again."""
    keys = [
        ("cancelled", {}),
        ("halted", {"symbol": "ETH/USDT", "amount": Decimal("0.1")}),
        ("exit", {"symbol": "BNB/USDT", "purpose": Purpose.exit, "side": Side.sell, "amount": Decimal(1)}),
    ]
    _fault(desk, "error_before", times=3)
    for leg, changes in keys:
        desk.submit(desk.intent(leg=leg, **changes))
    with desk.context.db.transaction() as session:
        for order in desk.orders():
            if order.leg == "cancelled":
                assert request_cancel(session, desk.account_id, order.id) is OrderStatus.unknown
        session.add(Halt(account_id=desk.account_id, flatten=False))
    desk.pass_time(3)
    desk.settle()
    found = {order.leg: (order.status, order.code) for order in desk.orders()}
    assert found["cancelled"] == (OrderStatus.cancelled, "never_placed")
    assert found["halted"] == (OrderStatus.cancelled, "never_placed")
    assert found["exit"] == (OrderStatus.filled, None)
    assert len(desk.exchange_orders()) == 1


def test_an_entry_of_more_than_a_minute_ago_is_not_what_was_wanted(desk: Desk) -> None:
    _fault(desk, "error_before")
    desk.submit(desk.intent())
    desk.pass_time(61)
    desk.settle()
    (order,) = desk.orders()
    assert (order.status, order.code) == (OrderStatus.cancelled, "expired_unsent")
    assert desk.exchange_orders() == []


def test_while_the_exchange_is_away_the_order_stays_unknown_and_is_found_later(desk: Desk) -> None:
    _fault(desk, "drop_answer")
    desk.submit(desk.intent())
    with desk.unreachable_exchange():
        for _ in range(3):
            assert _resolve(desk)
            desk.pass_time(5)
        assert desk.orders()[0].status is OrderStatus.unknown
    desk.settle()
    (order,) = desk.orders()
    assert order.status is OrderStatus.filled
    assert desk.steps(order.id) == ["unknown", "ask_failed", "ask_failed", "ask_failed", "found"]


def test_a_living_sender_whose_lease_ran_out_gets_the_time_that_it_may_need(desk: Desk) -> None:
    """As long as it may still sign, and what it signed may still be taken, its order is not sent by others."""
    held, release = threading.Event(), threading.Event()

    class HeldUp(Boundaries):
        def cross(self, where: str) -> None:
            if where == "before place" and not held.is_set():
                held.set()
                release.wait(20)

    sleeper = replace(desk)
    sleeper.gateways = MortalGateways(desk.gateways, HeldUp())
    intent = desk.intent()
    with desk.context.db.transaction() as session:
        reserved = reserve(session, intent, worker=desk.worker.id, lease=timedelta(seconds=1))
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(lambda: sleeper.send(reserved, intent))
        assert held.wait(10)
        desk.pass_time(1.1)
        assert _resolve(desk)
        (order,) = desk.orders()
        assert (order.status, order.code) == (OrderStatus.unknown, "sender_silent")
        desk.pass_time(1)
        _resolve(desk)
        assert desk.orders()[0].status is OrderStatus.unknown
        release.set()
        assert sending.result(20) is OrderStatus.filled
    desk.settle()
    (order,) = desk.orders()
    assert (order.status, order.attempts) == (OrderStatus.filled, 1)
    assert len(desk.on_exchange(order.client_id)) == 1


def test_many_resolvers_ask_about_one_order_one_at_a_time(desk: Desk) -> None:
    _fault(desk, "error_before")
    desk.submit(desk.intent())
    desk.pass_time(3)
    barrier = threading.Barrier(6)

    def run(_: int) -> None:
        barrier.wait()
        _resolve(desk)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(run, range(6)))
    desk.settle()
    (order,) = desk.orders()
    assert (order.status, order.attempts) == (OrderStatus.filled, 2)
    assert desk.steps(order.id).count("sent_again") == 1
    assert len(desk.on_exchange(order.client_id)) == 1


def test_an_exit_goes_while_an_entry_is_unknown_and_both_come_right(desk: Desk) -> None:
    _fault(desk, "drop_answer")
    assert desk.submit(desk.intent()) is OrderStatus.unknown
    exit_ = desk.intent(leg="exit", purpose=Purpose.exit, side=Side.sell)
    assert desk.submit(exit_) is OrderStatus.filled
    desk.settle()
    assert {order.status for order in desk.orders()} == {OrderStatus.filled}


def test_fills_that_an_answer_did_not_tell_are_asked_for_until_they_are_there(desk: Desk) -> None:
    _fault(desk, "disconnect", "GET /fapi/v1/userTrades", times=2)
    assert desk.submit(desk.intent(MarketType.usdm)) is OrderStatus.filled
    (order,) = desk.orders()
    assert not order.fills_complete
    assert order.settled_at is None
    desk.settle()
    (order,) = desk.orders()
    assert order.fills_complete
    assert order.settled_at is not None


def test_a_late_answer_of_an_earlier_attempt_changes_nothing(desk: Desk) -> None:
    """The first sender's refusal arrives after the order was proven absent and sent again: it is about the past."""
    _fault(desk, "error_before")
    desk.submit(desk.intent(type=OrderType.limit, price=Decimal(45000)))
    desk.pass_time(3)
    desk.settle()
    (order,) = desk.orders()
    assert (order.status, order.attempts) == (OrderStatus.open, 2)
    with desk.context.db.transaction() as session:
        refused = Rejected("No.", code="rejected")
        assert apply_refusal(session, order.id, refused, attempt=1) is OrderStatus.open
        session.execute(text("UPDATE orders SET status = 'sending' WHERE id = :id"), {"id": order.id})
        assert apply_refusal(session, order.id, refused, attempt=1) is OrderStatus.sending


def test_an_order_that_was_given_up_and_shows_up_all_the_same_keeps_its_fills(desk: Desk) -> None:
    """It cannot happen while the exchange keeps its word; when it does, what was traded is not lost."""
    _fault(desk, "error_before")
    desk.submit(desk.intent())
    desk.pass_time(61)
    desk.settle()
    (order,) = desk.orders()
    assert order.status is OrderStatus.cancelled
    gateway = desk.gateways.get(order.key_id)
    reserved = desk.reserve(desk.intent(leg="source"))
    report: OrderReport = gateway.place(replace(reserved.request, client_id=order.client_id))

    with desk.context.db.transaction() as session:
        assert apply_report(session, order.id, report, source="stream") is OrderStatus.cancelled
    order = desk.order(order.id)
    assert order.filled == Decimal("0.01")
    assert "late_fill" in desk.steps(order.id)
    eventually(lambda: desk.held(MarketType.spot) > 0)
