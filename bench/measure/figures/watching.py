"""Many open groups while prices tick: what the platform's processes cost, and how fast pages of many groups answer."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx

from measure import processes
from measure.desk import Desk
from measure.effort import Effort
from measure.platform import Platform
from measure.report import Row, Target, median_ms
from measure.stack import BenchFailed
from measure.ticker import Listener, Ticker

NAME = "watching"
LEGS, TICKS = 7, 10
KEYS, GROUPS_A_SYMBOL = 8, 4
SPARE_SYMBOLS = 60
CPU_PERCENT, PAGE_MS = 50, 500
OPEN_SECONDS, QUIET_SECONDS = 180.0, 60.0
PAGE_TIMES = 20
WEIGHT = "X-MBX-USED-WEIGHT-1M"
WEIGHTS = ("40", "10", "10", "10", "10", "10", "10")
LEVELS = [
    {"gap": str(-number), "weight": weight, "take_profit": "5"} for number, weight in enumerate(WEIGHTS)
]
PLAN = {
    "entry_type": "limit",
    "levels": LEVELS,
    "capital": "140",
    "tp_mode": "hybrid",
    "tp_percent": "6",
    "stop_loss_percent": "30",
}
RAMP = ("9.95", "9.99")
"""Between the first leg, which is filled, and the second: nothing is reached, everything must be compared."""

LISTENER = "dollarclub.entry.stream"
OURS = (
    LISTENER,
    "-Q trading",
    "-Q scripts",
    "-Q default",
    "dollarclub.entry.serve",
    " beat ",
)
SERVERS = ("postgres", "valkey", "redis")


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    symbols = effort.groups // GROUPS_A_SYMBOL
    desk = Desk(platform, keys=KEYS, symbols=SPARE_SYMBOLS + symbols)
    ticker = Ticker(platform.stack.environment)
    names = [f"B{number:04d}" for number in range(symbols)]
    try:
        ticker.lift_limits()
        _listen_anew(platform)
        _open(platform, desk, ticker, names, effort)
        yield from _ticking(platform, desk, ticker, names, effort)
        yield from _pages(platform, effort)
    finally:
        ticker.close()
        desk.close()


def _listen_anew(platform: Platform) -> None:
    """Start the listening process again, so that it knows the new pairs at once."""
    (old,) = _pids(platform, LISTENER)
    os.kill(old, signal.SIGTERM)
    deadline = time.monotonic() + QUIET_SECONDS
    while True:
        watches = platform.client.get("/api/balances").raise_for_status().json()
        is_new = _pids(platform, LISTENER) not in ([], [old])
        if is_new and all(watch["stream_since"] for watch in watches):
            return
        if time.monotonic() > deadline:
            raise BenchFailed("The listening process does not follow every key.")
        time.sleep(0.5)


def _pids(platform: Platform, part: str) -> list[int]:
    return [pid for pid in processes.descendants(platform.stack.pid) if part in processes.command_of(pid)]


def _open(platform: Platform, desk: Desk, ticker: Ticker, names: list[str], effort: Effort) -> None:
    """One group a key and symbol; each with its first leg filled, its take profit and its other legs resting."""
    _allow(platform)
    platform.client.post("/api/dca-configs", json={"pair": "*", "plan": PLAN}).raise_for_status()
    for strategy in desk.strategies:
        path = f"/api/strategies/{strategy.id}"
        platform.client.patch(path, json={"mode": "grid"}).raise_for_status()
    for name in names:
        ticker.hold(f"{name}USDT", "9.98")
    share = effort.groups // KEYS

    def send(number: int) -> None:
        with platform.new_client() as client:
            for place in range(share):
                symbol = f"{names[(number * share + place) % len(names)]}USDT"
                desk.post(
                    client, desk.strategies[number], symbol=symbol, action="buy", price="10", timeframe="15"
                )

    with ThreadPoolExecutor(KEYS) as senders:
        list(senders.map(send, range(KEYS)))
    _wait_resting(ticker, effort.groups)


def _allow(platform: Platform) -> None:
    """So many groups as are wanted, with any exposure."""
    for path, changes in (
        ("/api/pool/settings", {"max_groups": 1000}),
        ("/api/risk/settings", {"max_exposure": None, "max_daily_loss": None}),
    ):
        found = platform.client.get(path).raise_for_status().json()
        body = {"version": found["version"], "settings": found["settings"] | changes}
        platform.client.put(path, json=body).raise_for_status()


def _wait_resting(ticker: Ticker, groups: int) -> None:
    """Until the exchange has every order: of each group one take profit and all legs but the first."""
    deadline = time.monotonic() + OPEN_SECONDS
    while (resting := ticker.resting()) < groups * LEGS:
        if time.monotonic() > deadline:
            raise BenchFailed(f"{resting} of {groups * LEGS} orders rest after {OPEN_SECONDS:.0f} s.")
        time.sleep(1)


def _ticking(
    platform: Platform, desk: Desk, ticker: Ticker, names: list[str], effort: Effort
) -> Iterator[Row]:
    _wait_quiet(platform)
    _same_minute(effort.tick_seconds + 8)
    weight_before = _weight(desk)
    ticker.ramp([f"{name}USDT" for name in names], *RAMP, effort.tick_seconds + 8)
    spent, rate = _spent(platform, desk, names, effort.tick_seconds)
    weight = _weight(desk) - weight_before
    own = sum(spent.get(name, 0.0) for name in OURS)
    # Only who listens has more to do with more prices: nothing is reached by them.
    reckoned = own + spent.get(LISTENER, 0.0) * (TICKS / rate - 1)
    target = Target(CPU_PERCENT, f"≤ {CPU_PERCENT} % of a core")
    title = f"{effort.groups} groups × {LEGS} legs on {len(names)} symbols: CPU, reckoned for {TICKS} prices/s each"
    yield Row(title, reckoned, "%", target)
    yield Row(f"as measured at {rate:.1f} prices/s each", own, "%")
    for name in sorted(OURS, key=lambda each: -spent.get(each, 0.0)):
        if spent.get(name, 0.0) >= 0.5:
            yield Row(f"at these prices, {name.strip()}", spent[name], "%")
    yield Row("at these prices, PostgreSQL and Redis", spent.get("servers", 0.0), "%")
    yield Row("request weight spent at the exchange meanwhile", weight, "")
    yield Row("orders that rest", ticker.resting(), "")


def _spent(
    platform: Platform, desk: Desk, names: list[str], seconds: float
) -> tuple[dict[str, float], float]:
    """Percent of a core by kind of process over so many seconds, and how often a second the price of a pair was told."""
    listener = Listener(desk.exchange_url, f"{names[0]}USDT")
    before, began = _seconds(platform), time.monotonic()
    time.sleep(seconds)  # the span of sampling
    after, span = _seconds(platform), time.monotonic() - began
    listener.close()
    spent = {name: (after[name] - before.get(name, 0.0)) / span * 100 for name in after}
    return spent, max(listener.count / span, 0.1)


def _pages(platform: Platform, effort: Effort) -> Iterator[Row]:
    for title, path in (
        (f"GET /api/groups, {min(effort.groups, 200)} groups", "/api/groups?status=open&limit=200"),
        (f"GET /api/overview/trading, {effort.groups} groups", "/api/overview/trading"),
    ):
        taken = []
        for _ in range(PAGE_TIMES):
            began = time.perf_counter()
            platform.client.get(path).raise_for_status()
            taken.append(time.perf_counter() - began)
        yield Row(f"{title}, p50", median_ms(taken), "ms", Target(PAGE_MS, f"≤ {PAGE_MS} ms"))


def _seconds(platform: Platform) -> dict[str, float]:
    """CPU seconds so far of each kind of process below the platform's start; the paper exchange is left out."""
    ticks = os.sysconf("SC_CLK_TCK")
    sums: dict[str, float] = {}
    for pid in processes.descendants(platform.stack.pid):
        command = processes.command_of(pid)
        kind = next((each for each in OURS if each in f"{command} "), None)
        if kind is None and any(server in command for server in SERVERS):
            kind = "servers"
        if kind is not None:
            sums[kind] = sums.get(kind, 0.0) + processes.cpu_ticks(pid) / ticks
    return sums


def _wait_quiet(platform: Platform) -> None:
    """Until what the opening left to do is done: no order is on its way."""
    deadline = time.monotonic() + QUIET_SECONDS
    path = "/api/orders?status=new&status=sending&status=unknown&limit=1"
    while platform.client.get(path).raise_for_status().json()["total"]:
        if time.monotonic() > deadline:
            raise BenchFailed("Orders are still on their way.")
        time.sleep(0.5)


def _same_minute(seconds: float) -> None:
    """The exchange counts weights by the minute of the clock."""
    left = 60 - datetime.now(UTC).second
    if left < seconds:
        time.sleep(left + 0.5)


def _weight(desk: Desk) -> int:
    return int(httpx.get(f"{desk.exchange_url}/api/v3/ping").headers.get(WEIGHT, 0))
