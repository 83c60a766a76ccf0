"""How fast the API answers while a script prints a lot and somebody watches it."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

from measure.effort import Effort
from measure.events import LogFollower
from measure.platform import FINAL, RUN_SECONDS, Platform
from measure.report import Row, Target, median_ms, quantile
from measure.stack import BenchFailed

NAME = "latency"
P99_MS = 50
SCRIPT = """\
import time

due = time.monotonic()
n = 0
while True:
    for _ in range(100):
        print("line", n)
        n += 1
    due += 0.005
    time.sleep(max(0.0, due - time.monotonic()))
"""


def _ask(client: httpx.Client, requests: int) -> list[float]:
    """Seconds of each `GET /api/scripts`, one after the other on one connection."""
    taken = []
    for _ in range(requests):
        began = time.perf_counter()
        answer = client.get("/api/scripts")
        taken.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise BenchFailed(f"GET /api/scripts answered {answer.status_code}.")
    return taken


class Counter:
    """Lines that a follower has seen."""

    def __init__(self) -> None:
        self.lines = 0

    def take(self, _arrived: float, items: list[dict[str, Any]]) -> None:
        self.lines += sum(item["text"].count("\n") for item in items)


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    script = platform.upload("latency", SCRIPT)
    half = effort.requests // 2
    with platform.new_client() as client:
        _ask(client, 20)
        quiet = _ask(client, half)
        run_id = platform.execute(script)["id"]
        seen = Counter()
        follower = LogFollower(platform.live_url, platform.headers, run_id, seen.take)
        platform.events.wait(run_id, {"running"}, RUN_SECONDS)
        while seen.lines == 0:
            time.sleep(0.01)
        before, began = seen.lines, time.monotonic()
        busy = _ask(client, effort.requests)
        rate = (seen.lines - before) / (time.monotonic() - began)
        platform.cancel(run_id)
        platform.events.wait(run_id, FINAL, RUN_SECONDS)
        follower.close()
        quiet += _ask(client, half)
    target = Target(P99_MS, f"≤ {P99_MS} ms")
    slow, slow_quiet = quantile(busy, 0.99) * 1000, quantile(quiet, 0.99) * 1000
    yield Row("API p99 while a script prints", slow, "ms", target, slow_quiet, "nothing prints")
    yield Row(
        "API p50 while a script prints", median_ms(busy), "ms", None, median_ms(quiet), "nothing prints"
    )
    yield Row("lines the follower got meanwhile", rate, "lines/s")
