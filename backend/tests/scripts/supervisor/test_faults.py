"""Workers that die, freeze or lose their runs: nothing stays undecided, nothing runs twice."""

import signal
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from dollarclub.core.context import Context
from dollarclub.scripts import flows
from dollarclub.scripts.rules.states import RunStatus
from dollarclub.scripts.service import runs as service
from tests.support.station import Run, new_trader, supervising
from tests.support.waiting import eventually
from tests.support.workers import working

TICKS = (
    "import time\nn = 0\nwhile True:\n    print('tick', n, flush=True)\n    n += 1\n    time.sleep(0.02)\n"
)
CLAIM = text(
    "UPDATE runs SET status = 'starting', worker = :worker, started_at = clock_timestamp(),"
    " lease_until = clock_timestamp() + interval '3 seconds' WHERE id = :id"
)


def in_order(run: Run) -> list[str]:
    """The whole lines of a run, which are all there from the first to the last."""
    lines = run.text().split("\n")[:-1]
    assert lines == [f"tick {n}" for n in range(len(lines))]
    return lines


def test_runs_of_a_killed_worker_are_lost_at_once_and_their_scripts_are_gone(
    make_context: Callable[..., Context], tmp_path: Path
) -> None:
    context = make_context()
    trader = new_trader(context)
    with working(context, tmp_path) as (doomed,):
        run = trader.run(TICKS)
        run.wait_for_output("tick 5")
        with working(context, tmp_path) as (heir,):
            told = in_order(run)
            waiting = [trader.run("print('next')\n") for _ in range(5)]
            doomed.kill()

            ended = run.wait(RunStatus.lost, seconds=10)
            eventually(lambda: not run.processes(), seconds=5)
            assert ended.reason == "worker_lost"
            assert "died" in (ended.explanation or "")
            assert ended.finished_at is not None
            assert in_order(run)[: len(told)] == told
            after = [each.end() for each in [*waiting, trader.run("print('last')\n")]]
            assert {each.status for each in after if each.worker == heir.id} == {RunStatus.completed}
            assert {each.worker for each in after} <= {heir.id, ended.worker}
            assert after[-1].worker == heir.id


def test_a_frozen_worker_loses_its_runs_by_the_lease_and_kills_them_when_it_wakes(
    make_context: Callable[..., Context], tmp_path: Path
) -> None:
    context = make_context(LEASE_SECONDS="2")
    trader = new_trader(context)
    with working(context, tmp_path) as (frozen,):
        runs = [trader.run(TICKS) for _ in range(2)]
        for run in runs:
            run.wait_for_output("tick 5")
        with working(context, tmp_path):
            frozen.send(signal.SIGSTOP)
            for run in runs:
                ended = run.wait(RunStatus.lost, seconds=15)
                assert ended.reason == "worker_lost"
            logs = [in_order(run) for run in runs]

            frozen.send(signal.SIGCONT)

            eventually(lambda: not any(run.processes() for run in runs), seconds=15)
            for run, log in zip(runs, logs, strict=True):
                assert run.look().status is RunStatus.lost
                assert in_order(run) == log


def test_a_run_that_was_taken_away_is_killed_and_its_state_is_left_alone(
    make_context: Callable[..., Context],
) -> None:
    context = make_context(LEASE_SECONDS="1.5")
    trader = new_trader(context)
    with supervising(context):
        run = trader.run("import time\nprint('up')\ntime.sleep(600)\n")
        run.wait_for_output("up")
        run.wait(RunStatus.running)
        with context.db.transaction() as session:
            session.execute(
                text("UPDATE runs SET status = 'lost', finished_at = now() WHERE id = :id"), {"id": run.id}
            )

        eventually(lambda: not run.processes(), seconds=10)
        assert run.look().status is RunStatus.lost
        assert trader.run("print('next')\n").end().status is RunStatus.completed


def test_a_run_whose_claim_was_answered_by_silence_still_runs(make_context: Callable[..., Context]) -> None:
    """The commit of a claim went through, but the connection broke before the worker heard of it."""
    context = make_context(LEASE_SECONDS="3")
    trader = new_trader(context)
    script = trader.script("print('started')\n")
    with supervising(context) as supervisor:
        with context.db.transaction() as session:
            run_id = service.enqueue(
                session,
                account_id=trader.id,
                script_id=script,
                bounds=flows.bounds(context.settings.scripts),
                grace=5,
            )
            session.execute(CLAIM, {"worker": supervisor.identity.id, "id": run_id})
        run = Run(context, trader.id, run_id)

        assert run.end(seconds=15).status is RunStatus.completed
        assert run.text() == "started\n"
