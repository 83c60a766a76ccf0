"""A process that dies at any boundary between an intent and its outcome: the order is there once, and nothing is forgotten.

The boundaries are not chosen: each commit and each exchange call of sending, resolving, completing and cancelling is one,
before and after. A life is lived again and again, dying one boundary later each time, until it ends without dying. After
each death another process takes over and the alert that caused the order is executed again, as a worker would.
`CHAOS_EVERY_CASE=1` combines every fault with every kind of order, instead of one kind for each.
"""

import itertools
import os
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dollarclub.core import presence
from dollarclub.exchanges.gateway import MarketType, OrderType, Side
from dollarclub.orders.models import Order
from dollarclub.orders.rules.states import FINAL, OrderStatus, Purpose
from dollarclub.orders.service.cancels import request_cancel
from dollarclub.orders.service.intents import Intent
from tests.support.mortality import Boundaries, Death, MortalGateways, mortal
from tests.support.orders_desk import Desk
from tests.support.waiting import eventually

FAR = Decimal(45000)
"""A buying price at which nothing is traded while bitcoin costs 50,000."""
ENDLESS = 200
FAULTS: dict[str, dict[str, Any]] = {
    "drop_answer": {},
    "late_answer": {"delay_ms": 700},
    "error_before": {},
    "error_after": {},
    "disconnect": {},
    "too_many_requests": {},
}
PATHS = {MarketType.spot: "/api/v3/order", MarketType.usdm: "/fapi/v1/order"}


@dataclass(frozen=True)
class Case:
    market_type: MarketType
    type: OrderType
    purpose: Purpose
    fault: str | None = None

    def __str__(self) -> str:
        return "-".join([self.market_type, self.type, self.purpose, self.fault or "calm"])


ALL = [Case(*each) for each in itertools.product(MarketType, OrderType, Purpose)]
MIXED = [
    Case(MarketType.spot, OrderType.market, Purpose.entry),
    Case(MarketType.usdm, OrderType.market, Purpose.exit),
    Case(MarketType.spot, OrderType.limit, Purpose.exit),
    Case(MarketType.usdm, OrderType.limit, Purpose.entry),
]
EVERY_CASE = os.environ.get("CHAOS_EVERY_CASE") == "1"
FAULTY = [
    replace(case, fault=fault)
    for number, fault in enumerate(FAULTS)
    for case in (ALL if EVERY_CASE else [MIXED[number % len(MIXED)]])
]


@pytest.mark.parametrize("case", [*ALL, *FAULTY], ids=str)
def test_a_death_at_any_boundary_neither_doubles_nor_loses_an_order(desk: Desk, case: Case) -> None:
    before = Books.of(desk)
    deaths = []
    for number in range(ENDLESS):
        enter_first(desk, case)
        intent = intent_of(desk, case)
        boundaries = Boundaries(number)
        switch_on(desk, case)
        try:
            live(mortal_desk(desk, boundaries), intent)
        except Death as death:
            deaths.append(str(death))
        finally:
            switch_off(desk, case)
        take_over(desk, intent)
        check(desk, intent, deaths)
        if len(deaths) == number:
            break
    assert len(deaths) >= 8, "hardly any boundary was crossed"
    go_flat(desk, case.market_type)
    before.check(desk)


def enter_first(desk: Desk, case: Case) -> None:
    """An exit needs something to get rid of."""
    if case.purpose is Purpose.exit:
        desk.submit(desk.intent(case.market_type, leg="before"))


def intent_of(desk: Desk, case: Case) -> Intent:
    exits = case.purpose is Purpose.exit
    changes: dict[str, Any] = {"purpose": case.purpose, "type": case.type, "leg": "tested"}
    if exits:
        changes |= {"side": Side.sell, "reduce_only": case.market_type is MarketType.usdm}
    if case.type is OrderType.limit:
        changes["price"] = 100_000 - FAR if exits else FAR
    return desk.intent(case.market_type, **changes)


def switch_on(desk: Desk, case: Case) -> None:
    if case.fault is None:
        return
    account = desk.traders[case.market_type].account
    for method in ("POST", "DELETE"):
        desk.site.fault(
            case.fault,
            account=account,
            endpoint=f"{method} {PATHS[case.market_type]}",
            times=1,
            **FAULTS[case.fault],
        )


def switch_off(desk: Desk, case: Case) -> None:
    if case.fault is not None:
        desk.site.admin.delete("/faults")


def mortal_desk(desk: Desk, boundaries: Boundaries) -> Desk:
    """Another process over the same database and exchange; nobody sees it on the list of living workers."""
    doomed = replace(desk, context=mortal(desk.context, boundaries), worker=ghost())
    doomed.gateways = MortalGateways(desk.gateways, boundaries)
    with desk.context.db.transaction() as session:
        presence.renew(session, doomed.worker)
    return doomed


