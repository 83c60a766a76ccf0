"""A run is `completed` only when its whole log is readable: looked at in the first moment it is seen so."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from measure.effort import Effort
from measure.platform import FINAL, RUN_SECONDS, Platform
from measure.report import Row, Target
from measure.stack import BenchFailed

NAME = "complete"
LINES = 3000
CLIENTS = 2
SCRIPT = f'for n in range({LINES}):\n    print("line", n)\nprint("the end", end="")\n'
EXPECTED = "".join(f"line {n}\n" for n in range(LINES)) + "the end"


def _whole_at_first_sight(platform: Platform, script: str) -> bool:
    with platform.new_client() as client:
        run_id = client.post(f"/api/scripts/{script}/execute").raise_for_status().json()["id"]
        deadline = time.monotonic() + RUN_SECONDS
        while time.monotonic() < deadline:
            run = client.get(f"/api/runs/{run_id}").raise_for_status().json()
            if run["status"] in FINAL:
                text = platform.printed(run_id, client)
                return run["status"] == "completed" and run["log_lines"] == LINES and text == EXPECTED
    raise BenchFailed(f"A run did not end within {RUN_SECONDS:.0f} s.")


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    script = platform.upload("complete", SCRIPT, parallel=True)
    with ThreadPoolExecutor(CLIENTS) as clients:
        whole = sum(
            clients.map(lambda _: _whole_at_first_sight(platform, script), range(effort.watched_runs))
        )
    target = Target(effort.watched_runs, f"all {effort.watched_runs}", at_least=True)
    yield Row("runs whose log was whole when first seen completed", whole, "", target)
