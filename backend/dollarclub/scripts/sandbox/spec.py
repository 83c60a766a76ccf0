"""What goes into a sandbox and what it tells back: values only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Literal

FIRST_UID = 600_000
SLOTS = 65_000
SCRATCH = PurePosixPath("/run/script")
"""Where the scratch folder of a run is in the tiers with a file system of their own."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

Wanted = Literal["auto", "bubblewrap", "landlock", "off"]
LimitsBy = Literal["cgroup", "watchdog"]


class SandboxUnavailable(Exception):
    """No tier that was asked for works here; the text says why and what to do, for a person."""


class Tier(StrEnum):
    """How strongly a run is contained; strongest first."""

    bubblewrap = "bubblewrap"
    landlock = "landlock"
    off = "off"


@dataclass(frozen=True)
class Limits:
    """What one run may use. Bytes, counts and seconds; `cpu_seconds` 0 means no limit.

    `processes` counts threads too, as the kernel does. `memory_bytes` is for all processes of the run together,
    the files in its scratch folder and in /dev/shm included.
    """

    memory_bytes: int = 1 << 30
    processes: int = 256
    open_files: int = 1024
    scratch_bytes: int = 256 << 20
    cpu_seconds: int = 0


@dataclass(frozen=True)
class SandboxSpec:
    """One run.

    `argv` as seen inside, `argv[0]` absolute. `files` are plain names, put into the scratch folder (working
    directory, HOME and TMPDIR of the run) before the start. `read_only` and `writable` folders appear at their own
    path; when the sandbox runs as root the run has a user id of its own (from `slot`), so `read_only` trees must
    be readable by everybody (the folders above them need not be) and `writable` ones are given to that user id.
    `environment` is complete but for HOME, TMPDIR and PWD, which the sandbox sets. Raises ValueError for a value
    that cannot be carried out.
    """

    argv: tuple[str, ...]
    files: Mapping[str, bytes]
    read_only: tuple[Path, ...]
    environment: Mapping[str, str]
    network: bool
    limits: Limits
    slot: int
    writable: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        if not self.argv or not self.argv[0].startswith("/"):
            raise ValueError("argv[0] must be an absolute path.")
        if not 0 <= self.slot < SLOTS:
            raise ValueError(f"A slot is between 0 and {SLOTS - 1}.")
        for name in self.files:
            if not name or name in (".", "..") or "/" in name or "\0" in name:
                raise ValueError(f"{name!r} is not a plain file name.")
        for name, value in self.environment.items():
            if not _VARIABLE.fullmatch(name) or "\0" in value:
                raise ValueError(f"{name!r} is not a usable environment variable.")
        if any("\0" in part for part in self.argv):
            raise ValueError("argv holds a NUL character.")
        for path in (*self.read_only, *self.writable):
            if not path.is_absolute() or ".." in path.parts:
                raise ValueError(f"{path} is not an absolute path without '..'.")


def run_environment(spec: SandboxSpec, scratch: str) -> dict[str, str]:
    """The complete environment of a run whose scratch folder is `scratch`."""
    return {**spec.environment, "HOME": scratch, "TMPDIR": scratch, "PWD": scratch}


@dataclass(frozen=True)
class Usage:
    """CPU time in seconds, resident memory in bytes now and at most, and the number of living processes.

    `memory_bytes` is what counts against the limit. `peak_memory_bytes` is exact with a cgroup; otherwise it is the
    highest sample or, when larger, the kernel's own high-water mark of the largest single process.
    """

    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    peak_memory_bytes: int = 0
    processes: int = 0


@dataclass(frozen=True)
class Exit:
    """How the main process ended: exactly one of `code` and `signal` is set.

    The bubblewrap tier cannot tell a script that exits with 128 + n from one that was killed by signal n; both are
    reported as the signal.
    """

    code: int | None = None
    signal: int | None = None


@dataclass(frozen=True)
class TierReport:
    """What a tier is worth on this machine, as tried. `reason` is one line for a person, empty when it holds."""

    tier: Tier
    holds: bool
    reason: str
    promises: tuple[str, ...]
    limits_by: LimitsBy
    as_root: bool
    landlock_abi: int = 0
