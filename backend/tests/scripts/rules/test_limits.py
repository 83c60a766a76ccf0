"""A script's wishes within the installation's bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.scripts.rules.limits import TIMES, RunLimits, effective

BOUNDS = RunLimits(
    max_execution_time=100,
    cpu_seconds=0,
    memory_bytes=1 << 30,
    processes=256,
    open_files=1024,
    scratch_bytes=1 << 28,
)


@pytest.mark.parametrize(
    ("wished", "bound", "given"),
    [(None, 100, 100), (50, 100, 50), (200, 100, 100), (0, 100, 100), (0, 0, 0), (50, 0, 50), (None, 0, 0)],
)
def test_a_time_of_zero_means_unlimited(wished: int | None, bound: int, given: int) -> None:
    bounds = RunLimits(**{**BOUNDS.as_json(), "cpu_seconds": bound})
    assert effective({"cpu_seconds": wished}, bounds).cpu_seconds == given


@pytest.mark.parametrize(("wished", "got"), [(None, 256), (10, 10), (9999, 256)])
def test_a_count_is_narrowed_never_widened(wished: int | None, got: int) -> None:
    assert effective({"processes": wished}, BOUNDS).processes == got


def test_unknown_wishes_change_nothing() -> None:
    assert effective({"wings": 2}, BOUNDS) == BOUNDS


@given(
    st.dictionaries(st.sampled_from(sorted(BOUNDS.as_json())), st.none() | st.integers(0, 2**40)),
    st.fixed_dictionaries({name: st.integers(0, 2**40) for name in BOUNDS.as_json()}),
)
def test_no_wish_gets_past_a_bound(wished: dict[str, int | None], bound: dict[str, int]) -> None:
    got = effective(wished, RunLimits(**bound)).as_json()
    for name, value in got.items():
        if name in TIMES and bound[name] == 0:
            continue
        assert value <= bound[name]
        if name in TIMES:
            assert value > 0
