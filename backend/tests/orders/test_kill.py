"""A real process, killed by the kernel at every boundary: the next one finds its orders, without waiting for leases."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.ids import new_id
from dollarclub.orders.rules.states import OrderStatus
from tests.support.orders_desk import QUICK, Desk
from tests.support.workers import environment_of

BACKEND = Path(__file__).resolve().parents[2]


def test_a_killed_sender_leaves_one_order(desk: Desk) -> None:
    market_type = MarketType.usdm
    for number in range(20):
        intent = desk.intent(market_type, origin_id=new_id())
        environment = {
            **os.environ,
            **environment_of(desk.context),
            **QUICK,
            "PAPER_EXCHANGE_URL": desk.site.url,
            "VICTIM_ACCOUNT": str(desk.account_id),
            "VICTIM_KEY": str(intent.key_id),
            "VICTIM_SYMBOL": intent.symbol,
            "VICTIM_MARKET": market_type.value,
        }
        command = [sys.executable, "-m", "tests.support.orders_victim", str(number), str(intent.origin_id)]
        done = subprocess.run(
            command, cwd=BACKEND, env=environment, capture_output=True, timeout=100, check=False
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
