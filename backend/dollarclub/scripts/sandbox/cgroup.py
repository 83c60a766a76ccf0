"""One cgroup (version 2) per run, where this process was given a part of the tree to manage."""

import errno
import os
from contextlib import suppress
from pathlib import Path

from dollarclub.scripts.sandbox.spec import Limits, Usage

_NEEDED = {"memory", "pids"}
_OWN_PROCESSES = 3  # what a sandbox adds to the script's own


def delegated_base() -> Path | None:
    """The folder in which groups for runs may be made with limits, or None.

    Only where systemd says so (`Delegate=yes`): the process moves itself into a group of its own beside the runs,
    because the kernel allows limits only below a group without processes.
    """
    base = own_group()
    if base is None or not _is_delegated(base):
        return None
    try:
        if not set((base / "cgroup.controllers").read_text().split()) >= _NEEDED:
            return None
        own = base / "worker"
        own.mkdir(exist_ok=True)
        for pid in (base / "cgroup.procs").read_text().split():
            (own / "cgroup.procs").write_text(pid)
        (base / "cgroup.subtree_control").write_text(" ".join(f"+{name}" for name in sorted(_NEEDED)))
    except OSError:
        return None
    return base


def own_group() -> Path | None:
    """The folder of the version 2 group that this process is in, or None."""
    place = ""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        if line.startswith("0::"):
            place = line[3:]
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if place and after.startswith("cgroup2 "):
            folder = Path(before.split()[4] + place)
            # a worker that was restarted in place is already in its own group
            return folder.parent if folder.name == "worker" else folder
    return None


def _is_delegated(folder: Path) -> bool:
    for name in ("user.delegate", "trusted.delegate"):
        with suppress(OSError):
            if os.getxattr(folder, name).rstrip(b"\0") == b"1":
                return True
    return False


class Group:
    """The group of one run: limits, counters, and an end that nothing escapes."""

    def __init__(self, base: Path, name: str, limits: Limits) -> None:
        self.path = base / f"run-{name}"
        self.path.mkdir()
        try:
            self._set("memory.max", limits.memory_bytes)
            self._set("memory.swap.max", 0)
            self._set("memory.oom.group", 1)
            self._set("pids.max", limits.processes + _OWN_PROCESSES)
        except OSError:
            self.remove()
            raise

    def kill(self) -> None:
        """Kill every process in it at once (Linux 5.14), or one by one."""
        try:
            (self.path / "cgroup.kill").write_text("1")
        except OSError:
            for pid in self._read("cgroup.procs").split():
                with suppress(ProcessLookupError):
                    os.kill(int(pid), 9)

    def empty(self) -> bool:
        return "populated 1" not in self._read("cgroup.events")

    def usage(self) -> Usage:
        """Exact CPU time and memory (no count of processes); the peak needs Linux 5.19 and is 0 before."""
        cpu = self._number("cpu.stat", "usage_usec") / 1e6
        peak = self._read("memory.peak")
        return Usage(cpu, int(self._read("memory.current") or 0), int(peak or 0))

    def memory_ran_out(self) -> bool:
        return self._number("memory.events", "oom_kill") > 0

    def remove(self) -> None:
        try:
            self.path.rmdir()
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EBUSY):
                raise

    def _set(self, name: str, value: int) -> None:
        """Where the kernel has no such file the limit does not exist; every other refusal is an error."""
        with suppress(FileNotFoundError), open(self.path / name, "r+") as file:
            file.write(str(value))

    def _read(self, name: str) -> str:
        try:
            return (self.path / name).read_text()
        except OSError:
            return ""

    def _number(self, name: str, key: str) -> int:
        for line in self._read(name).splitlines():
            if line.startswith(key + " "):
                return int(line.split()[1])
        return 0
