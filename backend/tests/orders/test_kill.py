"""A real process that is killed at every boundary, or suspended on its way: others finish its orders, each is there once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.ids import new_id
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.service.intents import Intent
from tests.support.orders_desk import QUICK, Desk
from tests.support.waiting import eventually
from tests.support.workers import environment_of

BACKEND = Path(__file__).resolve().parents[2]


def command_of(where: str, intent: Intent) -> list[str]:
    return [sys.executable, "-m", "tests.support.orders_victim", where, str(intent.origin_id)]


def environment_for(desk: Desk, intent: Intent) -> dict[str, str]:
    return {
        **os.environ,
        **environment_of(desk.context),
        **QUICK,
        "PAPER_EXCHANGE_URL": desk.site.url,
        "VICTIM_ACCOUNT": str(desk.account_id),
        "VICTIM_KEY": str(intent.key_id),
        "VICTIM_SYMBOL": intent.symbol,
        "VICTIM_MARKET": intent.market_type.value,
    }


def test_a_killed_sender_leaves_one_order(desk: Desk) -> None:
    market_type = MarketType.usdm
    for number in range(20):
        intent = desk.intent(market_type, origin_id=new_id())
        done = subprocess.run(
            command_of(str(number), intent),
            cwd=BACKEND,
            env=environment_for(desk, intent),
            capture_output=True,
            timeout=100,
            check=False,
        )
        assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()[-2000:]
        desk.submit(intent)
        desk.settle(moving=True)
        (order,) = [order for order in desk.orders() if order.origin_id == intent.origin_id]
        assert order.status is OrderStatus.filled
        assert order.filled == sum(fill["amount"] for fill in desk.fills(order.id))
        assert len(desk.on_exchange(order.client_id)) == 1
        if done.returncode == 0:
            break
    assert done.returncode == 0
    assert number >= 5


@pytest.mark.parametrize("market_type", list(MarketType))
@pytest.mark.parametrize("where", ["before place", "before the request leaves"])
def test_a_suspended_sender_that_wakes_up_after_others_sent_its_order_sends_nothing(
    desk: Desk, where: str, market_type: MarketType
) -> None:
    """Once it stands still before it has signed, once with the signed order in its hands."""
    intent = desk.intent(market_type, origin_id=new_id())
    environment = environment_for(desk, intent) | {"VICTIM_LEASE_SECONDS": "1"}
    victim = subprocess.Popen(
        command_of(where, intent), cwd=BACKEND, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        process = psutil.Process(victim.pid)
        eventually(lambda: process.status() == psutil.STATUS_STOPPED, seconds=60, what="sender suspended")
        (order,) = desk.orders()
        assert order.status is OrderStatus.sending
        eventually(lambda: desk.work() and desk.order(order.id).settled_at, what="sent by another one")
        (again,) = desk.on_exchange(order.client_id)
        victim.send_signal(signal.SIGCONT)
        _, errors = victim.communicate(timeout=60)
    finally:
        victim.kill()
        victim.wait()
    assert victim.returncode == 0, errors
    assert [each["id"] for each in desk.on_exchange(order.client_id)] == [again["id"]]
    order = desk.order(order.id)
    assert (order.status, order.attempts, order.code) == (OrderStatus.filled, 2, None)
    assert "absence_proven" in desk.steps(order.id)
