"""PostgreSQL or Redis away for a while: what was stored stays, what was printed meanwhile comes after."""

import math
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.entry.local import procfs
from dollarclub.scripts.rules.states import RunStatus
from tests.support.servers import Servers, running_servers
from tests.support.station import new_trader, supervising
from tests.support.waiting import eventually
from tests.support.workers import working

UNTIL_TOLD = (
    "import signal, sys, time\n"
    "end = False\n"
    "def stop(*_):\n    global end\n    end = True\n"
    "signal.signal(signal.SIGTERM, stop)\n"
    "n = 0\n"
    "while not end:\n    print('tick', n, flush=True)\n    n += 1\n    time.sleep(0.005)\n"
    "print('ticks', n)\n"
)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Servers of this module's own, to be stopped and frozen."""
    with running_servers() as running:
        yield running


def complete(log: str) -> bool:
    """Whether the log holds every tick that the script says it printed."""
    *ticks, last = log.splitlines()
    return ticks == [f"tick {n}" for n in range(len(ticks))] and last == f"ticks {len(ticks)}"


def test_a_database_that_is_away_longer_than_a_lease_loses_nothing(
    servers: Servers, make_context: Callable[..., Context]
) -> None:
    context = make_context(LEASE_SECONDS="2")
    trader = new_trader(context)
    with supervising(context):
        runs = [trader.run(UNTIL_TOLD) for _ in range(3)]
        quick = trader.run("import time\nprint('up', flush=True)\ntime.sleep(1)\nprint('done')\n")
        for run in runs:
            run.wait_for_output("tick 20")
        quick.wait_for_output("up")
        acknowledged = [run.raw() for run in runs]
        servers.postgres.stop()
        gone_for(5)
        assert all(run.processes() for run in runs)
        servers.postgres.start()

        assert quick.end().status is RunStatus.completed
        assert quick.text() == "up\ndone\n"
        for run in runs:
            assert run.look().status is RunStatus.running
            run.cancel()
        for run, known in zip(runs, acknowledged, strict=True):
            assert run.end().status is RunStatus.cancelled
            assert run.raw().startswith(known)
            assert complete(run.text())
        assert trader.run("print('next')\n").end().status is RunStatus.completed


def gone_for(seconds: float) -> None:
    """An outage of this length; its length is the condition."""
    time.sleep(seconds)


def test_a_script_that_prints_more_than_the_buffer_holds_waits_for_the_database(
    servers: Servers, make_context: Callable[..., Context]
) -> None:
    context = make_context(LOG_BUFFER_BYTES=str(64 * 1024))
    trader = new_trader(context)
    with supervising(context):
        run = trader.run(
            "import sys, time\nprint('up', flush=True)\ntime.sleep(1)\n"
            "for n in range(200_000):\n    print('line', n)\n"
        )
        run.wait_for_output("up")
        servers.postgres.stop()
        gone_for(2.5)
        assert run.processes(), "the script is held up, not ended"
        servers.postgres.start()

        assert run.end(seconds=60).status is RunStatus.completed
        assert run.text().splitlines() == ["up", *(f"line {n}" for n in range(200_000))]


def test_a_database_that_hangs_longer_than_a_lease_costs_no_worker_its_runs(
    servers: Servers, make_context: Callable[..., Context], tmp_path: Path
) -> None:
    context = make_context(LEASE_SECONDS="2")
    traders = [new_trader(context) for _ in range(2)]
    with working(context, tmp_path, count=2):
        runs = [trader.run(UNTIL_TOLD) for trader in traders * 4]
        for run in runs:
            run.wait_for_output("tick 20")
        assert len({run.look().worker for run in runs}) == 2
        for _ in range(2):
            frozen = servers.postgres.processes()
            procfs.send(frozen, signal.SIGSTOP)
            gone_for(4)
            procfs.send(frozen, signal.SIGCONT)
            marks = [len(run.raw()) for run in runs]
            for run, mark in zip(runs, marks, strict=True):
                eventually(lambda run=run, mark=mark: len(run.raw()) > mark)

        assert {run.look().status for run in runs} == {RunStatus.running}
        for run in runs:
            run.cancel()
        for run in runs:
            run.end()
            assert complete(run.text())


def test_without_redis_runs_start_print_and_are_cancelled(
    servers: Servers, make_context: Callable[..., Context]
) -> None:
    context = make_context()
    trader = new_trader(context)
    with supervising(context):
        servers.redis.stop()
        try:
            began = time.monotonic()
            run = trader.run(UNTIL_TOLD)
            queued_after = time.monotonic() - began
            run.wait_for_output("tick 20", seconds=10)
            run.wait(RunStatus.running)
            run.cancel()
            assert run.end(seconds=10).status is RunStatus.cancelled
            assert complete(run.text())
            assert queued_after < 3, "a request does not wait for Redis"
        finally:
            servers.redis.start()
        assert trader.run("print('back')\n").end().status is RunStatus.completed


def test_flushing_redis_loses_no_queued_run_and_messages_come_through_again(
    servers: Servers, make_context: Callable[..., Context], tmp_path: Path
) -> None:
    context = make_context(MAX_CONCURRENT_SCRIPTS="2")
    trader = new_trader(context)
    script = trader.script("print('done')\n", allow_parallel=True)
    runs = [trader.execute(script) for _ in range(6)]
    context.redis.flushall()
    with working(context, tmp_path):
        context.redis.flushall()
        assert {run.end().status for run in runs} == {RunStatus.completed}

        for _ in range(2):
            before = last_canary(context)
            eventually(lambda before=before: canary_came_back(context, before), every=0.5, what="a message")
            context.redis.flushall()


def last_canary(context: Context) -> float:
    """How long ago a message last came through the queue of scripts, in seconds before now; infinite for never."""
    with context.db.transaction() as session:
        return time.monotonic() - presence.canary_ages(session).get("scripts", math.inf)


def canary_came_back(context: Context, before: float) -> bool:
    """Send one, as beat does every few seconds, and look whether one has arrived since `before`."""
    context.celery.send_task("scripts.canary", queue="scripts", ignore_result=True)
    return last_canary(context) > before + 0.2
