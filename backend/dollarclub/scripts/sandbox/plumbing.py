"""Descriptors between the worker and a sandbox that is about to start."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from dollarclub.scripts.sandbox.cgroup import Group
from dollarclub.scripts.sandbox.child import Child, Pipes
from dollarclub.scripts.sandbox.spec import Limits

_JOIN = 'echo 0 >"$0" && exec "$@"'


class Channels:
    """Pipes for stdout, stderr and status, and other descriptors to hand over; closed when the block ends.

    `release` keeps the three read ends for the caller.
    """

    def __init__(self) -> None:
        self._open: list[int] = []
        self.handed: list[int] = []
        self._ends: list[int] = []

    def __enter__(self) -> "Channels":
        try:
            self.stdout_in, self.stderr_in, self.status_in = self._pipe(), self._pipe(), self._pipe()
        except OSError:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for descriptor in (*self._open, *self._ends):
            os.close(descriptor)
        self._open.clear()
        self._ends.clear()

    def _pipe(self) -> int:
        reading, writing = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(reading, False)
        self._ends.append(reading)
        self._open.append(writing)
        return writing

    def hold(self, descriptor: int) -> int:
        """Close `descriptor` here when the sandbox has been started."""
        self._open.append(descriptor)
        return descriptor

    def keep(self, descriptor: int) -> int:
        """Hand `descriptor` to the sandbox and close it here afterwards."""
        self._open.append(descriptor)
        self.handed.append(descriptor)
        return descriptor

    def status_copy(self) -> int:
        """One more descriptor of the status pipe to hand over."""
        return self.keep(os.dup(self.status_in))

    def release(self) -> tuple[int, int, int]:
        """The read ends of stdout, stderr and status, now the caller's."""
        stdout, stderr, status = self._ends
        self._ends.clear()
        return stdout, stderr, status


def memory_file(content: bytes) -> int:
    """A descriptor of an unnamed file in memory that holds `content`, at its beginning."""
    descriptor = os.memfd_create("sandbox", os.MFD_CLOEXEC)
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def start(
    command: Sequence[str],
    channels: Channels,
    limits: Limits,
    *,
    standard: tuple[int, int, int],
    environment: Mapping[str, str],
    namespaced: bool,
    base: Path | None,
    scratch: Path | None = None,
    marker: bytes = b"",
) -> Child:
    """Run `command` as the outermost process of a run, in a cgroup of its own below `base` if there is one.

    `standard` are its descriptors 0, 1 and 2. Nothing is left behind when it raises OSError.
    """
    group = Group(base, os.urandom(8).hex(), limits) if base is not None else None
    joining = ("/bin/sh", "-c", _JOIN, str(group.path / "cgroup.procs")) if group is not None else ()
    try:
        process = subprocess.Popen(
            (*joining, *command),
            stdin=standard[0],
            stdout=standard[1],
            stderr=standard[2],
            env=environment,
            cwd="/",
            pass_fds=channels.handed,
            start_new_session=True,
        )
    except OSError:
        if group is not None:
            group.remove()
        raise
    pipes = Pipes(*channels.release())
    try:
        return Child(
            process, pipes, limits, namespaced=namespaced, group=group, scratch=scratch, marker=marker
        )
    except OSError:
        process.kill()
        process.wait()
        for descriptor in (pipes.stdout, pipes.stderr, pipes.status):
            os.close(descriptor)
        raise
