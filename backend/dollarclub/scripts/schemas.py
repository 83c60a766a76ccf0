"""What the scripts API takes and answers."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SecretStr, StringConstraints

from dollarclub.core.schemas import In, Out
from dollarclub.scripts.rules.states import RunStatus

SecretName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
PackageLine = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Stream(StrEnum):
    """Where a piece of log came from; `system` is the platform itself."""

    stdout = "stdout"
    stderr = "stderr"
    system = "system"


class LimitsIn(In):
    """Limits of a script's runs; `null` means the installation's default, which is also the upper bound."""

    max_execution_time: int | None = Field(None, ge=0, description="Seconds of wall time, 0 for none.")
    cpu_seconds: int | None = Field(None, ge=0, description="Seconds of CPU time, 0 for none.")
    memory_bytes: int | None = Field(None, ge=16 * 1024**2)
    processes: int | None = Field(None, ge=1)
    open_files: int | None = Field(None, ge=16)
    scratch_bytes: int | None = Field(None, ge=1024**2)


class ScriptSettings(In):
    """How a script runs. `secrets` are names of the account's secrets that its runs see as variables."""

    packages: list[PackageLine] = Field(default_factory=list, max_length=100)
    network: bool = True
    allow_parallel: bool = False
    secrets: list[SecretName] = Field(default_factory=list, max_length=100)
    limits: LimitsIn = Field(default_factory=LimitsIn)


class ScriptSettingsOut(Out):
    packages: list[str]
    network: bool
    allow_parallel: bool
    secrets: list[str]
    limits: LimitsIn


class RunLimitsOut(Out):
    """The limits that a run really has. Seconds and bytes; 0 means none."""

    max_execution_time: int
    cpu_seconds: int
    memory_bytes: int
    processes: int
    open_files: int
    scratch_bytes: int


class RunOut(Out):
    id: UUID
    script_id: UUID
    script_name: str
    version: int
    status: RunStatus
    reason: str | None = Field(description="Stable code of why the run ended as it did, such as `exit_code`.")
    explanation: str | None = Field(description="The same for a person.")
    queue_position: int | None = Field(description="1 is next; only while queued.")
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested_at: datetime | None
    duration_seconds: float | None
    exit_code: int | None
    signal: int | None
    cpu_seconds: Decimal | None
    peak_memory_bytes: int | None
    log_bytes: int
    log_lines: int
    log_truncated: bool
    log_deleted: bool = Field(description="The log was removed by retention.")
    worker: str | None
    sandbox: str | None
    network: bool
    cancel_grace_seconds: float = Field(description="Seconds between TERM and KILL when the run is stopped.")
    limits: RunLimitsOut


class ScriptOut(Out):
    id: UUID
    name: str = Field(description="The file name shown to people; it never becomes a path.")
    version: int
    sha256: str
    size: int
    status: RunStatus | Literal["uploaded"]
    latest_run: RunOut | None
    settings: ScriptSettingsOut
    created_at: datetime
    updated_at: datetime


class ScriptRenameIn(In):
    name: str = Field(min_length=1, max_length=255)


class ScriptStatusOut(Out):
    """The current run, or the latest one when none is active."""

    script_id: UUID
    status: RunStatus | Literal["uploaded"]
    run: RunOut | None


class ContentIn(In):
    content: str
    based_on: int | None = Field(
        None, ge=1, description="The version that was edited; another newest one answers 409."
    )


class ContentOut(Out):
    script_id: UUID
    version: int
    name: str
    content: str
    sha256: str
    warnings: list[str] = Field(
        default_factory=list, description="Missing packages and the like; they do not stop a save."
    )


class VersionOut(Out):
    number: int
    sha256: str
    size: int
    created_at: datetime
    author: str
    is_current: bool


class LogFragmentOut(Out):
    """A piece of one stream. A fragment may hold many lines; `ends_line` false means that the last one goes on."""

    seq: int
    stream: Stream
    at: datetime
    text: str
    ends_line: bool
    lines_before: int = Field(description="Line ends in the run's log before this fragment.")


class LogPageOut(Out):
    run_id: UUID
    items: list[LogFragmentOut]
    last_seq: int = Field(description="The newest fragment that exists; 0 when there is none.")
    complete: bool = Field(description="The run has ended and `last_seq` is its last fragment.")


class SecretValueIn(In):
    value: SecretStr = Field(min_length=1, max_length=16 * 1024)


class SecretOut(Out):
    """A secret's value never leaves the platform again."""

    name: str
    created_at: datetime
    updated_at: datetime
    used_by: list[str] = Field(description="Names of the scripts whose runs see it.")


class PackageIn(In):
    name: PackageLine
    note: str = Field("", max_length=200)


class PackageOut(Out):
    name: str
    note: str
    created_at: datetime


class WorkerOut(Out):
    id: str
    kind: str
    host: str
    pid: int
    started_at: datetime
    heartbeat_at: datetime
    alive: bool
    capacity: int
    active_runs: int
    sandbox: str | None
    sandbox_promises: list[str]


class DayOut(Out):
    """Runs that ended on one UTC day."""

    day: datetime
    completed: int
    failed: int
    cancelled: int
    median_seconds: float | None
    p95_seconds: float | None


class MonitorOut(Out):
    """The state of the machinery; counts are the account's own, for an admin everybody's."""

    at: datetime
    queued: int
    running: int
    failed_today: int
    completed_today: int
    success_rate: float | None = Field(
        description="Completed / (completed + failed + timed out + lost) of the last 30 days."
    )
    by_status: dict[str, int]
    days: list[DayOut]
    workers: list[WorkerOut]
    queues: dict[str, int | None] = Field(
        description="Messages waiting in each queue; null when Redis is away."
    )
    concurrent_limit: int
