"""Alerts answered at the webhook's edge: steadily, all at a bar's close, and as fast as one api process takes them.

The strategy is switched off, so each alert is judged, stored and committed, and no worker takes part in the figure.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from measure import load
from measure.effort import Effort
from measure.platform import Platform
from measure.report import Row, Target, median_ms, quantile
from measure.servers import Servers
from measure.stack import BenchFailed, free_port

NAME = "webhooks"
P50_MS, P99_MS = 8, 50
BAR_CLOSE, BAR_CLOSE_SECONDS = 1000, 3
PER_SECOND, SHARE = 1500, 0.6
CLIENTS = 20
FOLDER = Path(load.__file__).parent.parent


class Sender:
    """The process that posts, and the strategy it posts to."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._sent = 0
        self._run = datetime.now(UTC).strftime("%H%M%S%f")
        body = {"name": "bench", "enabled": False, "market_type": "spot", "order_type": "market"}
        strategy = platform.client.post("/api/strategies", json=body).raise_for_status().json()["id"]
        self._strategy = strategy
        webhook = platform.client.get(f"/api/strategies/{strategy}/webhook").raise_for_status().json()
        self.path = httpx.URL(webhook["urls"]["token"]).path
        self._process = subprocess.Popen(
            [sys.executable, "-m", "measure.load"],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def body(self) -> str:
        """An alert in the full dialect; `@@` makes each one its own."""
        return json.dumps(
            {
                "source": "tradingview",
                "timestamp": datetime.now(UTC).isoformat(),
                "tv": {
                    "exchange": "binance",
                    "symbol": "BTCUSDT",
                    "timeframe": "15",
                    "action": "buy",
                    "market_position": "long",
                    "prev_market_position": "flat",
                    "entry_price": 100000.5,
                    "order_size": 100,
                },
                "strategy_info": {"trade_id": f"{self._run}-{load.MARK}", "alert_name": "bench"},
                "execution_intent": {"type": "signal", "position_size_type": "quote"},
            }
        )

    def send(
        self, *, port: int, path: str, count: int, clients: int, per_second: float = 0
    ) -> dict[str, Any]:
        """Send alerts that never were before; how each was answered."""
        order = load.Order("127.0.0.1", port, path, self.body(), count, clients, self._sent, per_second)
        self._sent += count
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order.text())
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        refused = [status for _, status in told["answers"] if status != 202]
        if refused:
            raise BenchFailed(f"{len(refused)} of {count} alerts were answered {sorted(set(refused))}.")
        return told

    def to_platform(self, **how: Any) -> dict[str, Any]:
        return self.send(port=self._platform.stack.port, path=self.path, **how)

    def stored(self) -> int:
        found = self._platform.client.get("/api/signals", params={"strategy_id": self._strategy, "limit": 1})
        return int(found.raise_for_status().json()["total"])

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._platform.client.delete(f"/api/strategies/{self._strategy}")


@contextmanager
def bare_insert(platform: Platform) -> Iterator[int]:
    """The port of a one-row insert behind FastAPI on the same database."""
    port = free_port()
    database = Servers.of(platform.stack.environment).database
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "measure.bare_insert:app", "--port", str(port), "--no-access-log"],
        cwd=FOLDER,
        env={**platform.stack.environment, "BENCH_DATABASE_URL": database},
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                httpx.post(f"http://127.0.0.1:{port}/insert", content=b"{}").raise_for_status()
                break
            except httpx.HTTPError as error:
                if time.monotonic() > deadline:
                    raise BenchFailed("The bare insert does not start.") from error
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    sender = Sender(platform)
    try:
        sender.to_platform(count=200, clients=CLIENTS)
        yield from _steady(sender, effort)
        yield from _bar_close(sender)
        with bare_insert(platform) as port:
            yield from _as_fast_as_it_goes(sender, port, effort)
    finally:
        sender.close()


def _steady(sender: Sender, effort: Effort) -> Iterator[Row]:
    told = sender.to_platform(count=effort.webhooks_steady, clients=50, per_second=100)
    delays = [seconds for seconds, _ in told["answers"]]
    yield Row("webhook answered, 100/s, p50", median_ms(delays), "ms", Target(P50_MS, f"≤ {P50_MS} ms"))
    p99 = quantile(delays, 0.99) * 1000
    yield Row("webhook answered, 100/s, p99", p99, "ms", Target(P99_MS, f"≤ {P99_MS} ms"))


def _bar_close(sender: Sender) -> Iterator[Row]:
    before = sender.stored()
    told = sender.to_platform(count=BAR_CLOSE, clients=200, per_second=BAR_CLOSE)
    slowest = max(seconds for seconds, _ in told["answers"])
    target = Target(BAR_CLOSE_SECONDS, f"< {BAR_CLOSE_SECONDS} s")
    yield Row("1,000 alerts within a second, last answer after", slowest, "s", target)
    lost = BAR_CLOSE - (sender.stored() - before)
    yield Row("of them lost", lost, "alerts", Target(0, "none"))


def _as_fast_as_it_goes(sender: Sender, bare_port: int, effort: Effort) -> Iterator[Row]:
    """The baseline before and after, since the machine's pace changes within a minute."""
    count = effort.webhooks_closed_loop

    def bare() -> float:
        told = sender.send(port=bare_port, path="/insert", count=count, clients=CLIENTS)
        return count / float(told["seconds"])

    before = bare()
    told = sender.to_platform(count=count, clients=CLIENTS)
    reached = count / told["seconds"]
    alone = (before + bare()) / 2
    bound = max(PER_SECOND, SHARE * alone)
    text = f"≥ {PER_SECOND:,} and ≥ {SHARE} × bare = {bound:,.0f}"
    yield Row(
        "webhooks committed/s, 20 clients, one api process",
        reached,
        "/s",
        Target(bound, text, at_least=True),
        alone,
        "one-row insert behind FastAPI",
    )
