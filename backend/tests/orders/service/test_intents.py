"""An intent is written down once, whoever asks, and only when it may be ordered."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, text

from dollarclub.core.errors import Conflict
from dollarclub.exchanges.gateway import MarketType, Side
from dollarclub.kit.ids import new_id
from dollarclub.orders.models import Halt
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.orders.service.intents import Intent, Reserved, client_id_of, reserve
from dollarclub.orders.service.outcomes import mark_unknown
from tests.support.orders_desk import LEASE, Desk


def _halt(desk: Desk, account_id: UUID | None) -> None:
    with desk.context.db.transaction() as session:
        session.add(Halt(account_id=account_id, flatten=False))


def _exit(desk: Desk) -> Intent:
    return desk.intent(purpose=Purpose.exit, side=Side.sell, leg="exit")


def test_client_ids_fit_every_venue_and_belong_to_one_order_only() -> None:
    ids = [new_id() for _ in range(1000)]
    clients = {client_id_of(order_id) for order_id in ids}
    assert len(clients) == 1000
    assert all(len(client) == 28 and client.isalnum() and client == client.lower() for client in clients)
    assert client_id_of(ids[0]) == client_id_of(ids[0])


def test_asking_again_gives_the_same_order_to_nobody(desk: Desk) -> None:
    intent = desk.intent()
    first = desk.reserve(intent)
    again = desk.reserve(intent)
    assert (first.sending, first.existed) == (True, False)
    assert (again.sending, again.existed) == (False, True)
    assert again.order_id == first.order_id
    assert again.request == first.request
    assert len(desk.orders()) == 1


def test_an_existing_order_is_returned_even_while_new_ones_are_refused(desk: Desk) -> None:
    intent = desk.intent()
    first = desk.reserve(intent)
    _halt(desk, desk.account_id)
    assert desk.reserve(intent).order_id == first.order_id


def test_a_lane_sends_one_order_at_a_time(desk: Desk) -> None:
    assert desk.reserve(desk.intent()).sending
    assert not desk.reserve(desk.intent()).sending
    assert desk.reserve(desk.intent(MarketType.usdm)).sending
    statuses = [order.status for order in desk.orders()]
    assert statuses == [OrderStatus.sending, OrderStatus.new, OrderStatus.sending]


def test_an_exit_passes_waiting_entries_but_no_waiting_exit(desk: Desk) -> None:
    first, entry, exit_ = desk.intent(), desk.intent(), _exit(desk)
    reserved = desk.reserve(first)
    desk.reserve(entry)
    with desk.context.db.transaction() as session:
        session.execute(text("UPDATE orders SET status = 'filled' WHERE id = :id"), {"id": reserved.order_id})
    assert not desk.reserve(desk.intent()).sending
    assert desk.reserve(exit_).sending
    assert not desk.reserve(_exit(desk)).sending


@pytest.mark.parametrize("everybody", [True, False])
def test_while_trading_is_halted_entries_are_refused_and_exits_go(desk: Desk, everybody: bool) -> None:
    _halt(desk, None if everybody else desk.account_id)
    with pytest.raises(Conflict) as refused:
        desk.reserve(desk.intent())
    assert refused.value.code == "halted"
    assert desk.reserve(_exit(desk)).sending
    assert len(desk.orders()) == 1


def test_while_an_order_is_unknown_entries_of_its_pair_wait_and_exits_go(desk: Desk) -> None:
    first = desk.reserve(desk.intent())
    with desk.context.db.transaction() as session:
        mark_unknown(session, first.order_id, TimeoutError())
    with pytest.raises(Conflict) as refused:
        desk.reserve(desk.intent())
    assert refused.value.code == "unknown_order"
    assert desk.reserve(_exit(desk)).sending
    assert desk.reserve(desk.intent(symbol="ETH/USDT")).sending


def _together(desk: Desk, intents: list[Intent]) -> list[Reserved]:
    barrier = threading.Barrier(len(intents))

    def run(intent: Intent) -> Reserved:
        barrier.wait()
        return desk.reserve(intent)

    with ThreadPoolExecutor(len(intents)) as pool:
        return list(pool.map(run, intents))


def test_the_same_intent_from_many_workers_at_once_is_one_order(desk: Desk) -> None:
    for _ in range(5):
        intent = desk.intent(symbol=f"PAIR{_}/USDT")
        found = _together(desk, [intent] * 8)
        assert len({each.order_id for each in found}) == 1
        assert sum(each.sending for each in found) == 1
    assert len(desk.orders()) == 5


def test_many_intents_for_one_lane_at_once_have_one_sender(desk: Desk) -> None:
    found = _together(desk, [desk.intent() for _ in range(8)])
    assert sum(each.sending for each in found) == 1
    assert len({each.order_id for each in found}) == 8
    assert sorted(order.status for order in desk.orders()) == [OrderStatus.new] * 7 + [OrderStatus.sending]


def test_a_halt_waits_for_reservations_and_later_ones_see_it(desk: Desk) -> None:
    """Engaging takes the lock that a reservation shares, so no entry slips in between."""
    reserving, halted = threading.Event(), threading.Event()

    def engage() -> None:
        reserving.wait()
        with desk.context.db.transaction() as session:
            session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('halt', 0))"))
            halted.set()
            session.add(Halt(account_id=None, flatten=False))

    thread = threading.Thread(target=engage)
    thread.start()
    with desk.context.db.transaction() as session:
        reserve(session, desk.intent(), worker=desk.worker.id, lease=LEASE)
        reserving.set()
        assert not halted.wait(0.3)
    thread.join()
    with pytest.raises(Conflict):
        desk.reserve(desk.intent())


def test_writing_an_intent_down_takes_two_statements_and_an_outcome_three(desk: Desk) -> None:
    """The hot path of every order; an event takes two more."""
    statements: list[str] = []
    event.listen(
        desk.context.db.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: statements.append(statement),
    )
    desk.gateways.get(desk.keys[MarketType.spot])
    statements.clear()
    intent = desk.intent()
    reserved = desk.reserve(intent)
    assert len(statements) == 2
    desk.reserve(replace(intent, purpose=Purpose.exit, origin_id=new_id(), symbol="ETH/USDT"))
    assert len(statements) == 3
    statements.clear()
    desk.send(reserved, intent)
    assert desk.order(reserved.order_id).status is OrderStatus.filled
    about_orders = [each for each in statements if "event" not in each]
    assert len(about_orders) == 4, (
        statements
    )  # lock, fills with their sums, progress; the last is this test's look


def test_reserving_again_does_not_prolong_a_lease(desk: Desk) -> None:
    intent = desk.intent()
    first = desk.reserve(intent)
    until = desk.order(first.order_id).lease_until
    with desk.context.db.transaction() as session:
        reserve(session, intent, worker="another", lease=timedelta(hours=1))
    order = desk.order(first.order_id)
    assert (order.worker, order.lease_until) == (desk.worker.id, until)
