"""What scripts print is stored as it was printed."""

from collections.abc import Callable

import pytest

from dollarclub.core.context import Context
from dollarclub.scripts.rules.states import FINAL, RunStatus
from tests.support.station import Trader, new_trader, supervising


def test_each_stream_keeps_its_order_and_the_two_are_told_apart(trader: Trader) -> None:
    run = trader.run(
        "import sys\nfor n in range(3000):\n    print('out', n)\n    print('err', n, file=sys.stderr)\n"
    )

    assert run.end().status is RunStatus.completed
    assert run.stream("stdout").splitlines() == [f"out {n}" for n in range(3000)]
    assert run.stream("stderr").splitlines() == [f"err {n}" for n in range(3000)]
    assert run.look().log_lines == 6000


@pytest.mark.parametrize(
    "writes",
    [
        pytest.param([b"\t  deep\n", b"    deeper\n"], id="indentation"),
        pytest.param([b"price \xe2", b"\x82", b"\xac 5\n", b"\xf0\x9f", b"\x9a\x80"], id="split characters"),
        pytest.param([b"a\x00b\n\x00"], id="NUL"),
        pytest.param([b"no end of line"], id="no newline at the end"),
        pytest.param([b"10 %\r", b"55 %\r", b"100 %\r\n"], id="progress bar"),
        pytest.param([b"\n\n\n"], id="empty lines"),
        pytest.param([b"\x1b[31mred\x1b[0m\n"], id="colours"),
        pytest.param([b"\xff\xfe latin \xe4\n", b"\xe2\x82"], id="not UTF-8"),
        pytest.param([bytes(range(256)) * 300], id="binary"),
    ],
)
def test_bytes_are_stored_unchanged_and_unreadable_ones_are_visible(
    trader: Trader, writes: list[bytes]
) -> None:
    run = trader.run(
        f"import os, time\nfor part in {writes!r}:\n    os.write(1, part)\n    time.sleep(0.01)\n"
    )

    ended = run.end()
    assert ended.status is RunStatus.completed
    assert run.raw() == b"".join(writes)
    assert run.stream("stdout") == b"".join(writes).decode(errors="replace")
    assert ended.log_bytes == len(run.raw())


def test_the_first_lines_are_readable_while_the_script_goes_on(trader: Trader) -> None:
    run = trader.run("import time\nprint('up')\ntime.sleep(600)\n")

    run.wait_for_output("up\n")
    assert run.look().status in (RunStatus.starting, RunStatus.running)
    run.cancel()
    run.end()


def test_a_run_is_final_only_when_its_log_is_complete(trader: Trader) -> None:
    run = trader.run("for n in range(60000):\n    print('line', n)\n")

    while True:
        before = run.look()
        stored = run.raw() if before.status in FINAL else b""
        if before.status in FINAL:
            break
    assert stored.decode().splitlines() == [f"line {n}" for n in range(60000)]
    assert (before.log_lines, before.log_bytes) == (60000, len(stored))


def test_output_after_a_stream_was_closed_and_of_children_is_kept(trader: Trader) -> None:
    run = trader.run(
        "import os, subprocess, sys\n"
        "sys.stdout.close()\nos.close(1)\n"
        "print('still here', file=sys.stderr)\n"
        "subprocess.run([sys.executable, '-c', 'print(\"child\")'], stdout=2)\n"
    )

    assert run.end().status is RunStatus.completed
    assert run.stream("stderr") == "still here\nchild\n"


def test_a_traceback_is_in_the_log_and_the_run_has_failed(trader: Trader) -> None:
    run = trader.run("def trade():\n    raise ValueError('no price')\ntrade()\n")

    ended = run.end()
    assert (ended.status, ended.exit_code, ended.reason) == (RunStatus.failed, 1, "exit_code")
    assert run.stream("stderr").endswith("ValueError: no price\n")


def test_a_long_line_and_a_long_log_are_cut_with_a_visible_mark(
    make_context: Callable[..., Context],
) -> None:
    context = make_context(LOG_LINE_BYTES="1024", LOG_TOTAL_BYTES=str(64 * 1024))
    trader = new_trader(context)
    with supervising(context):
        line = trader.run("print('x' * 5000)\nprint('next')\n")
        flood = trader.run("for n in range(20000):\n    print('line', n)\n")

        assert line.end().status is RunStatus.completed
        assert line.text() == "x" * 1024 + " [line cut at 1024 bytes]\nnext\n"
        ended = flood.end()

    assert ended.status is RunStatus.completed
    assert ended.log_truncated
    assert flood.raw()[: 64 * 1024] == "".join(f"line {n}\n" for n in range(20000)).encode()[: 64 * 1024]
    assert "[log cut: it reached its limit of 65536 bytes; the script goes on]" in flood.stream("system")
    assert ended.log_bytes < 65 * 1024
