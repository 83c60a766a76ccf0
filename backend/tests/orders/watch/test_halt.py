"""The kill switch: entries stop, orders go, positions are closed, and the exchange is read again to prove it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from dollarclub.core.context import build_context
from dollarclub.core.errors import Conflict
from dollarclub.core.settings import Settings
from dollarclub.exchanges.gateway import MarketType, OrderType, Side
from dollarclub.kit.ids import new_id
from dollarclub.orders.flows.halt import halt_due
from dollarclub.orders.models import Halt
from dollarclub.orders.rules.states import FINAL, OrderStatus, Purpose
from dollarclub.orders.service import halts
from tests.support.orders_desk import USDM, Desk
from tests.support.waiting import eventually
from tests.support.watching import Watcher, held, stranger

LIMIT = {"type": OrderType.limit, "price": Decimal("49000")}


def carry_out(desk: Desk, watcher: Watcher, halt_id: object, *, seconds: float = 20) -> Halt:
    """Work on it as a trading worker does, until it is proven."""

    def proven() -> bool:
        halt_due(desk.context, desk.gateways, desk.worker)
        desk.work()
        return watcher.halt(halt_id).proven_at is not None  # type: ignore[arg-type]

    eventually(proven, seconds=seconds, every=0.05, what="halt proven")
    return watcher.halt(halt_id)  # type: ignore[arg-type]


def open_on_exchange(desk: Desk) -> int:
    return sum(order["status"] in ("NEW", "PARTIALLY_FILLED") for order in desk.exchange_orders())


def positions(desk: Desk) -> list[Decimal]:
    found = [Decimal(row["contracts"]) for row in stranger(desk, MarketType.usdm).fetch_positions()]
    return [amount for amount in found if amount]


def test_orders_go_and_positions_stay_unless_it_flattens(desk: Desk, watcher: Watcher) -> None:
    for kind in MarketType:
        desk.submit(desk.intent(kind))
        desk.submit(desk.intent(kind, **LIMIT))
    assert open_on_exchange(desk) == 2
    halt = carry_out(desk, watcher, watcher.engage(flatten=False))
    assert open_on_exchange(desk) == 0
    assert positions(desk) == [Decimal("0.01")]
    assert {entry["ok"] for entry in halt.proof.values()} == {True}
    assert {order.status for order in desk.orders()} == {OrderStatus.filled, OrderStatus.cancelled}
    assert "halt.changed" in watcher.event_names()


def test_it_flattens_both_markets_ledger_by_ledger_and_proves_it(desk: Desk, watcher: Watcher) -> None:
    ledgers = [new_id(), new_id()]
    for ledger, amount in zip(ledgers, ("0.01", "0.02"), strict=True):
        for kind in MarketType:
            desk.submit(desk.intent(kind, book_id=ledger, amount=Decimal(amount)))
    stranger(desk, MarketType.usdm).create_order(USDM, "market", "buy", 0.005)
    desk.submit(desk.intent(MarketType.spot, **LIMIT))
    halt = carry_out(desk, watcher, watcher.engage(flatten=True))
    assert positions(desk) == []
    assert open_on_exchange(desk) == 0
    spot = halt.proof[str(desk.keys[MarketType.spot])]
    assert spot["positions"] == []
    assert held(desk) == sum(Decimal(each["amount"]) for each in spot["dust"]) < Decimal("0.0001")
    for ledger in ledgers:
        sums = [
            fill["amount"] if fill["side"] == "buy" else -fill["amount"]
            for fill in desk.fills()
            if fill["book_id"] == ledger and fill["key_id"] == desk.keys[MarketType.usdm]
        ]
        assert sum(sums) == 0
    flattening = [order for order in desk.orders() if order.origin == "kill_switch"]
    assert {order.origin_id for order in flattening} == {halt.id}
    assert all(order.reduce_only for order in flattening if order.market_type is MarketType.usdm)


def test_a_short_is_bought_back(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(MarketType.usdm, side=Side.sell))
    carry_out(desk, watcher, watcher.engage(flatten=True))
    assert positions(desk) == []
    assert held(desk, MarketType.usdm) == 0


def test_entries_are_refused_and_exits_pass_until_it_is_lifted(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(MarketType.usdm))
    carry_out(desk, watcher, watcher.engage(flatten=False))
    with pytest.raises(Conflict) as refused:
        desk.submit(desk.intent())
    assert refused.value.code == "halted"
    leaving = desk.intent(MarketType.usdm, purpose=Purpose.exit, side=Side.sell, reduce_only=True)
    assert desk.submit(leaving) is OrderStatus.filled
    with desk.context.db.transaction() as session:
        halts.lift(session, account_id=desk.account_id, by=desk.account_id)
    assert desk.submit(desk.intent()) is OrderStatus.filled


def test_the_whole_installation_can_be_halted(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(**LIMIT))
    carry_out(desk, watcher, watcher.engage(flatten=False, everybody=True))
    assert open_on_exchange(desk) == 0
    with pytest.raises(Conflict):
        desk.submit(desk.intent())


def test_foreign_orders_are_listed_and_left_alone(desk: Desk, watcher: Watcher) -> None:
    stranger(desk, MarketType.spot).create_order("BTC/USDT", "limit", "buy", 0.01, 48000)
    halt = carry_out(desk, watcher, watcher.engage(flatten=True))
    (listed,) = halt.proof[str(desk.keys[MarketType.spot])]["foreign_orders"]
    assert listed["amount"] == "0.01"
    assert open_on_exchange(desk) == 1


def test_it_is_not_proven_while_the_exchange_is_away_and_goes_on_afterwards(
    desk: Desk, watcher: Watcher
) -> None:
    desk.submit(desk.intent(**LIMIT))
    halt_id = watcher.engage(flatten=False)
    desk.site.fault("error_before", endpoint="DELETE /api/v3/order")
    halt_due(desk.context, desk.gateways, desk.worker)
    halt = watcher.halt(halt_id)
    assert halt.proven_at is None
    entry = halt.proof[str(desk.keys[MarketType.spot])]
    assert not entry["ok"]
    assert entry["problem"]
    assert halt.proof[str(desk.keys[MarketType.usdm])]["ok"]
    desk.site.calm()
    carry_out(desk, watcher, halt_id)
    assert open_on_exchange(desk) == 0


def test_an_order_whose_outcome_is_unknown_is_waited_for(desk: Desk, watcher: Watcher) -> None:
    """It was accepted, the answer was lost, and it rests there when the switch is thrown."""
    desk.site.fault("drop_answer", endpoint="POST /api/v3/order", times=1)
    assert desk.submit(desk.intent(**LIMIT)) is OrderStatus.unknown
    halt_id = watcher.engage(flatten=False)
    halt_due(desk.context, desk.gateways, desk.worker)
    assert watcher.halt(halt_id).proven_at is None
    carry_out(desk, watcher, halt_id)
    assert open_on_exchange(desk) == 0
    assert {order.status for order in desk.orders()} <= FINAL


def test_no_intent_slips_through_while_it_is_engaged(desk: Desk, watcher: Watcher) -> None:
    """Entries from many threads while the switch is thrown: what was written down before it is cancelled by it."""
    stop = threading.Event()
    refusals: list[str] = []

    def trade(kind: MarketType) -> None:
        while not stop.is_set():
            try:
                desk.submit(desk.intent(kind, **LIMIT))
                desk.work()
            except Conflict as error:
                refusals.append(error.code)
                if error.code == "halted":
                    return

    threads = [threading.Thread(target=trade, args=(kind,)) for kind in MarketType for _ in range(2)]
    for thread in threads:
        thread.start()
    eventually(lambda: open_on_exchange(desk) >= 3, seconds=10, what="orders rest")
    halt_id = watcher.engage(flatten=False)
    for thread in threads:
        thread.join(10)
    stop.set()
    assert refusals.count("halted") == 4
    carry_out(desk, watcher, halt_id)
    assert open_on_exchange(desk) == 0
    assert {order.status for order in desk.orders()} == {OrderStatus.cancelled}


def test_it_works_without_redis(desk: Desk, watcher: Watcher, make_settings: Callable[..., Settings]) -> None:
    desk.submit(desk.intent(MarketType.usdm))
    desk.submit(desk.intent(MarketType.usdm, **LIMIT))
    settings = make_settings(
        PAPER_EXCHANGE_URL=desk.site.url, REDIS_URL="redis://127.0.0.1:1/0", TRADING_ANSWER_SECONDS="0.5"
    )
    context = build_context(settings)
    try:
        with context.db.transaction() as session:
            halt_id = halts.engage(
                session, account_id=desk.account_id, by=desk.account_id, reason="", flatten=True
            ).id
        without = Desk(context, desk.site, desk.factory, desk.account_id, desk.keys, desk.traders)
        without.cipher, without.gateways = desk.cipher, desk.gateways
        carry_out(without, watcher, halt_id)
    finally:
        context.close()
    assert positions(desk) == []
    assert open_on_exchange(desk) == 0


def test_engaging_twice_is_refused_but_may_begin_to_flatten(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(MarketType.usdm))
    halt_id = watcher.engage(flatten=False)
    carry_out(desk, watcher, halt_id)
    with pytest.raises(Conflict):
        watcher.engage(flatten=False)
    assert watcher.engage(flatten=True) == halt_id
    carry_out(desk, watcher, halt_id)
    assert positions(desk) == []


def test_a_worker_that_died_with_the_halt_is_replaced(desk: Desk, watcher: Watcher) -> None:
    desk.submit(desk.intent(**LIMIT))
    halt_id = watcher.engage(flatten=False)
    with desk.context.db.transaction() as session:
        work = halts.next_halt(session, worker="dead", lease=timedelta(milliseconds=500))
    assert work is not None
    assert work.halt.halt_id == halt_id
    carry_out(desk, watcher, halt_id)
    assert open_on_exchange(desk) == 0
