"""From what is known at a run's end to its state."""

import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.scripts.rules.outcome import EndedBy, Ending, judge
from dollarclub.scripts.rules.states import FINAL, RunStatus

CASES = [
    (Ending(EndedBy.itself, exit_code=0), "completed", "exit_code", "exit code 0"),
    (Ending(EndedBy.itself, exit_code=3), "failed", "exit_code", "exit code 3"),
    (Ending(EndedBy.itself, signal=signal.SIGSEGV), "failed", "signal", "SIGSEGV"),
    (Ending(EndedBy.itself, signal=signal.SIGKILL), "failed", "signal", "out of memory"),
    (Ending(EndedBy.itself, signal=signal.SIGXCPU), "failed", "cpu_limit", "CPU time"),
    (Ending(EndedBy.itself, signal=63), "failed", "signal", "63"),
    (Ending(EndedBy.user, signal=signal.SIGTERM), "cancelled", "cancelled_by_user", "SIGTERM"),
    (Ending(EndedBy.user, exit_code=0), "cancelled", "cancelled_by_user", "by itself"),
    (
        Ending(EndedBy.user, signal=signal.SIGKILL, forced=True),
        "cancelled",
        "cancelled_by_user",
        "was killed",
    ),
    (
        Ending(EndedBy.wall_time, signal=signal.SIGTERM, wall_limit=60),
        "timed_out",
        "wall_time",
        "60 s",
    ),
    (
        Ending(EndedBy.worker_shutdown, signal=signal.SIGTERM),
        "cancelled",
        "worker_shutdown",
        "worker",
    ),
    (
        Ending(EndedBy.violation, signal=signal.SIGKILL, note="Too much memory.", code="limit"),
        "failed",
        "limit",
        "Too much memory.",
    ),
    (
        Ending(EndedBy.not_started, note="No package x.", code="missing_packages"),
        "failed",
        "missing_packages",
        "No package x.",
    ),
]


@pytest.mark.parametrize(("ending", "status", "reason", "words"), CASES)
def test_the_end_of_a_run_in_words(ending: Ending, status: str, reason: str, words: str) -> None:
    outcome = judge(ending)
    assert (outcome.status.value, outcome.reason) == (status, reason)
    assert words in outcome.explanation


@given(
    st.builds(
        Ending,
        by=st.sampled_from(EndedBy),
        exit_code=st.none() | st.integers(0, 255),
        signal=st.none() | st.integers(1, 64),
        note=st.text(max_size=20),
        code=st.text(max_size=20),
        wall_limit=st.integers(0, 10**6),
        forced=st.booleans(),
    )
)
def test_every_end_has_a_final_state_and_a_reason_that_fits_the_column(ending: Ending) -> None:
    outcome = judge(ending)
    assert outcome.status in FINAL - {RunStatus.lost}
    assert 0 < len(outcome.reason) <= 40
    assert outcome.explanation or ending.by in (EndedBy.violation, EndedBy.not_started)
