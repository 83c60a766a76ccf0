"""How runs end, and what is known of them afterwards."""

import signal
from collections.abc import Callable

import pytest

from dollarclub.core.context import Context
from dollarclub.scripts.rules.states import RunStatus
from tests.support.station import Trader, new_trader, supervising
from tests.support.waiting import eventually

SLEEPS = "import time\nprint('up')\ntime.sleep(600)\n"


@pytest.mark.parametrize("code", [0, 1, 3, 255])
def test_the_exit_code_is_recorded_and_tells_completed_from_failed(trader: Trader, code: int) -> None:
    ended = trader.run(f"import sys\nsys.exit({code})\n").end()

    assert ended.status is (RunStatus.failed if code else RunStatus.completed)
    assert (ended.exit_code, ended.signal, ended.reason) == (code, None, "exit_code")
    assert str(code) in (ended.explanation or "")


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL])
def test_a_script_that_dies_of_a_signal_has_failed_by_name(trader: Trader, number: signal.Signals) -> None:
    ended = trader.run(f"import os\nprint('last words')\nos.kill(os.getpid(), {int(number)})\n").end()

    assert (ended.status, ended.reason) == (RunStatus.failed, "signal")
    assert (ended.exit_code, ended.signal) == (None, number)
    assert number.name in (ended.explanation or "")


def test_facts_of_a_run_are_recorded(trader: Trader) -> None:
    run = trader.run(
        "import time\n"
        "hoard = bytearray(150_000_000)\n"
        "end = time.process_time() + 0.5\n"
        "while time.process_time() < end:\n    pass\n"
        "print('done')\n"
    )

    ended = run.end()
    assert ended.status is RunStatus.completed, ended.explanation
    assert 0.5 <= float(ended.cpu_seconds or 0) < 5
    assert 150_000_000 < (ended.peak_memory_bytes or 0) < 400_000_000
    assert ended.queued_at <= ended.started_at <= ended.finished_at  # type: ignore[operator]
    assert (ended.duration_seconds or 0) >= 0.5
    assert ended.worker
    assert ended.sandbox
    assert (ended.version, ended.log_lines, ended.log_bytes) == (1, 1, 5)


def test_a_time_limit_ends_a_silent_script_as_timed_out(trader: Trader) -> None:
    run = trader.run("import time\ntime.sleep(600)\n", limits={"max_execution_time": 1})

    ended = run.end()
    assert (ended.status, ended.reason) == (RunStatus.timed_out, "wall_time")
    assert "1 s" in (ended.explanation or "")
    assert 1 <= (ended.duration_seconds or 0) < 10
    assert run.processes() == []


def test_a_script_may_tidy_up_when_its_time_is_over(trader: Trader) -> None:
    run = trader.run(
        "import signal, sys, time\n"
        "def close(*_):\n    print('positions closed')\n    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, close)\n"
        "time.sleep(600)\n",
        limits={"max_execution_time": 1},
    )

    assert run.end().status is RunStatus.timed_out
    assert run.text() == "positions closed\n"


def test_cpu_time_is_bounded(trader: Trader) -> None:
    ended = trader.run("while True:\n    pass\n", limits={"cpu_seconds": 1}).end()

    assert ended.status is RunStatus.failed
    assert "CPU" in (ended.explanation or "")


def test_children_left_behind_die_with_the_script(trader: Trader) -> None:
    run = trader.run(
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        "print('bye')\n"
    )

    assert run.end().status is RunStatus.completed
    assert run.processes() == []
    assert run.text() == "bye\n"


def test_a_missing_package_fails_before_the_start_and_names_the_fix(trader: Trader) -> None:
    run = trader.run("print('never')\nimport yaml\n")

    ended = run.end()
    assert (ended.status, ended.reason) == (RunStatus.failed, "missing_packages")
    assert "yaml" in (ended.explanation or "")
    assert run.stream("stdout") == ""
    assert "`pyyaml`" in run.stream("system")
    assert "# /// script" in run.stream("system")


def test_a_package_that_is_not_allowed_fails_before_the_start_by_name(trader: Trader) -> None:
    run = trader.run('# /// script\n# dependencies = ["evil-lib"]\n# ///\nprint("never")\n')

    ended = run.end()
    assert (ended.status, ended.reason) == (RunStatus.failed, "package_not_allowed")
    assert "evil-lib" in (ended.explanation or "")
    assert "never" not in run.text()


def test_stopping_the_worker_in_order_cancels_its_runs_and_says_why(
    make_context: Callable[..., Context],
) -> None:
    context = make_context()
    trader = new_trader(context)
    with supervising(context):
        polite = trader.run(
            "import signal, sys, time\n"
            "def close(*_):\n    print('positions closed')\n    sys.exit(0)\n"
            "signal.signal(signal.SIGTERM, close)\nprint('up')\ntime.sleep(600)\n"
        )
        stubborn = trader.run(
            "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up')\ntime.sleep(600)\n"
        )
        for run in (polite, stubborn):
            run.wait_for_output("up")
        waiting = [trader.run(SLEEPS) for _ in range(6)]
        eventually(lambda: sum(run.look().status is RunStatus.running for run in waiting) == 3)

    for run in (polite, stubborn):
        assert (run.look().status, run.look().reason) == (RunStatus.cancelled, "worker_shutdown")
        assert run.processes() == []
    assert polite.text() == "up\npositions closed\n"
    assert "killed" in (stubborn.look().explanation or "")
    assert sorted(run.look().status for run in waiting) == ["cancelled"] * 3 + ["queued"] * 3


def test_a_queued_run_survives_the_stop_of_the_only_worker(make_context: Callable[..., Context]) -> None:
    context = make_context()
    trader = new_trader(context)
    run = trader.run("print('later')\n")
    assert run.look().status is RunStatus.queued

    with supervising(context):
        assert run.end().status is RunStatus.completed
