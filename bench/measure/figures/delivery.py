"""Printed → received by a client that follows the run, over the websocket and as server-sent events."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx

from measure import bare
from measure.effort import Effort
from measure.events import LogFollower
from measure.platform import RUN_SECONDS, Platform
from measure.report import Row, Target, median_ms, quantile
from measure.stack import BenchFailed

NAME = "delivery"
P50_MS, P99_MS = 50, 200


def _script(lines: int) -> str:
    return f"import time\nfor _ in range({lines}):\n    print(time.time())\n    time.sleep(0.02)\n"


class Delays:
    """Seconds between a line's own timestamp and its arrival; lines may be torn between pieces."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._rest = ""

    def take(self, arrived: float, items: list[dict[str, Any]]) -> None:
        for item in items:
            if item["stream"] == "stdout":
                *lines, self._rest = (self._rest + item["text"]).split("\n")
                self.seconds += [arrived - float(line) for line in lines]


def _follow_events(platform: Platform, run_id: str, delays: Delays) -> None:
    """Read the stream of server-sent events to its end."""
    timeout = httpx.Timeout(RUN_SECONDS)
    with (
        httpx.Client(base_url=platform.stack.url, headers=platform.headers, timeout=timeout) as client,
        client.stream("GET", f"/api/runs/{run_id}/logs/stream") as answer,
    ):
        event = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
            elif line.startswith("data: ") and event == "log":
                delays.take(time.time(), [json.loads(line.removeprefix("data: "))])


def _through_a_pipe(python: str, lines: int) -> list[float]:
    """The same script, read straight from its pipe."""
    with bare.script_file(_script(lines)) as path:
        child = bare.start(python, path)
        assert child.stdout is not None
        with child.stdout as pipe:
            delays = [time.time() - float(line) for line in pipe]
        child.wait(RUN_SECONDS)
    return delays


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    script = platform.upload("delivery", _script(effort.delivered_lines))
    by_socket, by_events = Delays(), Delays()
    run_id = platform.execute(script)["id"]
    follower = LogFollower(platform.live_url, platform.headers, run_id, by_socket.take)
    reader = threading.Thread(target=_follow_events, args=(platform, run_id, by_events), daemon=True)
    reader.start()
    ended = follower.complete.wait(RUN_SECONDS)
    reader.join(RUN_SECONDS)
    follower.close()
    if not ended or reader.is_alive():
        raise BenchFailed("A follower did not reach the end of the log.")
    for name, delays in (("websocket", by_socket), ("server-sent events", by_events)):
        if len(delays.seconds) != effort.delivered_lines:
            raise BenchFailed(f"{name}: {len(delays.seconds)} of {effort.delivered_lines} lines arrived.")
    alone = _through_a_pipe(platform.python, effort.delivered_lines // 3)
    floor, slow_floor = median_ms(alone), quantile(alone, 0.99) * 1000
    for name, delays in (("websocket", by_socket), ("server-sent events", by_events)):
        middle, slow = median_ms(delays.seconds), quantile(delays.seconds, 0.99) * 1000
        target = Target(P50_MS, f"≤ {P50_MS} ms")
        yield Row(f"printed → received, {name}, p50", middle, "ms", target, floor, "pipe")
        target = Target(P99_MS, f"≤ {P99_MS} ms")
        yield Row(f"printed → received, {name}, p99", slow, "ms", target, slow_floor, "pipe")
