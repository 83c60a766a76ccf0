"""`kill -9` of everything, at random, under a stream of alerts, with every fault of the exchange in turn.

`CHAOS_KILLS=1000` (`make chaos`) for the long form; the seed is told when it fails, so that a run can be repeated.
"""

import contextlib
import os
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from tests.chaos import ledger
from tests.chaos.alerts import Alert, AlertStream
from tests.support.platform import AWAY, Platform
from tests.support.waiting import eventually

KILLS = int(os.environ.get("CHAOS_KILLS", "50"))
SEED = int(os.environ.get("CHAOS_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
QUIET_SECONDS = 180
START = Decimal(100_000)
VICTIMS = (
    "worker-trading",
    "api",
    "stream",
    "postgres-backend",
    "redis",
    "worker-trading",
    "postgres",
    "beat",
    "connection",
    "paper",
)
PLACE = ("POST /api/v3/order", "POST /fapi/v1/order")
FAULTS: tuple[dict[str, Any], ...] = (
    *({"kind": "drop_answer", "endpoint": endpoint} for endpoint in PLACE),
    {"kind": "drop_answer", "endpoint": "GET *"},
    *({"kind": "late_answer", "endpoint": endpoint, "delay_ms": 2500} for endpoint in PLACE),
    *({"kind": "error_after", "endpoint": endpoint, "status": 502} for endpoint in PLACE),
    {"kind": "error_after", "endpoint": PLACE[0], "status": 408, "code": -1007, "message": "Timeout"},
    {"kind": "error_before", "status": 503},
    {"kind": "error_before", "status": 500, "code": -1000, "message": "Unknown"},
    {"kind": "too_many_requests"},
    {"kind": "clock_skew", "skew_ms": 4000},
    {"kind": "clock_skew", "skew_ms": -4000},
    {"kind": "disconnect"},
    {"kind": "stream_delay", "delay_ms": 1500},
    {"kind": "stream_reorder"},
    {"kind": "stream_duplicate"},
    {"kind": "stream_drop"},
    {"kind": "stream_disconnect"},
    {"kind": "frozen"},
)
SPOT = {"BTC/USDT": ("BTC", "USDT"), "ETH/USDT": ("ETH", "USDT")}


class Drill:
    """The platform, the operator's hands on its paper exchange, and what alerts it was sent."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        facts = platform.environment_of("api")
        self.redis_url = facts["REDIS_URL"]
        self.admin = httpx.Client(
            base_url=facts["PAPER_ADMIN_URL"],
            headers={"Authorization": f"Bearer {facts['PAPER_ADMIN_TOKEN']}"},
            timeout=30,
        )
        self.operate("PUT", "/limits", json=dict.fromkeys(self.operate("GET", "/limits"), 0))
        eventually(self._keys_ready, seconds=60, every=0.2, what="paper keys")
        spot = self._webhook("spot")
        usdm = self._webhook("usdm")
        self.stream = AlertStream(
            platform.address,
            [(*spot, "BTCUSDT", 25), (*spot, "ETHUSDT", 25), (*usdm, "BTCUSDT.P", 300)],
            seed=SEED,
        )

    def operate(self, method: str, path: str, **options: Any) -> Any:
        """Ask the exchange's operator, who may have to come back first."""

        def attempt() -> httpx.Response | None:
            try:
                return self.admin.request(method, path, **options)
            except AWAY:
                return None

        answer = eventually(attempt, seconds=60, every=0.1, what=f"operator {path}")
        assert answer is not None
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def kill(self, victim: str) -> None:
        if victim == "connection":
            self.operate("POST", "/faults", json={"kind": "disconnect", "times": 3})
            return
        if victim == "redis":
            with contextlib.suppress(redis.RedisError):
                redis.Redis.from_url(self.redis_url).flushall()
        self.platform.kill(victim)

    def switch_on(self, fault: dict[str, Any]) -> None:
        """This fault alone, striking every third time."""
        self.calm()
        if fault["kind"] == "frozen":
            for symbol in ("BTCUSDT", "ETHUSDT"):
                self.operate("PATCH", f"/symbols/{symbol}", json={"frozen": True})
            return
        odds = {} if fault["kind"] == "clock_skew" else {"probability": 0.3}
        self.operate("POST", "/faults", json={**fault, **odds})

    def calm(self) -> None:
        self.operate("DELETE", "/faults")
        for symbol in ("BTCUSDT", "ETHUSDT"):
            self.operate("PATCH", f"/symbols/{symbol}", json={"frozen": False})

    def unfinished(self) -> list[dict[str, Any]]:
        """Signals that are not done, orders that are not final or lack fills."""
        signals = [
            signal
            for status in ("received", "claimed", "executing")
            for signal in ledger.everything(self.platform, f"/api/signals?status={status}")
        ]
        orders = [
            order
            for order in ledger.everything(self.platform, "/api/orders")
            if order["settled_at"] is None or order["status"] not in ledger.END_STATES
        ]
        return [*signals, *orders]

    def _keys_ready(self) -> bool:
        found = self.platform.ask("GET", "/api/keys")["items"]
        return len(found) == 2 and all(key["status"] == "ready" for key in found)

    def _webhook(self, market_type: str) -> tuple[str, str]:
        body = {
            "name": f"chaos {market_type}",
            "market_type": market_type,
            "order_type": "market",
            "amount": "25",
            "amount_unit": "quote",
        }
        strategy = self.platform.ask("POST", "/api/strategies", json=body)
        webhook = self.platform.ask("GET", f"/api/strategies/{strategy['id']}/webhook")
        return httpx.URL(webhook["urls"]["token"]).path, webhook["secret"]


@pytest.fixture
def drill() -> Iterator[Drill]:
    with tempfile.TemporaryDirectory(prefix="dc-orders-") as folder:
        platform = Platform(
            Path(folder) / "data",
            TRADING_RECEIVE_WINDOW_MS="1000",
            TRADING_ANSWER_SECONDS="1.5",
            TRADING_SWEEP_SECONDS="3",
            TRADING_LEASE_SECONDS="5",
            TRADING_STREAM_SILENCE_SECONDS="10",
            TRADING_ENTRY_SECONDS="3600",
            PAPER_START_USDT=str(START),
            WEBHOOK_BURST="100000",
        )
        platform.start()
        try:
            made = Drill(platform)
            yield made
            made.admin.close()
        finally:
            platform.stop()


@pytest.mark.timeout(300 + 20 * KILLS)
def test_each_alert_becomes_one_set_of_orders_whatever_is_killed(drill: Drill) -> None:
    dice = random.Random(SEED)
    victims = [VICTIMS[place % len(VICTIMS)] for place in range(KILLS)]
    dice.shuffle(victims)
    drill.stream.start()
    every = max(1, KILLS // len(FAULTS))
    for place, victim in enumerate(victims):
        if place % every == 0:
            drill.switch_on(FAULTS[place // every % len(FAULTS)])
        drill.kill(victim)
        _let_pass(drill, dice.randrange(1, 12))
    drill.calm()
    drill.stream.stop()
    _settle(drill)

    _check_signals(drill)
    _check_orders(drill)
    _check_balances(drill)
    assert drill.platform.ask("GET", "/api/tickets?status=open")["items"] == []


def _settle(drill: Drill) -> None:
    """Wait until nothing is under way, for as long as it gets less; what still is, is told.

    What the alerts left behind is worked off no faster than the exchange lets an account place orders.
    """
    least = len(drill.unfinished())
    while least:
        try:
            least = eventually(lambda least=least: _fewer(drill, least), seconds=QUIET_SECONDS, every=1)[0]
        except AssertionError:
            left = drill.unfinished()
            ids = [each["id"] for each in left if "origin_id" in each]
            stories = [drill.platform.ask("GET", f"/api/orders/{each}") for each in ids[:2]]
            pytest.fail(f"{len(left)} unfinished, such as {left[:3]} {stories} CHAOS_SEED={SEED}")


def _fewer(drill: Drill, least: int) -> tuple[int] | None:
    left = len(drill.unfinished())
    return (left,) if left < least else None


def _let_pass(drill: Drill, alerts: int) -> None:
    """Until this many alerts more were begun, or for two seconds when nothing is accepted."""
    before = len(drill.stream.alerts)
    try:
        eventually(lambda: len(drill.stream.alerts) >= before + alerts, seconds=2, every=0.02, what="alerts")
    except (AssertionError, TimeoutError):
        return


def _check_signals(drill: Drill) -> None:
    """Every alert has one signal, no signal has two alerts, and each came to its proper end."""
    assert drill.stream.trouble == [], f"CHAOS_SEED={SEED}"
    signals = {each["id"]: each for each in ledger.everything(drill.platform, "/api/signals")}
    told: dict[str, int] = defaultdict(int)
    for alert in drill.stream.alerts:
        assert len(alert.signal_ids) == 1, f"{alert} CHAOS_SEED={SEED}"
        told[next(iter(alert.signal_ids))] += 1
    assert set(told.values()) == {1}
    assert set(told) == set(signals)
    for alert in drill.stream.alerts:
        signal = signals[next(iter(alert.signal_ids))]
        is_exit = alert.body["execution_intent"]["type"] == "exit"
        if not is_exit and signal["outcome"] in ("overtaken", "cancelled"):
            assert _exit_after(drill, alert), f"{signal} CHAOS_SEED={SEED}"
            continue
        proper = ("exit_executed", "exit_no_position", "below_min_notional") if is_exit else ("executed",)
        assert signal["outcome"] in proper, f"{signal} CHAOS_SEED={SEED}"


def _exit_after(drill: Drill, entry: Alert) -> bool:
    """Whether an exit of the same pair was sent after this entry, which may then not be executed any more."""
    later = drill.stream.alerts[drill.stream.alerts.index(entry) + 1 :]
    return any(
        alert.body["execution_intent"]["type"] == "exit"
        and alert.body["tv"]["symbol"] == entry.body["tv"]["symbol"]
        for alert in later
    )


def _check_orders(drill: Drill) -> None:
    """One order of each intent on the exchange, none that is not ours, and none without a signal."""
    ours = ledger.everything(drill.platform, "/api/orders")
    theirs = drill.operate("GET", "/orders?limit=1000000")
    assert ledger.doubled(theirs) == [], f"CHAOS_SEED={SEED}"
    placed = {order["client_id"] for order in ours if order["status"] == "filled"}
    assert {order["client_id"] for order in theirs} == placed, f"CHAOS_SEED={SEED}"
    given_up = {(order["status"], order["code"]) for order in ours if order["status"] != "filled"}
    assert given_up <= {("cancelled", "never_placed"), ("cancelled", "cancelled_unsent")}, (
        f"CHAOS_SEED={SEED}"
    )
    legs = {(order["origin_id"], order["leg"]) for order in ours}
    assert len(legs) == len(ours)
    signals = ledger.everything(drill.platform, "/api/signals")
    executed = {each["id"] for each in signals if each["outcome"] in ("executed", "exit_executed")}
    assert {order["origin_id"] for order in ours if order["status"] == "filled"} == executed


def _check_balances(drill: Drill) -> None:
    """The sum of fills is what the exchange's books show, to the last digit."""
    fills = ledger.everything(drill.platform, "/api/fills")
    (account,) = drill.operate("GET", "/accounts")
    spot = [fill for fill in fills if fill["symbol"] in SPOT]
    usdm = [fill for fill in fills if fill["symbol"] not in SPOT]
    assert spot
    assert usdm
    shown = {
        asset: Decimal(balance["free"]) + Decimal(balance["locked"])
        for asset, balance in account["spot"].items()
    }
    for asset, change in ledger.spot_balances(spot, SPOT).items():
        assert shown.get(asset, Decimal(0)) - (START if asset == "USDT" else 0) == change, asset
    held = {
        f"{position['symbol'].removesuffix('USDT')}/USDT:USDT": Decimal(position["amount"])
        for position in account["futures"]["positions"].values()
        if Decimal(position["amount"])
    }
    assert ledger.futures_positions(usdm) == held
    cost = sum((Decimal(p["cost"]) for p in account["futures"]["positions"].values()), Decimal(0))
    assert Decimal(account["futures"]["wallet"]) - START - cost == ledger.futures_wallet(usdm)
