"""Waiting for what must become true, and looking at processes from outside."""

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from dollarclub.entry.local import procfs

Seen = TypeVar("Seen")


def eventually(
    look: Callable[[], Seen], *, seconds: float = 30.0, every: float = 0.02, what: str = ""
) -> Seen:
    """The first true answer of `look`; fails when there is none within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what or look}; last seen: {seen!r}")
        time.sleep(every)
    return seen


def processes_with(entry: str) -> list[int]:
    """Living processes that were started with `entry` (`NAME=value`) in their environment."""
    return [pid for pid in procfs.pids() if procfs.has_environment(pid, entry.encode()) and _lives(pid)]


def processes_of_run(run_id: UUID | str) -> list[int]:
    """Everything that a run started and that still lives."""
    return processes_with(f"DOLLARCLUB_RUN_ID={run_id}")


def interpreters_by_run() -> Counter[str]:
    """How many Python processes each run has, without the sandbox around them, by the run's id."""
    found: Counter[str] = Counter()
    for pid in procfs.pids():
        if _program(pid).startswith("python") and _lives(pid):
            found[_run_of(pid)] += 1
    found.pop("", None)
    return found


def _run_of(pid: int) -> str:
    try:
        entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return ""
    start = b"DOLLARCLUB_RUN_ID="
    return next((entry.removeprefix(start).decode() for entry in entries if entry.startswith(start)), "")


def _program(pid: int) -> str:
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return ""


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