def ghost() -> presence.WorkerIdentity:
    """A worker of this host whose process no longer exists."""
    return replace(presence.this_process("trading", {}), id="trading@ghost", pid=1, process_started=-1.0)


def live(desk: Desk, intent: Intent) -> None:
    """Send the order, see it traded, cancel what is left, and go on until all is settled."""
    desk.submit(intent)
    order = the_order(desk, intent)
    if intent.type is OrderType.limit:
        trade_some(desk, order)
        cancel(desk, order.id)
    desk.settle(moving=True)


def take_over(desk: Desk, intent: Intent) -> None:
    """What the next process does: the alert is executed again, lost orders are resolved, wishes are fulfilled."""
    desk.submit(intent)
    desk.settle(moving=True)
    order = the_order(desk, intent)
    if order.status not in FINAL:
        trade_some(desk, order)
        cancel(desk, order.id)
        desk.settle(moving=True)


def cancel(desk: Desk, order_id: UUID) -> None:
    with desk.context.db.transaction() as session:
        if the_status(desk, order_id) not in FINAL:
            request_cancel(session, desk.account_id, order_id)


def the_order(desk: Desk, intent: Intent) -> Order:
    (order,) = [order for order in desk.orders() if order.origin_id == intent.origin_id]
    return order


def the_status(desk: Desk, order_id: UUID) -> OrderStatus:
    return desk.order(order_id).status


def trade_some(desk: Desk, order: Order) -> None:
    """The market takes a part of a resting order on spot, all of one on futures, of which nobody tells us."""
    for resting in desk.on_exchange(order.client_id):
        if resting["status"] != "NEW":
            continue
        if order.market_type is MarketType.spot:
            desk.site.admin.post(f"/orders/{resting['id']}/fill", json={"quantity": "0.004"})
        else:
            assert order.price is not None
            desk.site.price(
                str(order.price * (Decimal("0.999") if order.side is Side.buy else Decimal("1.001")))
            )
            eventually(lambda: desk.on_exchange(order.client_id)[0]["status"] == "FILLED", what="filled")
            desk.site.price("50000")


def check(desk: Desk, intent: Intent, deaths: list[str]) -> None:
    order = the_order(desk, intent)
    story = f"{deaths[-1:]} {order.status} {order.code} {desk.steps(order.id)}"
    assert order.status in FINAL, story
    assert order.settled_at is not None, story
    placed = desk.on_exchange(order.client_id)
    given_up = order.status is OrderStatus.cancelled and order.code in ("never_placed", "cancelled_unsent")
    assert len(placed) == (0 if given_up else 1), story
    assert order.filled == sum(Decimal(str(each["executed"])) for each in placed), story
    assert order.filled == sum(fill["amount"] for fill in desk.fills(order.id)), story
    if intent.type is OrderType.market:
        assert order.status is OrderStatus.filled, story


def go_flat(desk: Desk, market_type: MarketType) -> None:
    """Futures: what is open has a value that is not in the wallet yet."""
    if market_type is MarketType.usdm and (held := desk.held(market_type)):
        desk.submit(
            desk.intent(
                market_type,
                leg="after",
                purpose=Purpose.exit,
                side=Side.sell if held > 0 else Side.buy,
                amount=abs(held),
                reduce_only=True,
            )
        )


@dataclass(frozen=True)
class Books:
    """The exchange's balances, to be explained by our fills."""

    spot: dict[str, Decimal]
    wallet: Decimal

    @classmethod
    def of(cls, desk: Desk) -> "Books":
        books = desk.exchange_books()
        spot = {
            asset: Decimal(each["free"]) + Decimal(each["locked"]) for asset, each in books["spot"].items()
        }
        return cls(spot, Decimal(books["futures"]["wallet"]))

    def check(self, desk: Desk) -> None:
        """Every change of every balance is the sum of fills and fees, to the last digit."""
        now = Books.of(desk)
        spot, wallet = dict(self.spot), self.wallet
        for fill in desk.fills():
            sign = 1 if fill["side"] == "buy" else -1
            if ":" in fill["symbol"]:
                wallet -= sign * fill["cost"] + fill["fee_amount"]
                continue
            spot["BTC"] += sign * fill["amount"]
            spot["USDT"] -= sign * fill["cost"]
            spot[fill["fee_asset"]] -= fill["fee_amount"]
        assert now.wallet == wallet
        assert {asset: amount for asset, amount in now.spot.items() if amount} == spot
