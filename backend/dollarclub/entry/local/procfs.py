"""Looking at other processes through /proc, and ending them."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PROC = Path("/proc")


def pids() -> Iterator[int]:
    """Every process this user can see, its own excluded."""
    for entry in PROC.iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            yield int(entry.name)


def executable_in(pid: int, *, name: str, folder: Path) -> bool:
    """Whether `pid` runs the program `name` with `folder` as its working folder."""
    try:
        program = os.readlink(PROC / str(pid) / "exe")
        working = os.readlink(PROC / str(pid) / "cwd")
    except OSError:
        return False
    return os.path.basename(program.removesuffix(" (deleted)")) == name and working == str(folder)


def has_environment(pid: int, entry: bytes) -> bool:
    """Whether `pid` was started with `entry` (`NAME=value`) in its environment."""
    try:
        return entry in (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def started_at(pid: int) -> int | None:
    """Start time of `pid` in clock ticks since boot; with the pid it names one process for good. None: no such process."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else int(fields[19])


def send(targets: list[int], number: signal.Signals) -> None:
    """Signal every target that is still there."""
    for pid in targets:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def wait_gone(find: Callable[[], list[int]], seconds: float, *, interval: float = 0.02) -> list[int]:
    """Wait until `find` returns nothing; what it still finds after `seconds` is returned."""
    deadline = time.monotonic() + seconds
    while (left := find()) and time.monotonic() < deadline:
        time.sleep(interval)
    return left


def end(find: Callable[[], list[int]], *, steps: list[tuple[signal.Signals | None, float]]) -> list[int]:
    """Send each signal in turn (None: only wait) and wait its seconds; returns the processes nothing could end."""
    left = find()
    for number, seconds in steps:
        if not left:
            break
        if number is not None:
            send(left, number)
        left = wait_gone(find, seconds)
    return left
