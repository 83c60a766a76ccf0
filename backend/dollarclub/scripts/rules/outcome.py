"""How a run ended: from what the process did and from who ended it, to a state, a stable reason and a sentence."""

import signal as signals
from dataclasses import dataclass
from enum import StrEnum

from dollarclub.scripts.rules.states import RunStatus


class EndedBy(StrEnum):
    """Who decided that the run ends."""

    itself = "itself"
    user = "user"
    wall_time = "wall_time"
    violation = "violation"
    worker_shutdown = "worker_shutdown"
    not_started = "not_started"


@dataclass(frozen=True)
class Ending:
    """All that is known when the last process of a run is gone.

    `note` is the sentence about a broken limit or about why it could not start; `code` its stable reason.
    """

    by: EndedBy
    exit_code: int | None = None
    signal: int | None = None
    note: str = ""
    code: str = ""
    wall_limit: int = 0
    forced: bool = False


@dataclass(frozen=True)
class Outcome:
    """The final state of a run with its stable reason and the same for a person."""

    status: RunStatus
    reason: str
    explanation: str


def _signal_name(number: int) -> str:
    try:
        return signals.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _how(ending: Ending) -> str:
    if ending.forced:
        return "it did not end within its grace time and was killed"
    if ending.signal is not None:
        return f"it ended with {_signal_name(ending.signal)}"
    return f"it ended by itself with code {ending.exit_code}"


def _by_itself(ending: Ending) -> Outcome:
    if ending.signal == signals.SIGXCPU:
        return Outcome(RunStatus.failed, "cpu_limit", "The script used up its CPU time.")
    if ending.signal is not None:
        text = f"The script was ended by {_signal_name(ending.signal)}"
        hint = (
            ", often a sign that the machine is out of memory." if ending.signal == signals.SIGKILL else "."
        )
        return Outcome(RunStatus.failed, "signal", text + hint)
    if ending.exit_code:
        return Outcome(RunStatus.failed, "exit_code", f"The script ended with exit code {ending.exit_code}.")
    return Outcome(RunStatus.completed, "exit_code", "The script ended with exit code 0.")


def judge(ending: Ending) -> Outcome:
    """The outcome of a run."""
    match ending.by:
        case EndedBy.user:
            return Outcome(RunStatus.cancelled, "cancelled_by_user", f"Stopped on request; {_how(ending)}.")
        case EndedBy.worker_shutdown:
            text = f"The worker was shut down in order; {_how(ending)}."
            return Outcome(RunStatus.cancelled, "worker_shutdown", text)
        case EndedBy.wall_time:
            text = f"The run reached its time limit of {ending.wall_limit} s; {_how(ending)}."
            return Outcome(RunStatus.timed_out, "wall_time", text)
        case EndedBy.violation:
            return Outcome(RunStatus.failed, ending.code or "limit", ending.note)
        case EndedBy.not_started:
            return Outcome(RunStatus.failed, ending.code or "not_started", ending.note)
        case EndedBy.itself:
            return _by_itself(ending)
