"""The life of a run."""

import pytest

from dollarclub.scripts.rules.states import ACTIVE, FINAL, OWNED, RunStatus, sources_of


def reachable(start: RunStatus) -> set[RunStatus]:
    found = {start}
    while new := {state for state in RunStatus if sources_of(state) & found} - found:
        found |= new
    return found


def test_every_state_is_either_active_or_final() -> None:
    assert set(RunStatus) == ACTIVE | FINAL
    assert not ACTIVE & FINAL
    assert ACTIVE - {RunStatus.queued} == OWNED


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_follows_an_end(state: RunStatus) -> None:
    assert reachable(state) == {state}


@pytest.mark.parametrize("state", sorted(ACTIVE))
def test_every_active_state_can_end_and_none_returns_to_the_queue(state: RunStatus) -> None:
    assert reachable(state) & FINAL
    assert RunStatus.queued not in reachable(state) - {state}


def test_only_a_worker_loses_or_times_out_a_run() -> None:
    for state in (RunStatus.completed, RunStatus.timed_out, RunStatus.lost):
        assert sources_of(state) == OWNED
    assert sources_of(RunStatus.cancelling) == {RunStatus.starting, RunStatus.running}
