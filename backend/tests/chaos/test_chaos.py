"""`kill -9` of every process in turn while 20 runs are in flight. `CHAOS_ROUNDS=10` (`make chaos`) for the long form."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.follower import Follower
from tests.support.platform import AWAY, Platform
from tests.support.sandboxes import strongest
from tests.support.waiting import eventually, interpreters_by_run

ROUNDS = int(os.environ.get("CHAOS_ROUNDS", "1"))
PRINTING, SILENT = 14, 6
DECIDED_WITHIN = 30
VICTIMS = (
    "api",
    "postgres-backend",
    "worker-scripts",
    "redis",
    "worker-default",
    "postgres",
    "beat",
)

# Taking a name that can be taken only once on this machine shows a run that is executed twice at once.
ALONE = (
    "import os, socket, sys, time\n"
    "name = socket.socket(socket.AF_UNIX)\n"
    "try:\n    name.bind('\\0dollarclub-test-' + os.environ['DOLLARCLUB_RUN_ID'])\n"
    "except OSError:\n    print('TWICE', flush=True)\n    sys.exit(97)\n"
)
TICKS = ALONE + ("n = 0\nwhile True:\n    print('tick', n, flush=True)\n    n += 1\n    time.sleep(0.1)\n")
SLEEPS = ALONE + "time.sleep(3600)\n"
OWNED = ("starting", "running", "cancelling")


class Fleet:
    """Runs in flight, followed, and what must be true of them whatever dies."""

    def __init__(self, platform: Platform, follower: Follower) -> None:
        self.platform = platform
        self.follower = follower
        self.ticks = platform.upload(TICKS, allow_parallel=True)
        self.sleeps = platform.upload(SLEEPS, allow_parallel=True)
        self.fresh = platform.upload("print('fresh')\n", allow_parallel=True)

    def runs(self) -> list[dict[str, Any]]:
        """Every run there is."""
        found: list[dict[str, Any]] = []
        while True:
            path = f"/api/runs?sort=queued_at&limit=200&offset={len(found)}"
            page = self.platform.ask("GET", path)
            found += page["items"]
            if len(found) >= page["total"]:
                return found

    def active(self, script: str) -> list[str]:
        return [run["id"] for run in self.runs() if run["script_id"] == script and not run["finished_at"]]

    def fill(self) -> None:
        """Start what is missing of 20 runs, and wait until all of them are at work."""
        for script, wanted in ((self.ticks, PRINTING), (self.sleeps, SILENT)):
            for _ in range(wanted - len(self.active(script))):
                self.platform.execute(script)
        for run in set(self.active(self.ticks)) - set(self.follower.told):
            self.follower.follow(run)
        eventually(self.complete, every=0.2, what="20 runs at work")
        eventually(lambda: all(self.follower.told.get(run) for run in self.active(self.ticks)), every=0.2)

    def in_flight(self) -> list[str]:
        return [run["id"] for run in self.runs() if run["status"] in OWNED]

    def complete(self) -> bool:
        return len(self.in_flight()) == PRINTING + SILENT and self.agrees()

    def agrees(self) -> bool:
        """Whether the runs that are said to be under way are exactly those that have a process, one each."""
        processes = interpreters_by_run()
        return all(processes[run["id"]] == (run["status"] == "running") for run in self.runs())

    def check(self, victim: str, before: list[str]) -> None:
        """After the death of `victim`: everything is decided in time, what need not die lives, work goes on."""
        kept = "lost" if victim == "worker-scripts" else "running"

        def decided() -> bool:
            states = {run["id"]: run["status"] for run in self.runs()}
            return self.agrees() and all(states[run] == kept for run in before)

        eventually(decided, seconds=DECIDED_WITHIN, every=0.2, what=f"every run {kept} after {victim}")
        run = self.platform.execute(self.fresh)
        eventually(
            lambda: self.platform.ask("GET", f"/api/runs/{run}")["status"] == "completed",
            every=0.1,
            what=f"a fresh run after {victim}",
        )
        assert self.platform.text_of(f"/api/runs/{run}/logs.txt") == "fresh\n"

    def check_logs(self) -> None:
        """What the follower was told is in the logs, in order, and no run met itself."""
        assert self.follower.repeats == []
        for run, told in self.follower.told.items():
            stored = self.platform.text_of(f"/api/runs/{run}/logs.txt")
            assert stored.startswith(told), f"{run}: {len(told)} told, {len(stored)} stored"
            ticks = stored.split("\n")[:-1]
            assert ticks == [f"tick {n}" for n in range(len(ticks))]


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="dc-chaos-") as folder:
        made = Platform(
            Path(folder) / "data",
            MAX_CONCURRENT_SCRIPTS="50",
            CANCEL_GRACE_SECONDS="1",
            SANDBOX=strongest(tmp_path / "probe"),
        )
        made.start()
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture
def fleet(platform: Platform) -> Iterator[Fleet]:
    follower = Follower(platform.address, platform.token)
    try:
        yield Fleet(platform, follower)
    finally:
        follower.stop()


@pytest.mark.timeout(180 + 120 * ROUNDS)
def test_nothing_is_lost_or_doubled_whatever_is_killed(fleet: Fleet) -> None:
    for _ in range(ROUNDS):
        for victim in VICTIMS:
            fleet.fill()
            before = fleet.in_flight()
            fleet.platform.kill(victim)
            if victim in ("redis", "worker-default", "beat", "worker-scripts"):
                assert fleet.platform.http.get("/api/scripts").status_code == 200
            fleet.check(victim, before)

    running = fleet.active(fleet.ticks) + fleet.active(fleet.sleeps)
    for run in running:
        fleet.platform.ask("POST", f"/api/runs/{run}/cancel")
    eventually(lambda: not fleet.in_flight(), every=0.2)
    eventually(lambda: all(map(fleet.follower.is_complete, fleet.follower.told)), every=0.2)
    fleet.check_logs()
    for run, told in fleet.follower.told.items():
        assert fleet.platform.text_of(f"/api/runs/{run}/logs.txt") == told
    ready = eventually(lambda: _ready(fleet.platform), seconds=60, every=0.5, what="ready")
    assert ready


def _ready(platform: Platform) -> bool:
    try:
        return platform.http.get("/api/health/ready").status_code == 200
    except AWAY:
        return False
