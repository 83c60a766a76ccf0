"""How the limits of a run translate to what the kernel offers."""

import os
from functools import lru_cache
from pathlib import Path

from dollarclub.scripts.sandbox.spec import Limits

_STACK = 8 << 20


def data_limit(limits: Limits) -> int:
    """RLIMIT_DATA of each process in bytes: a backstop behind the memory limit.

    It counts reserved memory too: every thread reserves a stack of 8 MiB that it hardly touches.
    """
    return limits.memory_bytes + limits.processes * _STACK + (256 << 20)


@lru_cache(maxsize=1)
def processes_are_counted_per_namespace() -> bool:
    """Since Linux 5.14 RLIMIT_NPROC counts within a user namespace; before, it counts all of a real user's."""
    major, minor = os.uname().release.split(".")[:2]
    return (int(major), int("".join(filter(str.isdigit, minor)) or 0)) >= (5, 14)


def tasks_on_this_machine() -> int:
    """Processes and threads that live now, of everybody."""
    return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])
