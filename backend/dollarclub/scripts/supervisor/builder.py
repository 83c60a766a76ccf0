"""The build of a package environment as a process that the loop watches like a script.

It runs outside the sandbox because no third-party code runs in it: the installer takes wheels only.
"""

import os
import signal
import subprocess
import time
from contextlib import suppress

from dollarclub.scripts.environments import Build
from dollarclub.scripts.sandbox.spec import Exit, Usage


class BuildChild:
    """A build in a session of its own, ended as a group."""

    started = True
    failure: str | None = None

    def __init__(self, build: Build, *, seconds: float) -> None:
        self._process = subprocess.Popen(
            build.argv,
            env=build.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self.pid = self._process.pid
        self.pidfd = os.pidfd_open(self.pid)
        self.stdout = os.dup(self._process.stdout.fileno())
        self.stderr = os.dup(self._process.stderr.fileno())
        self._process.stdout.close()
        self._process.stderr.close()
        for descriptor in (self.stdout, self.stderr):
            os.set_blocking(descriptor, False)
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    def terminate(self) -> None:
        self.kill()

    def kill(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def poll(self) -> Exit | None:
        code = self._process.poll()
        if code is None:
            return None
        return Exit(signal=-code) if code < 0 else Exit(code=code)

    def gone(self) -> bool:
        """The group is empty; a killed member ends within moments."""
        if self.poll() is None:
            return False
        self._collect_orphans()
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return True
        self.kill()
        return False

    def _collect_orphans(self) -> None:
        """Members that outlived the first process are ours to collect where the worker is their reaper."""
        with suppress(ChildProcessError):
            while os.waitpid(-self.pid, os.WNOHANG)[0]:
                continue

    def sample(self) -> Usage:
        return Usage()

    def violation(self) -> str | None:
        if time.monotonic() > self._deadline:
            return f"The packages could not be installed within {self._seconds:.0f} s."
        return None

    def close(self) -> None:
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1
