"""Sweeps: without any stream, the book becomes what the exchange says."""

import contextlib
import threading
from decimal import Decimal

import pytest
from sqlalchemy import text

from dollarclub.exchanges.errors import RateLimited
from dollarclub.exchanges.gateway import MarketType, OrderType, Side
from dollarclub.orders.flows.sweep import on_worker_start, sweep_due
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.service import watches
from tests.support.orders_desk import Desk
from tests.support.waiting import eventually
from tests.support.watching import Watcher, held, stranger

LIMIT = {"type": OrderType.limit, "price": Decimal("49000")}


@pytest.mark.parametrize("market_type", list(MarketType))
def test_a_fill_that_nobody_told_is_found_with_its_money(
    desk: Desk, watcher: Watcher, market_type: MarketType
) -> None:
    assert desk.submit(desk.intent(market_type, **LIMIT)) is OrderStatus.open
    desk.site.price("48000")
    watcher.sweep(market_type)
    (order,) = desk.orders()
    assert (order.status, order.filled, order.fills_complete) == (OrderStatus.filled, Decimal("0.01"), True)
    assert {fill["source"] for fill in desk.fills(order.id)} == {"sweep"}
    assert order.settled_at is not None
    if market_type is MarketType.spot:
        free, locked = desk.site.spot_balance(desk.traders[market_type].account, "BTC")
        assert free + locked == 2 + held(desk)
    else:
        (position,) = watcher.watch(market_type).positions
        assert Decimal(position["amount"]) == held(desk, market_type) == Decimal("0.01")
    before = desk.fills()
    watcher.sweep(market_type)
    assert desk.fills() == before
    assert watcher.tickets() == []


def test_an_order_that_was_cancelled_elsewhere_is_seen(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(**LIMIT))
    (order,) = desk.orders()
    stranger(desk, MarketType.spot).cancel_order(None, order.symbol, {"clientOrderId": order.client_id})
    watcher.sweep()
    assert desk.order(order.id).status is OrderStatus.cancelled


def test_balances_are_kept_and_only_told_when_they_changed(desk: Desk, watcher: Watcher) -> None:
    watcher.sweep()
    told = watcher.event_names().count("balances.changed")
    assert told == 1
    watcher.sweep()
    assert watcher.event_names().count("balances.changed") == told
    desk.submit(desk.intent(amount=Decimal("0.5")))
    watcher.sweep()
    assert watcher.event_names().count("balances.changed") == told + 1
    found = {row["asset"]: Decimal(row["free"]) for row in watcher.watch().balances}
    assert found["BTC"] == desk.site.spot_balance(desk.traders[MarketType.spot].account, "BTC")[0]


def test_a_restarted_worker_waits_for_keys_with_live_orders_only(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(MarketType.spot, **LIMIT))
    assert on_worker_start(desk.context, desk.worker) == 1
    with desk.context.db.transaction() as session:
        assert not watches.is_open(session, desk.keys[MarketType.spot])
        assert watches.is_open(session, desk.keys[MarketType.usdm])
    desk.site.price("48000")
    assert sweep_due(desk.context, desk.gateways, desk.worker)
    with desk.context.db.transaction() as session:
        assert watches.is_open(session, desk.keys[MarketType.spot])
    assert desk.orders()[0].status is OrderStatus.filled


def test_a_key_stays_closed_while_its_exchange_is_away(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(**LIMIT))
    on_worker_start(desk.context, desk.worker)
    desk.site.fault("error_before", endpoint="GET /api/v3/openOrders", times=1)
    assert sweep_due(desk.context, desk.gateways, desk.worker)
    watch = watcher.watch()
    assert watch.problem is not None
    assert watch.opened_at is None
    eventually(
        lambda: sweep_due(desk.context, desk.gateways, desk.worker) and watcher.watch().opened_at, seconds=10
    )
    assert watcher.watch().problem is None


