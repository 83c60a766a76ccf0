"""`POST cancel` → none of the run's processes is left, for a script that prints and for one that does not."""

import signal
import threading
import time
from collections.abc import Iterator

from measure import bare, processes
from measure.effort import Effort
from measure.platform import RUN_SECONDS, Platform
from measure.report import Row, Target, median_ms, quantile
from measure.stack import BenchFailed

NAME = "cancel"
P50_MS, P99_MS = 100, 300
PROCESS_NAME = "bench-cancel"
BEGIN = f'import time\nwith open("/proc/self/comm", "w") as name:\n    name.write("{PROCESS_NAME}")\n'
KINDS = {
    "printing": f'{BEGIN}n = 0\nwhile True:\n    print("line", n)\n    n += 1\n    time.sleep(0.001)\n',
    "silent": f"{BEGIN}time.sleep(3600)\n",
}


def _wait_for_script(parent: int) -> tuple[int, list[int]]:
    """The script once it is at work, and everything below `parent`, which includes it."""
    deadline = time.monotonic() + RUN_SECONDS
    while time.monotonic() < deadline:
        found = processes.descendants(parent)
        for pid in found:
            if processes.name_of(pid) == PROCESS_NAME:
                return pid, found
        time.sleep(processes.PAUSE_SECONDS)
    raise BenchFailed("The script to be cancelled did not start.")


def _bare_end(python: str, source: str) -> float:
    """TERM → gone, for the script alone."""
    with bare.script_file(source) as path, path.with_name("output").open("wb") as sink:
        child = bare.start(python, path, sink)
        while processes.name_of(child.pid) != PROCESS_NAME:
            time.sleep(processes.PAUSE_SECONDS)
        began = time.time()
        child.send_signal(signal.SIGTERM)
        child.wait(RUN_SECONDS)
        return time.time() - began


class Ending(threading.Thread):
    """Waits for the end of processes while another thread asks for it."""

    def __init__(self, script: int, pids: list[int]) -> None:
        super().__init__(daemon=True)
        self._script = script
        self._pids = pids
        self.script_ended_at: float | None = None
        self.gone_at: float | None = None
        self.start()

    def run(self) -> None:
        self.script_ended_at = processes.wait_ended(self._script, RUN_SECONDS)
        self.gone_at = processes.wait_gone(self._pids, RUN_SECONDS)


def _cancel_once(platform: Platform, script: str) -> dict[str, float]:
    """Seconds from sending the request, to each thing that happens."""
    run_id = platform.execute(script)["id"]
    ending = Ending(*_wait_for_script(platform.scripts_worker))
    platform.events.wait(run_id, {"running"}, RUN_SECONDS)
    began = time.time()
    platform.cancel(run_id)
    answered = time.time()
    ending.join()
    told, _ = platform.events.wait(run_id, {"cancelled"}, RUN_SECONDS)
    left = [*processes.with_environment(f"DOLLARCLUB_RUN_ID={run_id}")]
    left += processes.descendants(platform.scripts_worker)
    if ending.script_ended_at is None or ending.gone_at is None or left:
        raise BenchFailed(f"Processes {left} of a cancelled run are left.")
    return {
        "gone": ending.gone_at - began,
        "its answer": answered - began,
        "the script itself has ended": ending.script_ended_at - began,
        "a client knows that it is cancelled": told - began,
    }


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    scripts = {kind: platform.upload(f"cancel_{kind}", source) for kind, source in KINDS.items()}
    alone: dict[str, list[float]] = {kind: [] for kind in KINDS}
    ends: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(effort.cancels):
        for kind, source in KINDS.items():
            alone[kind].append(_bare_end(platform.python, source))
            ends[kind].append(_cancel_once(platform, scripts[kind]))
    for kind in KINDS:
        gone = [each["gone"] for each in ends[kind]]
        floor, slow_floor = median_ms(alone[kind]), quantile(alone[kind], 0.99) * 1000
        middle, slow = median_ms(gone), quantile(gone, 0.99) * 1000
        target = Target(P50_MS, f"≤ {P50_MS} ms")
        yield Row(f"cancel → no process left, {kind}, p50", middle, "ms", target, floor, "TERM to the script")
        target = Target(P99_MS, f"≤ {P99_MS} ms")
        yield Row(
            f"cancel → no process left, {kind}, p99", slow, "ms", target, slow_floor, "TERM to the script"
        )
        for step in ("its answer", "the script itself has ended", "a client knows that it is cancelled"):
            yield Row(f"POST cancel → {step}", median_ms(each[step] for each in ends[kind]), "ms")
