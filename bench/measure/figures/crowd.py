"""Many scripts at once: what each costs the worker in memory, and whether every log is complete."""

import statistics
import time
from collections.abc import Iterator

from measure import bare, processes
from measure.effort import Effort
from measure.platform import FINAL, RUN_SECONDS, Platform
from measure.report import Row, Target
from measure.stack import BenchFailed

NAME = "memory"
ALLOWED_MB = 3
SAMPLES = 20
SAMPLE_SECONDS = 0.1
SCRIPT = """\
import signal
import time

asked = False


def stop(*_):
    global asked
    asked = True


signal.signal(signal.SIGTERM, stop)
n = 0
while not asked:
    print("line", n)
    n += 1
    time.sleep(0.1)
print("end", n)
"""


def _megabytes(pid: int) -> float:
    """The median of some looks at a process."""
    sizes = []
    for _ in range(SAMPLES):
        sizes.append(processes.proportional_bytes(pid) / 1e6)
        time.sleep(SAMPLE_SECONDS)  # the interval of sampling
    return statistics.median(sizes)


def _script_alone(python: str) -> float:
    """Megabytes of the script itself, which the worker does not pay for."""
    with bare.script_file(SCRIPT) as path:
        child = bare.start(python, path)
        assert child.stdout is not None
        with child.stdout as pipe:
            pipe.readline()
            size = processes.proportional_bytes(child.pid) / 1e6
            child.terminate()
            pipe.read()
        child.wait(RUN_SECONDS)
    return size


def _is_complete(text: str) -> bool:
    *lines, last = text.splitlines() or [""]
    return last == f"end {len(lines)}" and lines == [f"line {number}" for number in range(len(lines))]


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    script = platform.upload("crowd", SCRIPT, parallel=True)
    idle = _megabytes(platform.scripts_worker)
    began = time.monotonic()
    runs = [str(platform.execute(script)["id"]) for _ in range(effort.crowd)]
    for run_id in runs:
        _, run = platform.events.wait(run_id, {"running", *FINAL}, RUN_SECONDS)
        if run["status"] != "running":
            raise BenchFailed(f"One of {effort.crowd} runs ended as {run['status']}: {run['explanation']}")
    up = time.monotonic() - began
    busy = _megabytes(platform.scripts_worker)
    began = time.monotonic()
    for run_id in runs:
        platform.cancel(run_id)
    for run_id in runs:
        platform.events.wait(run_id, FINAL, RUN_SECONDS)
    down = time.monotonic() - began
    complete = sum(_is_complete(platform.printed(run_id)) for run_id in runs)
    alone = _script_alone(platform.python)
    each = max(0.0, busy - idle) / effort.crowd
    target = Target(ALLOWED_MB, f"≤ {ALLOWED_MB} MB a run")
    yield Row(
        f"{effort.crowd} at once: worker's memory a run", each, "MB", target, alone, "the script itself"
    )
    everything = Target(effort.crowd, f"all {effort.crowd}", at_least=True)
    yield Row(f"{effort.crowd} at once: complete logs", complete, "", everything)
    yield Row("worker, idle", idle, "MB")
    yield Row("first request → all are running", up, "s")
    yield Row("first cancel → all have ended", down, "s")
