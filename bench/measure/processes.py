"""Processes as /proc shows them: trees, memory, ends."""

import contextlib
import os
import re
import select
import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
PAUSE_SECONDS = 0.0005


def children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            found += map(int, (PROC / f"{pid}/task/{thread}/children").read_text().split())
    return found


def descendants(pid: int) -> list[int]:
    """Everything below `pid`."""
    found = children(pid)
    for child in list(found):
        found += descendants(child)
    return found


def name_of(pid: int) -> str:
    """The kernel's short name of a process, empty when it is gone."""
    try:
        return (PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def command_of(pid: int) -> str:
    """The command line of a process, empty when it is gone."""
    try:
        return (
            (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        )
    except OSError:
        return ""


def cpu_ticks(pid: int) -> int:
    """What a process has computed so far, in user and kernel mode, in clock ticks; 0 when it is gone."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def with_environment(entry: str) -> Iterator[int]:
    """Processes that were started with `entry` (`NAME=value`)."""
    wanted = entry.encode()
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):
                if wanted in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name)


def proportional_bytes(pid: int) -> int:
    """Resident memory of one process with shared pages divided among those that share them (PSS)."""
    text = (PROC / str(pid) / "smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def resident_bytes(pid: int) -> int:
    """Resident memory of one process, shared pages counted in full (RSS)."""
    return int((PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def wait_ended(pid: int, seconds: float) -> float | None:
    """The wall time at which `pid` ended, collected or not; None when it did not."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return time.time()
    try:
        return time.time() if select.select([handle], [], [], seconds)[0] else None
    finally:
        os.close(handle)


def wait_gone(pids: list[int], seconds: float) -> float | None:
    """The wall time at which the last of `pids` had ended and was collected; None when some stayed."""
    deadline = time.monotonic() + seconds
    for pid in pids:
        wait_ended(pid, max(0.0, deadline - time.monotonic()))
    while any((PROC / str(pid)).exists() for pid in pids):
        if time.monotonic() > deadline:
            return None
        time.sleep(PAUSE_SECONDS)
    return time.time()
