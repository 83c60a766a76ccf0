"""One bench from start to table, bounded in time, with nothing left behind."""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

import httpx

from measure.effort import FULL, QUICK, Effort
from measure.figures import (
    bounds,
    cancel,
    completeness,
    crowd,
    delivery,
    first_statement,
    latency,
    orders,
    positions,
    ranking,
    startup,
    throughput,
    watching,
    webhooks,
)
from measure.platform import Platform
from measure.report import Row, table, write_json
from measure.stack import BenchFailed, Stack, refuse_own_servers

Figure = Callable[[Platform, Effort], Iterator[Row]]
# Memory comes early: what the worker has once used for a flood of output it keeps, and idle would look dearer than it is.
FIGURES: dict[str, Figure] = {
    bounds.NAME: bounds.measure,
    first_statement.NAME: first_statement.measure,
    crowd.NAME: crowd.measure,
    cancel.NAME: cancel.measure,
    delivery.NAME: delivery.measure,
    latency.NAME: latency.measure,
    completeness.NAME: completeness.measure,
    throughput.NAME: throughput.measure,
    webhooks.NAME: webhooks.measure,
    orders.NAME: orders.measure,
    positions.NAME: positions.measure,
    ranking.NAME: ranking.measure,
    watching.NAME: watching.measure,
}


class TimeUp(BenchFailed):
    """The whole bench took longer than it may."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    names = [startup.NAME, *FIGURES]
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, under 90 s")
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()),
        help="where the throw-away data folder goes; one in memory makes commits look cheaper than they are",
    )
    return parser.parse_args()


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def bounded(seconds: int) -> Iterator[None]:
    """Raise `TimeUp` in this thread when the block takes longer."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeUp(f"The time of {seconds} s is up.")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Bench:
    """The rows so far, and what could not be measured."""

    def __init__(self, effort: Effort, wanted: set[str]) -> None:
        self._effort = effort
        self._wanted = wanted
        self.machine = ""
        self.rows: list[Row] = []
        self.problems: list[str] = []

    def run(self, folder: Path) -> None:
        stack = Stack(folder)
        try:
            with bounded(self._effort.seconds):
                self._start(stack)
                self._measure(Platform(stack))
        except (BenchFailed, httpx.HTTPError) as problem:
            self.problems.append(str(problem))
        finally:
            say("stopping …")
            stack.remove()

    def _start(self, stack: Stack) -> None:
        if startup.NAME in self._wanted:
            self._take(startup.NAME, partial(startup.measure_starts, stack))
        else:
            say("starting …")
            stack.start()
            stack.wait_ready()

    def _measure(self, platform: Platform) -> None:
        load = os.getloadavg()[0]
        try:
            for name in FIGURES:
                figure = partial(FIGURES[name], platform, self._effort)
                if name in self._wanted and not self._take(name, figure):
                    platform.cancel_everything()
        finally:
            self.machine = (
                f"{os.cpu_count()} cores, load {load:.1f} before and {os.getloadavg()[0]:.1f} after, "
                f"sandbox: {platform.sandbox}, Python {sys.version_info.major}.{sys.version_info.minor}"
            )
            platform.close()

    def _take(self, name: str, measure: Callable[[], Iterable[Row]]) -> bool:
        """Whether the figure could be measured; why not is kept."""
        say(f"{name} …")
        began = time.monotonic()
        try:
            self.rows += measure()
        except TimeUp:
            self.problems.append(f"{name}: not finished.")
            raise
        except Exception as problem:  # noqa: BLE001 one figure's failure must not cost the others
            self.problems.append(f"{name}: {type(problem).__name__}: {problem}")
            return False
        say(f"{name}: {time.monotonic() - began:.1f} s")
        return True


def main() -> int:
    """0 when everything asked for was measured, whether it meets its target or not."""
    wished = arguments()
    effort = QUICK if wished.quick else FULL
    bench = Bench(effort, set(wished.only or [startup.NAME, *FIGURES]))
    for number in (signal.SIGINT, signal.SIGTERM):  # a job in the background inherits that SIGINT is ignored
        signal.signal(number, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="dollarclub-bench-", dir=wished.folder))
    try:
        refuse_own_servers()
        bench.run(folder)
    except BenchFailed as problem:
        bench.problems.append(str(problem))
    except KeyboardInterrupt:
        bench.problems.append("Stopped.")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(table(bench.rows))
    for missing in bench.problems:
        print(f"not measured: {missing}")
    short = sum(row.met is False for row in bench.rows)
    judged = sum(row.met is not None for row in bench.rows)
    print(f"\n{judged - short} of {judged} targets met" + (f"; {bench.machine}." if bench.machine else "."))
    if wished.json:
        write_json(wished.json, bench.rows, problems=bench.problems, machine=bench.machine)
    return 1 if bench.problems else 0
