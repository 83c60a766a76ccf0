"""Who runs when: an account's limit, other accounts' turns, places in the queue, workers that share."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from dollarclub.core.context import Context
from dollarclub.core.errors import Conflict
from dollarclub.scripts.rules.states import RunStatus
from tests.support.station import Run, Trader, new_trader
from tests.support.waiting import eventually
from tests.support.workers import working

WAITS = "import time\nprint('up')\ntime.sleep(600)\n"
MOST_OWNED = text(
    "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM runs"
    " WHERE status IN ('starting', 'running', 'cancelling') GROUP BY account_id) AS counted"
)


@contextmanager
def sampled(context: Context) -> Iterator[list[int]]:
    """The largest number of runs that any account had at once, looked up again and again meanwhile."""
    seen: list[int] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            with context.db.transaction() as session:
                seen.append(session.scalar(MOST_OWNED) or 0)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def statuses(runs: list[Run]) -> Counter[str]:
    return Counter(run.look().status.value for run in runs)


def cancel_all(runs: list[Run]) -> None:
    for run in runs:
        if run.look().finished_at is None:
            run.cancel()
    for run in runs:
        run.end()


def test_two_workers_share_the_runs_and_never_exceed_an_accounts_limit(
    make_context: Callable[..., Context], tmp_path: Path
) -> None:
    context = make_context(MAX_CONCURRENT_SCRIPTS="4")
    source = "import time\ntime.sleep(0.2)\nprint('done')\n"
    pairs = [
        (trader, trader.script(source, allow_parallel=True))
        for trader in (new_trader(context), new_trader(context))
    ]
    with working(context, tmp_path, count=2), sampled(context) as most:
        with ThreadPoolExecutor(20) as threads:
            runs = list(threads.map(lambda pair: pair[0].execute(pair[1]), pairs * 16))
        ended = [run.end(seconds=60) for run in runs]

        assert {run.status for run in ended} == {RunStatus.completed}
        assert max(most) == 4
        assert len({run.worker for run in ended}) == 2


def test_stopping_one_worker_leaves_the_runs_of_the_other_alone(
    make_context: Callable[..., Context], tmp_path: Path
) -> None:
    context = make_context()
    traders = [new_trader(context) for _ in range(6)]
    with working(context, tmp_path, count=2) as (first, second):
        names = {first.id, second.id}
        runs: list[Run] = []
        while len({run.look().worker for run in runs} & names) < 2:
            runs.append(traders[len(runs) % 6].run(WAITS))
            runs[-1].wait(RunStatus.running)
        stopped = [run for run in runs if run.look().worker == first.id]
        others = [run for run in runs if run.look().worker == second.id]

        first.stop()

        assert {run.look().reason for run in stopped} == {"worker_shutdown"}
        assert statuses(others) == {"running": len(others)}
        with working(context, tmp_path):
            assert statuses(others) == {"running": len(others)}
            cancel_all(others)
        assert all(run.look().reason == "cancelled_by_user" for run in others)


def test_a_long_queue_of_one_account_does_not_make_another_wait(station: Context) -> None:
    busy, calm = new_trader(station), new_trader(station)
    mine = [busy.run(WAITS) for _ in range(9)]
    eventually(lambda: statuses(mine)["running"] == 5)

    theirs = calm.run("print('my turn')\n")

    assert theirs.end(seconds=10).status is RunStatus.completed
    assert statuses(mine) == {"running": 5, "queued": 4}
    cancel_all(mine)


def test_waiting_runs_show_their_place_and_start_in_order(trader: Trader) -> None:
    active = [trader.run(WAITS) for _ in range(5)]
    eventually(lambda: statuses(active)["running"] == 5)
    waiting = [trader.run(WAITS) for _ in range(3)]
    assert [run.look().queue_position for run in waiting] == [1, 2, 3]
    assert [run.look().queue_position for run in active] == [None] * 5

    active[0].cancel()
    waiting[0].wait(RunStatus.running)

    assert [run.look().queue_position for run in waiting[1:]] == [1, 2]
    cancel_all(waiting[::-1] + active)


def test_a_script_runs_once_at_a_time_unless_it_may_run_in_parallel(trader: Trader) -> None:
    script = trader.script(WAITS)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: _try(trader, script), range(8)))
    started = [answer for answer in answers if isinstance(answer, Run)]
    assert len(started) == 1
    assert {answer for answer in answers if isinstance(answer, str)} == {"already_active"}

    trader.configure(script, allow_parallel=True)
    more = [trader.execute(script) for _ in range(2)]
    for run in more:
        run.wait(RunStatus.running)
    cancel_all(started + more)


def _try(trader: Trader, script: object) -> Run | str:
    try:
        return trader.execute(script)  # type: ignore[arg-type]
    except Conflict as refused:
        return refused.code


@pytest.mark.parametrize("after", ["completed", "failed", "cancelled"])
def test_a_script_can_run_again_once_its_run_is_over(trader: Trader, after: str) -> None:
    source = {"completed": "pass\n", "failed": "raise SystemExit(1)\n", "cancelled": WAITS}[after]
    script = trader.script(source)
    first = trader.execute(script)
    if after == "cancelled":
        first.wait_for_output("up")
        first.cancel()
    assert first.end().status.value == after

    second = trader.execute(script)
    if after == "cancelled":
        second.wait_for_output("up")
        second.cancel()
    assert second.end().status.value == after
    assert second.id != first.id
