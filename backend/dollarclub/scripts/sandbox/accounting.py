"""What a run has used and whether it went over a limit, from whatever the tier and the kernel can tell."""

import os
import resource
import time
from contextlib import suppress
from pathlib import Path

from dollarclub.scripts.sandbox.cgroup import Group
from dollarclub.scripts.sandbox.spec import SCRATCH, Limits, Usage
from dollarclub.scripts.sandbox.usage import DescendantProcesses, Meter, NamespaceProcesses, Processes

_FOLDER_PAUSE = 1.0
_FOLDER_ENTRIES = 20_000


class Accounting:
    """The books of one run. `scratch` only where the scratch folder is on disk and nothing else caps it."""

    def __init__(
        self, limits: Limits, *, namespaced: bool, group: Group | None, scratch: Path | None
    ) -> None:
        self._limits = limits
        self._namespaced = namespaced
        self._group = group
        self._scratch = scratch
        self._scratch_due = 0.0
        self._scratch_bytes = 0
        self._meter = Meter(limits)
        self._processes: Processes | None = None
        self._folders: list[int] = []
        self._collected_cpu = 0.0
        self._largest_process = 0
        self._ended = False

    def open(self, init: int) -> Processes | None:
        """The processes of the run, once its own /proc stands."""
        if self._processes is None:
            try:
                self._processes = NamespaceProcesses(init) if self._namespaced else DescendantProcesses(init)
            except OSError:
                return None
            if self._namespaced:
                for folder in (str(SCRATCH), "/dev/shm"):  # noqa: S108
                    with suppress(OSError):
                        flags = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
                        self._folders.append(os.open(f"/proc/{init}/root{folder}", flags))
        return self._processes

    def take(self, init: int) -> None:
        """A reading, if one is due."""
        processes = self.open(init)
        if processes is not None:
            with suppress(OSError):
                self._meter.take(processes, self._folders)
        if self._scratch is not None and time.monotonic() >= self._scratch_due:
            began = time.monotonic()
            self._scratch_bytes = _size(self._scratch)
            now = time.monotonic()
            self._scratch_due = now + max(_FOLDER_PAUSE, (now - began) * 20)

    def collected(self, used: resource.struct_rusage) -> None:
        """Add the exact CPU time of a process that was waited for, its own children included."""
        self._collected_cpu += used.ru_utime + used.ru_stime

    def largest_process(self, kibibytes: int) -> None:
        """The kernel's high-water mark of the largest single process."""
        self._largest_process = max(self._largest_process, kibibytes << 10)

    def end(self) -> None:
        """The run is over: totals from now on."""
        self._ended = True

    def totals(self) -> Usage:
        last = self._meter.last
        alive = 0 if self._ended else last.processes
        peak = max(self._meter.peak, self._largest_process)
        if self._group is not None:
            usage = self._group.usage()
            return Usage(usage.cpu_seconds, usage.memory_bytes, usage.peak_memory_bytes or peak, alive)
        if self._ended:
            return Usage(max(self._collected_cpu, last.cpu_seconds), 0, peak, 0)
        return Usage(last.cpu_seconds, last.memory_bytes, peak, alive)

    def violation(self) -> str | None:
        """The limit that was gone over, as a sentence for the user."""
        limits, last = self._limits, self._meter.last
        if self._group is not None and self._group.memory_ran_out():
            return f"It used more than the allowed {_amount(limits.memory_bytes)} of memory."
        if self._group is None and last.memory_bytes > limits.memory_bytes:
            used = _amount(last.memory_bytes)
            return f"It used {used} of memory; {_amount(limits.memory_bytes)} are allowed."
        if last.tasks > limits.processes:
            return f"It had {last.tasks} processes and threads; {limits.processes} are allowed."
        if self._scratch_bytes > limits.scratch_bytes:
            used = _amount(self._scratch_bytes)
            return f"It wrote {used} to its folder; {_amount(limits.scratch_bytes)} are allowed."
        if limits.cpu_seconds and self.totals().cpu_seconds >= limits.cpu_seconds:
            return f"It used more than the allowed {limits.cpu_seconds} seconds of CPU time."
        return None

    def close(self) -> None:
        if self._processes is not None:
            self._processes.close()
            self._processes = None
        for folder in self._folders:
            os.close(folder)
        self._folders.clear()


def _amount(count: int) -> str:
    return f"{count / (1 << 30):.1f} GiB" if count >= 1 << 30 else f"{count / (1 << 20):.0f} MiB"


def _size(folder: Path) -> int:
    """Bytes on disk below `folder`, of its first 20,000 entries."""
    total = seen = 0
    waiting = [str(folder)]
    while waiting and seen < _FOLDER_ENTRIES:
        with suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                seen += 1
                with suppress(OSError):
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
    return total
