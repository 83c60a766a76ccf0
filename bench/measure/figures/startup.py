"""`dollarclub up`: on an empty folder, its end, and the second start."""

import subprocess
import sys
import time
from collections.abc import Iterator

from measure.report import Row, Target
from measure.stack import ROOT, Stack

NAME = "up"
ALLOWED_SECONDS = 10


def _bare_import() -> float:
    """Seconds in which one process imports the api: no start can be faster."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", "import dollarclub.entry.http"], cwd=ROOT / "backend", check=True)
    return time.monotonic() - began


def measure_starts(stack: Stack) -> Iterator[Row]:
    """Leaves the platform running."""
    cold = stack.start()
    stopped = stack.stop()
    floor = _bare_import()
    warm = stack.start()
    ready = stack.wait_ready()
    target = Target(ALLOWED_SECONDS, f"≤ {ALLOWED_SECONDS} s")
    yield Row("`up` → running, second start", warm, "s", target, floor, "importing the api")
    yield Row("`up` → running, empty folder", cold, "s", None, floor, "importing the api")
    yield Row("running → every part proved ready", ready, "s")
    yield Row("asked to stop → stopped", stopped, "s")