def test_a_sweep_that_began_before_the_restart_does_not_open_the_queue(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(**LIMIT))
    with desk.context.db.transaction() as session:
        watches.request_sweep(session, desk.keys[MarketType.spot])
    desk.site.fault("late_answer", endpoint="GET /api/v3/account", delay_ms=300, times=1)
    sweeping = threading.Thread(
        target=sweep_due, args=(desk.context, desk.gateways, desk.worker), daemon=True
    )
    sweeping.start()
    eventually(lambda: watcher.watch().worker is not None, what="claimed")
    with desk.context.db.transaction() as session:
        watches.close_all(session)
    sweeping.join()
    assert watcher.watch().opened_at is None
    assert sweep_due(desk.context, desk.gateways, desk.worker)
    assert watcher.watch().opened_at is not None


def test_an_order_placed_during_the_sweep_is_not_missed_by_it(desk: Desk, watcher: Watcher) -> None:
    """Its picture of the open orders is older than the order, so it says nothing about it."""
    watcher.sweep()
    desk.submit(desk.intent(**LIMIT))
    desk.site.fault("late_answer", endpoint="GET /api/v3/account", delay_ms=300, times=1)
    with desk.context.db.transaction() as session:
        watches.request_sweep(session, desk.keys[MarketType.spot])
    sweeping = threading.Thread(
        target=sweep_due, args=(desk.context, desk.gateways, desk.worker), daemon=True
    )
    sweeping.start()
    eventually(lambda: watcher.watch().worker is not None, what="claimed")
    desk.submit(desk.intent(**LIMIT))
    sweeping.join()
    assert [order.status for order in desk.orders()] == [OrderStatus.open, OrderStatus.open]
    assert watcher.tickets(None) == []


def test_a_lost_fill_is_found_though_a_later_one_is_known(desk: Desk, watcher: Watcher) -> None:
    """The stream told the newest trade only; the order's own sum says that one is missing."""
    desk.submit(desk.intent(**LIMIT))
    (order,) = desk.orders()
    orders = desk.exchange_orders()
    number = next(each["id"] for each in orders if each["client_id"] == order.client_id)
    for quantity in ("0.004", "0.006"):
        answer = desk.site.admin.post(f"/orders/{number}/fill", json={"quantity": quantity})
        assert answer.status_code in (200, 204), answer.text
    watcher.sweep()
    first = desk.fills(order.id)[0]
    with desk.context.db.transaction() as session:
        session.execute(text("DELETE FROM fills WHERE id = :id"), {"id": first["id"]})
        session.execute(text("UPDATE orders SET fills_complete = false"))
        session.execute(text("UPDATE fills SET traded_at = traded_at + interval '10 minutes'"))
    watcher.sweep()
    assert desk.order(order.id).fills_complete
    assert sum(fill["amount"] for fill in desk.fills(order.id)) == Decimal("0.01")


def test_strangers_orders_are_not_touched_by_sweeps(desk: Desk, watcher: Watcher) -> None:
    stranger(desk, MarketType.spot).create_order("BTC/USDT", "limit", "buy", 0.01, 48000)
    watcher.sweep()
    watcher.sweep()
    (ticket,) = watcher.tickets()
    assert (ticket.kind, ticket.symbol) == ("foreign_order", "BTC/USDT")
    assert ticket.evidence["exchange"]["order"]["amount"] == "0.01"
    assert len([each for each in desk.exchange_orders() if each["status"] == "NEW"]) == 1
    assert Side(ticket.evidence["exchange"]["order"]["side"]) is Side.buy


def test_a_key_whose_orders_wait_is_read_with_the_whole_budget(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(**LIMIT))
    assert on_worker_start(desk.context, desk.worker) == 1
    gateway = desk.gateways.get(desk.keys[MarketType.spot])
    with contextlib.suppress(RateLimited):
        for _ in range(400):
            gateway.balances()
    watcher.sweep()
    assert watcher.watch().opened_at is not None
    with desk.context.db.transaction() as session:
        watches.request_sweep(session, desk.keys[MarketType.spot])
    sweep_due(desk.context, desk.gateways, desk.worker)
    assert "budget" in (watcher.watch().problem or "")
