"""One run as its worker knows it."""

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from dollarclub.scripts.environment_usage import Hold
from dollarclub.scripts.environments import Build
from dollarclub.scripts.repository.runs import ClaimedRow, RunFacts
from dollarclub.scripts.rules.outcome import EndedBy, Ending, Outcome
from dollarclub.scripts.sandbox.spec import Exit, Usage
from dollarclub.scripts.supervisor.capture import LogBuffer


class ChildProcess(Protocol):
    """What the loop needs of a process, be it a sandboxed script or the build of its packages."""

    pid: int
    pidfd: int
    stdout: int
    stderr: int

    @property
    def started(self) -> bool: ...
    @property
    def failure(self) -> str | None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...
    def poll(self) -> Exit | None: ...
    def gone(self) -> bool: ...
    def sample(self) -> Usage: ...
    def violation(self) -> str | None: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Job:
    """A claimed run with its secrets opened, or with the problem that kept them shut."""

    row: ClaimedRow
    secrets: dict[str, str]
    allowed_packages: frozenset[str]
    problem: str = ""

    @property
    def run_id(self) -> UUID:
        return self.row.run_id

    @property
    def limits(self) -> dict[str, int]:
        limits: dict[str, int] = self.row.settings["limits"]
        return limits


@dataclass
class Supervised:
    """The state of a run between claim and end. Owned by the loop's thread."""

    job: Job
    log: LogBuffer
    slot: int
    child: ChildProcess | None = None
    build: Build | None = None
    hold: Hold | None = None
    ended_by: EndedBy = EndedBy.itself
    note: str = ""
    code: str = ""
    stopping: bool = False
    forced: bool = False
    kill_at: float | None = None
    wall_deadline: float | None = None
    announced: bool = False
    disowned: bool = False
    exit: Exit | None = None
    open_streams: dict[int, int] = field(default_factory=dict)
    paused: bool = False
    resume_at: float = 0.0
    usage: Usage = field(default_factory=Usage)
    next_sample: float = 0.0

    @property
    def run_id(self) -> UUID:
        return self.job.run_id

    @property
    def in_transition(self) -> bool:
        """Something is about to change that no descriptor tells: it needs a look every few milliseconds."""
        return self.exit is not None or self.paused or not (self.announced or self.build)

    def arm_wall_limit(self) -> None:
        """Start the clock of the wall-time limit, if there is one."""
        seconds = self.job.limits["max_execution_time"]
        if seconds:
            self.wall_deadline = time.monotonic() + seconds

    def ending(self) -> Ending:
        """What is known at the end."""
        return Ending(
            by=self.ended_by,
            exit_code=self.exit.code if self.exit else None,
            signal=self.exit.signal if self.exit else None,
            note=self.note,
            code=self.code,
            wall_limit=self.job.limits["max_execution_time"],
            forced=self.forced,
        )

    def facts(self, outcome: Outcome) -> RunFacts:
        """What is stored with the end."""
        return RunFacts(
            reason=outcome.reason,
            explanation=outcome.explanation.replace("\0", ""),
            exit_code=self.exit.code if self.exit else None,
            signal=self.exit.signal if self.exit else None,
            cpu_seconds=Decimal(f"{self.usage.cpu_seconds:.3f}") if self.announced else None,
            peak_memory_bytes=self.usage.peak_memory_bytes if self.announced else None,
        )
