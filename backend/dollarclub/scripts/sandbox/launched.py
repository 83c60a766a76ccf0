"""The two tiers whose first process is our own launcher: namespaces with Landlock, and "off"."""

import marshal
import os
import py_compile
import resource
import shutil
import sys
from pathlib import Path
from typing import Any

from dollarclub.scripts.sandbox.child import Child
from dollarclub.scripts.sandbox.layout import (
    INSIDE_UID,
    all_mounts,
    give_writable,
    identity_files,
    reachable_by_all,
    run_uid,
)
from dollarclub.scripts.sandbox.limits import (
    data_limit,
    processes_are_counted_per_namespace,
    tasks_on_this_machine,
)
from dollarclub.scripts.sandbox.plumbing import Channels, memory_file, start
from dollarclub.scripts.sandbox.spec import (
    SCRATCH,
    SandboxSpec,
    SandboxUnavailable,
    TierReport,
    run_environment,
)

MARKER = "DOLLARCLUB_RUN"
_SEARCHED = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


def bare_python() -> str:
    """The interpreter outside any virtual environment, as an absolute path."""
    return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def prepare(runtime_dir: Path) -> Path:
    """Compile the launcher into `runtime_dir`, which saves 2 ms a start; the path of the result."""
    runtime_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    source = Path(__file__).with_name("launcher.py")
    target = runtime_dir / f"launcher-{sys.implementation.cache_tag}.pyc"
    py_compile.compile(str(source), cfile=str(target), doraise=True)
    return target


def find_unshare() -> dict[str, str]:
    """Paths of the programs of the landlock tier; raises SandboxUnavailable naming what is missing."""
    paths = {}
    for name in ("setpriv", "unshare"):
        path = shutil.which(name, path=_SEARCHED)
        if path is None:
            raise SandboxUnavailable(f"{name} is not installed: install the package util-linux")
        paths[name] = path
    return paths


class LandlockSandbox:
    """Namespaces through util-linux `unshare`, walls built by the launcher, Landlock where the kernel has it."""

    def __init__(self, report: TierReport, runtime_dir: Path, base: Path | None) -> None:
        self.report = report
        self._base = base
        self._programs = find_unshare()
        self._launcher = prepare(runtime_dir)
        self._root = runtime_dir / "root"
        self._root.mkdir(exist_ok=True)

    def spawn(self, spec: SandboxSpec) -> Child:
        """Start a run; from one long-lived thread only. Raises OSError when the machine is out of something."""
        as_root = self.report.as_root
        uid = run_uid(spec.slot, as_root=as_root)
        if as_root:
            give_writable(spec.writable, uid)
        mounts = all_mounts(spec)
        spare = 0 if as_root else 1  # the launcher itself, inside the same user namespace
        count = as_root or processes_are_counted_per_namespace()
        orders: dict[str, Any] = {
            **_common(spec, str(SCRATCH)),
            "namespaces": True,
            "network": spec.network,
            "root": str(self._root),
            "mounts": [(mount.kind, mount.source, mount.target) for mount in mounts],
            "system_files": identity_files(uid),
            "files": dict(spec.files),
            "scratch_bytes": spec.limits.scratch_bytes,
            "limits": _limits(spec, spec.limits.processes + spare if count else None),
            "user": uid if as_root else None,
            "landlock": self.report.landlock_abi,
            "writable": [str(SCRATCH), "/dev/shm", *map(str, spec.writable)],  # noqa: S108
        }
        words = [self._programs["setpriv"], "--pdeathsig", "KILL", "--", self._programs["unshare"]]
        words += ["--pid", "--mount", "--ipc", "--uts", "--fork", "--kill-child"]
        if not spec.network:
            words.append("--net")
        if not as_root:
            words += ["--user", f"--map-user={INSIDE_UID}", f"--map-group={INSIDE_UID}", "--keep-caps"]
        with Channels() as channels:
            return start(
                [*words, "--", *_launch(self._launcher, orders, channels)],
                channels,
                spec.limits,
                standard=(_null(channels), channels.stdout_in, channels.stderr_in),
                environment={},
                namespaced=True,
                base=self._base,
            )


