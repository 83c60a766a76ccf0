"""`POST execute` → the first statement of the script runs, and where the time goes."""

import statistics
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime

from measure import bare
from measure.effort import Effort
from measure.platform import FINAL, RUN_SECONDS, Platform
from measure.report import Row, Target, median_ms, quantile

NAME = "start"
SCRIPT = "import time\nprint(time.time())\n"
ALLOWED_MS = 40


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _bare_start(python: str, script: str) -> float:
    with bare.script_file(script) as path:
        began = time.time()
        child = bare.start(python, path)
        printed, _ = child.communicate(timeout=RUN_SECONDS)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, str(path))
    return float(printed) - began


def _run_once(platform: Platform, script: str) -> dict[str, float]:
    """Seconds of one run, whole and by phase."""
    began = time.time()
    run_id = platform.execute(script)["id"]
    answered = time.time()
    seen, run = platform.events.wait(run_id, FINAL, RUN_SECONDS)
    first = next(item for item in platform.fragments(run_id) if item["stream"] == "stdout")
    spoke = float(first["text"])
    return {
        "whole": spoke - began,
        "POST execute → its answer": answered - began,
        "POST execute → run is queued in the database": _moment(run["queued_at"]) - began,
        "queued → claimed by the worker": _moment(run["started_at"]) - _moment(run["queued_at"]),
        "claimed → first statement": spoke - _moment(run["started_at"]),
        "first statement → its output is read": _moment(first["at"]) - spoke,
        "first statement → end is stored": _moment(run["finished_at"]) - spoke,
        "end is stored → a client knows": seen - _moment(run["finished_at"]),
    }


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    script = platform.upload("first_statement", SCRIPT)
    platform.complete(script)
    alone: list[float] = []
    runs: list[dict[str, float]] = []
    for _ in range(effort.starts):
        alone.append(_bare_start(platform.python, SCRIPT))
        runs.append(_run_once(platform, script))
    whole = [run.pop("whole") for run in runs]
    floor = median_ms(alone)
    target = Target(floor + ALLOWED_MS, f"≤ bare + {ALLOWED_MS} ms = {floor + ALLOWED_MS:.0f} ms")
    against = "python -u script"
    yield Row("execute → first statement, p50", median_ms(whole), "ms", target, floor, against)
    slow, slow_alone = quantile(whole, 0.95) * 1000, quantile(alone, 0.95) * 1000
    yield Row("execute → first statement, p95", slow, "ms", None, slow_alone, against)
    for phase in runs[0]:
        yield Row(phase, statistics.median(run[phase] for run in runs) * 1000, "ms")
