"""Which package environments are in use, which may go, and how much disk they take.

A lock of the kernel on a file inside the environment says that it is in use: it is shared by any number of runs and
processes, and it ends with the process that took it, however that died.
"""

import fcntl
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

MARK = "in-use"
ORDER = "order.json"


class EnvironmentGone(Exception):
    """The environment was evicted between looking it up and holding it: look it up again, or build it."""


class Hold:
    """Keeps an environment from being evicted until `release`."""

    def __init__(self, holds: "Holds", folder: Path) -> None:
        self._holds: Holds | None = holds
        self._folder = folder

    def release(self) -> None:
        """Let go; further calls do nothing."""
        holds, self._holds = self._holds, None
        if holds is not None:
            holds.let_go(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class Holds:
    """The environments that this process holds: one descriptor each, however many runs use it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held: dict[Path, tuple[int, int]] = {}

    def take(self, folder: Path) -> Hold:
        """Hold the environment in `folder` and mark it as used now. Raises EnvironmentGone."""
        with self._guard:
            descriptor, count = self._held.get(folder, (-1, 0))
            if count == 0:
                descriptor = _shared_lock(folder)
            os.utime(descriptor)
            self._held[folder] = (descriptor, count + 1)
        return Hold(self, folder)

    def let_go(self, folder: Path) -> None:
        """End one hold; the last one closes the descriptor."""
        with self._guard:
            descriptor, count = self._held.pop(folder)
            if count > 1:
                self._held[folder] = (descriptor, count - 1)
            else:
                os.close(descriptor)


def least_recently_used(environments: Path, *, idle_for: float) -> list[Path]:
    """Folders of environments that nothing has touched for `idle_for` seconds, the longest unused first."""
    latest = time.time() - idle_for
    used: list[tuple[float, Path]] = []
    for folder in environments.iterdir():
        try:
            used.append(((folder / MARK).stat().st_mtime, folder))
        except FileNotFoundError:
            continue
    return [folder for when, folder in sorted(used) if when <= latest]


def remove_idle(folder: Path, staging: Path) -> bool:
    """Whether the environment was idle and is gone now. It disappears by a rename, under the exclusive lock."""
    try:
        with (folder / MARK).open("rb") as mark:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            grave = Path(tempfile.mkdtemp(prefix="evicted-", dir=staging))
            folder.rename(grave / folder.name)
    except (BlockingIOError, FileNotFoundError):
        return False
    shutil.rmtree(grave, ignore_errors=True)
    return True


def remove_stale(staging: Path, *, older_than: float) -> None:
    """Remove staging folders untouched for `older_than` seconds whose build does not live."""
    for folder in staging.iterdir() if staging.is_dir() else ():
        try:
            if time.time() - folder.stat().st_mtime < older_than:
                continue
            with (folder / ORDER).open("rb") as order:
                fcntl.flock(order, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        except FileNotFoundError:
            pass
        shutil.rmtree(folder, ignore_errors=True)


def disk_usage(root: Path) -> int:
    """Bytes that everything below `root` takes on disk, each file once however many names it has."""
    total = 0
    seen: set[tuple[int, int]] = set()
    pending = [str(root)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    state = entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    if (state.st_dev, state.st_ino) not in seen:
                        seen.add((state.st_dev, state.st_ino))
                        total += state.st_blocks * 512
        except FileNotFoundError:
            continue
    return total


def _shared_lock(folder: Path) -> int:
    path = folder / MARK
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise EnvironmentGone(folder.name) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
    except FileNotFoundError:
        pass
    os.close(descriptor)
    raise EnvironmentGone(folder.name)
