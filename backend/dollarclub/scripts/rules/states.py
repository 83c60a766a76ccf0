"""The life of a run as a state machine. A state can only be left for the states named here."""

from enum import StrEnum


class RunStatus(StrEnum):
    queued = "queued"
    starting = "starting"
    running = "running"
    cancelling = "cancelling"
    completed = "completed"
    failed = "failed"
    timed_out = "timed_out"
    cancelled = "cancelled"
    lost = "lost"


OWNED = frozenset({RunStatus.starting, RunStatus.running, RunStatus.cancelling})
"""States in which a worker holds the run by a lease."""

ACTIVE = OWNED | {RunStatus.queued}
"""States in which a run is not over."""

FINAL = frozenset(RunStatus) - ACTIVE
"""States that nothing may ever change."""

_NEXT: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.queued: frozenset({RunStatus.starting, RunStatus.cancelled, RunStatus.failed}),
    RunStatus.starting: frozenset({RunStatus.running, RunStatus.cancelling}) | FINAL,
    RunStatus.running: frozenset({RunStatus.cancelling}) | FINAL,
    RunStatus.cancelling: FINAL,
}


def sources_of(target: RunStatus) -> frozenset[RunStatus]:
    """The states from which `target` may be entered: the guard of every status update."""
    return frozenset(state for state, targets in _NEXT.items() if target in targets)
