"""One running sandbox as the supervisor sees it: signals, end, usage."""

import os
import select
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dollarclub.scripts.sandbox.accounting import Accounting
from dollarclub.scripts.sandbox.cgroup import Group
from dollarclub.scripts.sandbox.spec import Exit, Limits, Usage
from dollarclub.scripts.sandbox.status import StatusPipe
from dollarclub.scripts.sandbox.usage import marked_processes

_SILENT_SANDBOX = 2.0


@dataclass(frozen=True)
class Pipes:
    """Read ends, all non-blocking: what the script prints, and what the sandbox says about itself."""

    stdout: int
    stderr: int
    status: int


class Child:
    """A spawned run. Not thread safe: one thread owns it.

    `pid` and `pidfd` are the outermost process of the sandbox; it ends when the main process of the run has ended.
    `stdout` and `stderr` are non-blocking read ends; the caller closes them.
    `namespaced`: the run has a PID namespace, so that the end of its first process ends everything. Without one
    `marker` (`NAME=value` in the run's environment) finds what escaped, and `scratch` is a folder on disk.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        pipes: Pipes,
        limits: Limits,
        *,
        namespaced: bool,
        group: Group | None = None,
        scratch: Path | None = None,
        marker: bytes = b"",
    ) -> None:
        self.pid = process.pid
        self.pidfd = os.pidfd_open(process.pid)
        self.stdout = pipes.stdout
        self.stderr = pipes.stderr
        self._process = process
        self._status = StatusPipe(pipes.status)
        self._namespaced = namespaced
        self._group = group
        self._scratch = scratch
        self._marker = marker
        self._books = Accounting(limits, namespaced=namespaced, group=group, scratch=scratch)
        self._init_fd = -1
        self._init_gone = False
        self._killed_at: float | None = None
        self._ended_early = False
        self._exit: Exit | None = None

    @property
    def started(self) -> bool:
        """The walls stand and the program was executed."""
        self._listen()
        return self._status.started

    @property
    def failure(self) -> str | None:
        """Why the sandbox itself could not start, for the user; known once `poll` gave an exit."""
        if self._exit is None or self._status.started or self._killed_at is not None:
            return None
        return f"The sandbox could not start: {self._status.error or 'it ended without a word'}"

    def terminate(self) -> None:
        """SIGTERM to the main process and its process group; before the program runs, the end of everything."""
        self._listen()
        if self._exit is not None:
            return
        if not self._status.started and self._status.script is None:
            self._ended_early = True
            self.kill()
            return
        init = self._status.init or 0
        leader = self._status.script or init
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGTERM)
        with suppress(OSError):
            # a main process that made a process group of its own must hear of it too
            for pid in map(int, Path(f"/proc/{init}/task/{init}/children").read_text().split()):
                if os.getpgid(pid) != leader:
                    os.kill(pid, signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to everything the run started; ask `gone` until it is True."""
        if self._killed_at is None:
            self._killed_at = time.monotonic()
        self._listen()
        self._carry_out_kill()

    def _listen(self) -> None:
        self._status.read()
        if self._status.init is not None and self._namespaced and self._init_fd < 0 and not self._init_gone:
            try:
                self._init_fd = os.pidfd_open(self._status.init)
            except OSError:
                self._init_gone = True

    def _carry_out_kill(self) -> None:
        """Also called again and again until everything is gone: the first process may not be known at once."""
        if self._killed_at is None or self._exit is not None:
            return
        if self._init_fd >= 0:
            _signal(self._init_fd)
        elif not self._namespaced and self._status.init is not None:
            self._kill_descendants(self._status.init)
        elif time.monotonic() - self._killed_at > _SILENT_SANDBOX:
            _signal(self.pidfd)

    def _kill_descendants(self, launcher: int) -> None:
        """Without a namespace: the launcher above them collects what dies and then ends by itself."""
        processes = self._books.open(launcher)
        pids = processes.pids() if processes is not None else []
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not pids:
            _signal(self.pidfd, signal.SIGTERM)

    def poll(self) -> Exit | None:
        """How the main process ended, or None while it lives. Collects the ended process."""
        if self._exit is not None:
            return self._exit
        self._listen()
        self._carry_out_kill()
        try:
            pid, status, used = os.wait4(self.pid, os.WNOHANG)
        except ChildProcessError:
            self._process.returncode = -signal.SIGKILL
        else:
            if pid == 0:
                return None
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self._books.collected(used)
        self._listen()
        self._books.largest_process(self._status.peak_kibibytes)
        self._books.end()
        self._exit = self._outcome(self._process.returncode)
        self.gone()
        return self._exit

    def _outcome(self, code: int) -> Exit:
        if self._ended_early:
            return Exit(signal=signal.SIGTERM)
        if self._status.exit_status is not None:
            code = os.waitstatus_to_exitcode(self._status.exit_status)
        elif self._killed_at is not None:
            code = -signal.SIGKILL
        elif 128 < code < 128 + signal.NSIG:  # bubblewrap's way to tell a signal
            code = 128 - code
        return Exit(signal=-code) if code < 0 else Exit(code=code)

    def gone(self) -> bool:
        """Verified: the main process was collected and nothing it started is left."""
        if self.poll() is None:
            return False
        if self._group is not None and not self._group.empty():
            self._group.kill()
            return False
        if not self._namespaced:
            return self._nothing_escaped()
        if self._init_fd >= 0 and not self._init_gone:
            self._collect_init()
        return self._init_gone or self._init_fd < 0

    def _collect_init(self) -> None:
        """Process 1 of a namespace ends after all others; we inherit it when the one outside ended first."""
        try:
            pid, _, used = os.wait4(self._status.init or 0, os.WNOHANG)
        except ChildProcessError:
            self._init_gone = not _alive(self._init_fd)
        else:
            if pid:
                self._books.collected(used)
                self._books.largest_process(used.ru_maxrss)
                self._init_gone = True
        if not self._init_gone:
            _signal(self._init_fd)

    def _nothing_escaped(self) -> bool:
        """The launcher ends last when it ends by itself; a launcher that was killed leaves orphans to look for."""
        if self._status.exit_status is not None or not self._status.started:
            return True
        left = marked_processes(self._marker)
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        return not left

    def sample(self) -> Usage:
        """What the run uses now; after its end, the totals."""
        if self._exit is None:
            self._listen()
            self._carry_out_kill()
            if self._status.started and self._status.init is not None:
                self._books.take(self._status.init)
        return self._books.totals()

    def violation(self) -> str | None:
        """The limit that the run went over as a sentence, by the last sample; ask once more after its end."""
        return self._books.violation()

    def close(self) -> None:
        """Give everything back: descriptors but `stdout` and `stderr`, the scratch folder, the cgroup."""
        self._books.close()
        self._status.close()
        for descriptor in (self.pidfd, self._init_fd):
            if descriptor >= 0:
                os.close(descriptor)
        self.pidfd = self._init_fd = -1
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        if self._group is not None:
            self._group.remove()


def _signal(process: int, number: signal.Signals = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, number)


def _alive(process: int) -> bool:
    """Whether the process of a pidfd has not ended yet."""
    poller = select.poll()
    poller.register(process, select.POLLIN)
    return not poller.poll(0)