class OffSandbox:
    """No walls: limits, a minimal environment, and an orderly end of everything that does not hide."""

    def __init__(self, report: TierReport, runtime_dir: Path, base: Path | None) -> None:
        self.report = report
        self._base = base
        self._launcher = prepare(runtime_dir)
        self._folder = runtime_dir / "runs"
        self._folder.mkdir(mode=0o711, exist_ok=True)
        for left in self._folder.iterdir():  # of workers that a power cut ended
            if not Path("/proc", left.name.partition("-")[0]).exists():
                shutil.rmtree(left, ignore_errors=True)

    def spawn(self, spec: SandboxSpec) -> Child:
        """Start a run; from one long-lived thread only. Raises OSError when the machine is out of something.

        RLIMIT_NPROC counts all processes of a user: where the run shares it, it only stops a bomb that the
        watchdog is too slow for.
        """
        token = os.urandom(12).hex()
        scratch = self._folder / f"{os.getpid()}-{token}"
        scratch.mkdir(mode=0o700)
        try:
            user = self._user(spec)
            for name, content in spec.files.items():
                (scratch / name).write_bytes(content)
            if user is not None:
                give_writable((*spec.writable, scratch, *scratch.iterdir()), user)
            return self._spawn(spec, scratch, token, user)
        except OSError:
            shutil.rmtree(scratch, ignore_errors=True)
            raise

    def _user(self, spec: SandboxSpec) -> int | None:
        """A user id of its own where root can give one and it would still find the interpreter."""
        places = (*spec.read_only, *spec.writable, self._folder)
        if not self.report.as_root or not all(map(reachable_by_all, places)):
            return None
        return run_uid(spec.slot, as_root=True)

    def _spawn(self, spec: SandboxSpec, scratch: Path, token: str, user: int | None) -> Child:
        orders = {
            **_common(spec, str(scratch)),
            "namespaces": False,
            "worker": os.getpid(),
            "limits": _limits(spec, spec.limits.processes + (0 if user else tasks_on_this_machine())),
            "user": user,
            "landlock": 0,
        }
        orders["environment"][MARKER] = token
        with Channels() as channels:
            return start(
                _launch(self._launcher, orders, channels),
                channels,
                spec.limits,
                standard=(_null(channels), channels.stdout_in, channels.stderr_in),
                environment={},
                namespaced=False,
                base=self._base,
                scratch=scratch,
                marker=f"{MARKER}={token}".encode(),
            )


def _common(spec: SandboxSpec, scratch: str) -> dict[str, Any]:
    return {"argv": list(spec.argv), "environment": run_environment(spec, scratch), "scratch": scratch}


def _limits(spec: SandboxSpec, processes: int | None) -> list[tuple[int, int]]:
    limits = spec.limits
    wanted = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_DATA, data_limit(limits)),
    ]
    if not spec.writable:
        wanted.append((resource.RLIMIT_FSIZE, limits.scratch_bytes))
    if limits.cpu_seconds:
        wanted.append((resource.RLIMIT_CPU, limits.cpu_seconds + 1))
    if processes is not None:
        wanted.append((resource.RLIMIT_NPROC, processes))
    return wanted


def _null(channels: Channels) -> int:
    return channels.hold(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))


def _launch(launcher: Path, orders: dict[str, Any], channels: Channels) -> list[str]:
    """The launcher's command line; its orders travel in memory, so that no secret is on a command line or disk."""
    complete = {**orders, "status": channels.status_copy()}
    descriptor = channels.keep(memory_file(marshal.dumps(complete)))
    return [bare_python(), "-I", "-S", str(launcher), str(descriptor)]
