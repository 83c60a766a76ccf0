"""Cancelling: whatever a script does about it, it is gone, and its run says cancelled."""

import pytest
from sqlalchemy import text

from dollarclub.core.errors import Conflict
from dollarclub.scripts.rules.states import RunStatus
from tests.support.station import Run, Trader
from tests.support.waiting import eventually

PRINTING = "import time\nprint('up')\nn = 0\nwhile True:\n    print('tick', n)\n    n += 1\n"
SILENT = "import time\nprint('up')\ntime.sleep(600)\n"
BUSY = "print('up')\nwhile True:\n    pass\n"
IGNORING = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up')\ntime.sleep(600)\n"
)
CLOSING = (
    "import signal, sys, time\n"
    "def close(*_):\n"
    "    print('closing')\n    time.sleep(0.3)\n    print('closed')\n    sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, close)\nprint('up')\ntime.sleep(600)\n"
)
DAEMON = (
    "import os, signal, time\n"
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    if os.fork() == 0:\n"
    "        signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "        for n in range(3):\n            os.close(n)\n"
    "        while True:\n            time.sleep(1)\n"
    "    os._exit(0)\n"
    "os.wait()\nprint('up')\ntime.sleep(600)\n"
)
THREADS = (
    "import threading, time\n"
    "for _ in range(8):\n    threading.Thread(target=time.sleep, args=(600,)).start()\n"
    "print('up')\n"
)


def cancelled(run: Run) -> Run:
    run.wait_for_output("up")
    run.wait(RunStatus.running)
    run.cancel()
    ended = run.end(seconds=15)
    assert (ended.status, ended.reason) == (RunStatus.cancelled, "cancelled_by_user")
    assert ended.cancel_requested_at is not None
    assert run.processes() == []
    return run


@pytest.mark.parametrize(
    "source", [PRINTING, SILENT, BUSY, THREADS], ids=["printing", "silent", "busy", "threads"]
)
def test_a_script_is_stopped_at_once(trader: Trader, source: str) -> None:
    ended = cancelled(trader.run(source)).look()

    assert ended.finished_at is not None
    assert ended.cancel_requested_at is not None
    assert (ended.finished_at - ended.cancel_requested_at).total_seconds() < 3
    assert "SIGTERM" in (ended.explanation or "")


def test_everything_printed_before_the_stop_is_kept(trader: Trader) -> None:
    run = cancelled(trader.run(PRINTING))

    *whole, _last = run.text().split("\n")
    assert whole[0] == "up"
    assert whole[1:] == [f"tick {n}" for n in range(len(whole) - 1)]


def test_a_script_that_ignores_the_stop_is_killed_after_the_grace(trader: Trader) -> None:
    ended = cancelled(trader.run(IGNORING)).look()

    assert ended.signal == 9
    assert "grace" in (ended.explanation or "")


def test_a_script_may_close_its_positions_within_the_grace(trader: Trader) -> None:
    run = cancelled(trader.run(CLOSING))

    assert run.text() == "up\nclosing\nclosed\n"
    assert run.look().exit_code == 0


def test_a_daemon_that_left_its_session_is_gone_too(trader: Trader) -> None:
    if trader.context.settings.scripts.sandbox == "off":
        pytest.skip("without a sandbox a daemon that hides is not promised to be found")
    run = trader.run(DAEMON)
    run.wait_for_output("up")
    assert len(run.processes()) >= 2

    cancelled(run)


def test_a_run_can_be_stopped_while_it_starts(trader: Trader) -> None:
    script = trader.script(SILENT)
    for _ in range(10):
        run = trader.execute(script)
        eventually(lambda run=run: run.look().status is not RunStatus.queued, every=0)
        run.cancel()
        ended = run.end()
        assert (ended.status, ended.reason) == (RunStatus.cancelled, "cancelled_by_user")
        assert run.processes() == []


def test_a_queued_run_is_cancelled_without_ever_starting(trader: Trader) -> None:
    active = [trader.run(SILENT) for _ in range(5)]
    for run in active:
        run.wait(RunStatus.running)
    waiting = trader.run(SILENT)
    waiting.cancel()

    ended = waiting.look()
    assert (ended.status, ended.reason, ended.started_at) == (
        RunStatus.cancelled,
        "cancelled_before_start",
        None,
    )
    for run in active:
        run.cancel()
    for run in active:
        run.end()


def test_an_ended_run_cannot_be_cancelled_and_asking_twice_is_harmless(trader: Trader) -> None:
    run = trader.run(IGNORING)
    run.wait_for_output("up")
    run.wait(RunStatus.running)
    run.cancel()
    run.cancel()
    run.end()

    with pytest.raises(Conflict) as refused:
        run.cancel()
    assert refused.value.code == "already_ended"


def test_a_run_whose_account_was_removed_is_ended(trader: Trader) -> None:
    run = trader.run(SILENT)
    run.wait_for_output("up")
    with trader.context.db.transaction() as session:
        session.execute(text("DELETE FROM accounts WHERE id = :id"), {"id": trader.id})

    eventually(lambda: not run.processes(), what="no process of a run that nobody owns")
