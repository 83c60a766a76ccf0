"""What a run uses, read from /proc: cheap upper bound first, exact shares only when the bound is over the limit."""

import os
import re
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from dollarclub.scripts.sandbox.spec import Limits

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICK = os.sysconf("SC_CLK_TCK")
_FASTEST_GROWTH = 3e9 * (os.cpu_count() or 1)
_SHARED_WORTH_A_LOOK = 64 << 20
_MAX_PAUSE = 0.25
_SHARES = re.compile(rb"^(Pss_Anon|Pss_Shmem):\s+(\d+)", re.MULTILINE)
_SHARED = re.compile(rb"^RssShmem:\s+(\d+)", re.MULTILINE)


class Processes(Protocol):
    """The living processes of one run, and the process above them that collects the CPU time of the dead."""

    collector: int

    def pids(self) -> list[int]: ...

    def read(self, pid: int, name: str) -> bytes: ...

    def close(self) -> None: ...


class _Proc:
    """A /proc folder held open."""

    def __init__(self, path: str) -> None:
        self._folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def read(self, pid: int, name: str) -> bytes:
        """Up to 4 KiB of one file, empty when the process is gone or hidden."""
        try:
            file = os.open(f"{pid}/{name}", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._folder)
        except OSError:
            return b""
        try:
            return os.read(file, 4096)
        except OSError:
            return b""
        finally:
            os.close(file)

    def names(self, path: str) -> list[str]:
        try:
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._folder)
        except OSError:
            return []
        try:
            return os.listdir(folder)
        except OSError:
            return []
        finally:
            os.close(folder)

    def close(self) -> None:
        os.close(self._folder)


class NamespaceProcesses(_Proc):
    """Everything in a PID namespace but its first process, seen through the namespace's own /proc.

    Raises OSError when that /proc may not be opened.
    """

    collector = 1

    def __init__(self, init: int) -> None:
        super().__init__(f"/proc/{init}/root/proc")

    def pids(self) -> list[int]:
        os.lseek(self._folder, 0, os.SEEK_SET)
        return [int(name) for name in os.listdir(self._folder) if name.isdecimal() and name != "1"]


class DescendantProcesses(_Proc):
    """Everything below one process, found by walking from parent to children."""

    def __init__(self, root: int) -> None:
        super().__init__("/proc")
        self.collector = root

    def pids(self) -> list[int]:
        found: list[int] = []
        waiting = [self.collector]
        while waiting:
            pid = waiting.pop()
            for thread in self.names(f"{pid}/task"):
                children = [int(child) for child in self._children(pid, thread)]
                found += children
                waiting += children
        return found

    def _children(self, pid: int, thread: str) -> list[bytes]:
        return self.read(pid, f"task/{thread}/children").split()


def marked_processes(entry: bytes) -> list[int]:
    """Living processes that were started with `entry` (`NAME=value`) in their environment, by a full look at /proc."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            with suppress(OSError), open(f"/proc/{name}/environ", "rb") as environment:
                if entry in environment.read().split(b"\0"):
                    found.append(int(name))
    return found


@dataclass(frozen=True)
class Reading:
    """One look at a run: CPU seconds, bytes that count, living processes and tasks (threads)."""

    cpu_seconds: float = 0.0
    memory_bytes: int = 0
    processes: int = 0
    tasks: int = 0


class Meter:
    """Takes readings as often as the room below the memory limit asks for, and keeps the highest."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._due = 0.0
        self.last = Reading()
        self.peak = 0

    def take(self, processes: Processes, folders: list[int]) -> Reading:
        """A fresh reading, or the last one while nothing can have gone wrong since.

        `folders` are open descriptors of the memory file systems of the run.
        """
        began = time.monotonic()
        if began < self._due:
            return self.last
        self.last = self._read(processes, folders)
        self.peak = max(self.peak, self.last.memory_bytes)
        now = time.monotonic()
        room = max(0, self._limits.memory_bytes - self.last.memory_bytes)
        pause = max(min(room / _FASTEST_GROWTH, _MAX_PAUSE), (now - began) * 10)
        self._due = now + pause
        return self.last

    def _read(self, processes: Processes, folders: list[int]) -> Reading:
        files = sum(_used(folder) for folder in folders)
        pids = processes.pids()
        ticks = _ticks(processes.read(processes.collector, "stat"), children_only=True)[0]
        private = shared = tasks = alive = 0
        for pid in pids:
            spent, threads, dead = _ticks(processes.read(pid, "stat"), children_only=False)
            ticks += spent
            if dead:
                continue
            alive += 1
            tasks += threads
            pages = processes.read(pid, "statm").split()
            if len(pages) > 2:
                private += (int(pages[1]) - int(pages[2])) * _PAGE
                if int(pages[2]) * _PAGE > _SHARED_WORTH_A_LOOK:
                    shared += _kibibytes(_SHARED.search(processes.read(pid, "status")))
        memory = private + max(files, shared)
        if memory > self._limits.memory_bytes and alive > 1:
            memory = min(memory, _exact(processes, pids, files) or memory)
        if memory > self._limits.memory_bytes and alive > 1:
            # shares shift between processes that end while they are read: only a second look counts
            memory = min(memory, _exact(processes, pids, files) or memory)
        cpu = max(self.last.cpu_seconds, ticks / _TICK)
        return Reading(cpu, memory, alive, tasks)


def _exact(processes: Processes, pids: list[int], files: int) -> int:
    """Memory with pages that several processes share counted once; 0 when the kernel does not tell."""
    private = shared = 0
    for pid in pids:
        for name, value in _SHARES.findall(processes.read(pid, "smaps_rollup")):
            if name == b"Pss_Anon":
                private += int(value) << 10
            else:
                shared += int(value) << 10
    return private + max(files, shared) if private else 0


def _ticks(stat: bytes, *, children_only: bool) -> tuple[int, int, bool]:
    """Clock ticks spent (with those of reaped children), number of threads, whether it is a zombie."""
    fields = stat[stat.rfind(b")") + 2 :].split()
    if len(fields) < 18:
        return 0, 0, True
    own = 0 if children_only else int(fields[11]) + int(fields[12])
    return own + int(fields[13]) + int(fields[14]), int(fields[17]), fields[0] in (b"Z", b"X")


def _kibibytes(match: re.Match[bytes] | None) -> int:
    return int(match[1]) << 10 if match else 0


def _used(folder: int) -> int:
    try:
        facts = os.fstatvfs(folder)
    except OSError:
        return 0
    return (facts.f_blocks - facts.f_bfree) * facts.f_frsize
