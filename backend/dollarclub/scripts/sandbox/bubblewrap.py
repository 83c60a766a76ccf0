"""The strongest tier: bubblewrap builds the walls, small programs inside set identity and limits."""

import ctypes
import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dollarclub.scripts.sandbox.child import Child
from dollarclub.scripts.sandbox.layout import Mount, all_mounts, give_writable, identity_files, run_uid
from dollarclub.scripts.sandbox.limits import data_limit, processes_are_counted_per_namespace
from dollarclub.scripts.sandbox.plumbing import Channels, memory_file, start
from dollarclub.scripts.sandbox.spec import (
    SCRATCH,
    SandboxSpec,
    SandboxUnavailable,
    TierReport,
    run_environment,
)

_PR_SET_CHILD_SUBREAPER = 36
_NAME = b"\0--hostname\0script\0--die-with-parent\0"

# Runs inside, already as the run's user. Descriptors: 0 the run's stderr, 1 its stdout, 2 the status pipe. The
# variables arrive as V0, V1, … so that none of them (LD_PRELOAD, ENV) can touch a program before this point. A
# status line that nobody reads any more means the worker is dead: printf fails and the script is never run. Before
# that, process 1 must sleep: only then has it asked to die with the process outside.
_INNER = """\
[ -x "$1" ] || {{ echo "$1 is not there or may not be run" >&2; exit 126; }}
{limits}
echo 1000 >/proc/self/oom_score_adj
while read -r line </proc/1/stat; do case $line in *') S '*) break ;; esac; done
printf 'started\\n' >&2 || exit 1
exec 2>&0 </dev/null
{variables}
exec "$@"
"""
_SETPRIV = ("--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs")


@dataclass(frozen=True)
class Programs:
    """Absolute paths of what this tier runs; raises SandboxUnavailable naming what is missing."""

    bwrap: str
    setpriv: str
    can_forbid_namespaces: bool

    @classmethod
    def find(cls) -> "Programs":
        paths = {}
        for name, package in (("bwrap", "bubblewrap"), ("setpriv", "util-linux")):
            path = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
            if path is None:
                raise SandboxUnavailable(f"{name} is not installed: install the package {package}")
            paths[name] = path
        told = subprocess.run(
            [paths["bwrap"], "--help"], capture_output=True, text=True, timeout=10, check=False
        )
        return cls(paths["bwrap"], paths["setpriv"], "--disable-userns" in told.stdout)


class BubblewrapSandbox:
    """Spawns runs under bubblewrap. Makes this process a subreaper, to learn the exact CPU time of ended runs."""

    def __init__(self, report: TierReport, programs: Programs, base: Path | None) -> None:
        self.report = report
        self._programs = programs
        self._base = base
        self._as_root = report.as_root
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        end_orphans()

    def spawn(self, spec: SandboxSpec) -> Child:
        """Start a run; from one long-lived thread only. Raises OSError when the machine is out of something."""
        if self._as_root:
            give_writable(spec.writable, run_uid(spec.slot, as_root=True))
        with Channels() as channels:
            files: list[tuple[str, int]] = []
            system = identity_files(run_uid(spec.slot, as_root=self._as_root))
            inside = {str(SCRATCH / name): content for name, content in spec.files.items()}
            for path, content in {**system, **inside}.items():
                files.append((path, channels.keep(memory_file(content))))
            command = (
                self._programs.bwrap,
                *self._walls(spec, files),
                "--json-status-fd",
                str(channels.status_copy()),
            )
            command += ("--", *self._identity(spec), "/bin/sh", "-c", self._inner(spec), "sh", *spec.argv)
            variables = enumerate(run_environment(spec, str(SCRATCH)).values())
            return start(
                command,
                channels,
                spec.limits,
                standard=(channels.stderr_in, channels.stdout_in, channels.status_in),
                environment={f"V{number}": value for number, value in variables},
                namespaced=True,
                base=self._base,
            )

    def _walls(self, spec: SandboxSpec, files: list[tuple[str, int]]) -> list[str]:
        size = str(spec.limits.scratch_bytes)
        words = [
            "--unshare-pid",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--hostname",
            "script",
        ]
        words += ["--die-with-parent", "--new-session"]
        if not spec.network:
            words.append("--unshare-net")
        if not self._as_root:
            uid = str(run_uid(spec.slot, as_root=False))
            words += ["--unshare-user", "--uid", uid, "--gid", uid]
            if self._programs.can_forbid_namespaces:
                words.append("--disable-userns")
        for mount in all_mounts(spec):
            words += _mount(mount)
        words += [
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            "--perms",
            "1777",
            "--size",
            size,
            "--tmpfs",
            "/dev/shm",  # noqa: S108
        ]
        words += ["--remount-ro", "/dev"]
        words += ["--perms", "0777", "--size", size, "--tmpfs", str(SCRATCH)]
        for path, descriptor in files:
            words += ["--perms", "0644", "--file", str(descriptor), path]
        return [*words, "--remount-ro", "/", "--chdir", str(SCRATCH)]

    def _identity(self, spec: SandboxSpec) -> tuple[str, ...]:
        if not self._as_root:
            return ()
        uid = str(run_uid(spec.slot, as_root=True))
        return (self._programs.setpriv, "--reuid", uid, "--regid", uid, *_SETPRIV, "--")

    def _inner(self, spec: SandboxSpec) -> str:
        limits = spec.limits
        lines = ["ulimit -c 0", f"ulimit -n {limits.open_files}", f"ulimit -d {data_limit(limits) >> 10}"]
        if not spec.writable:
            lines.append(f"ulimit -f {limits.scratch_bytes // 512}")
        if limits.cpu_seconds:
            lines.append(f"ulimit -t {limits.cpu_seconds + 1}")
        if self._as_root or processes_are_counted_per_namespace():
            # one spare for bubblewrap's own process; dash has -p where bash has -u
            count = limits.processes + (0 if self._as_root else 1)
            lines.append(f"ulimit -u {count} 2>/dev/null || ulimit -p {count}")
        variables = [
            f'export {name}="$V{number}"; unset V{number}'
            for number, name in enumerate(run_environment(spec, str(SCRATCH)))
        ]
        return _INNER.format(limits="\n".join(lines), variables="\n".join(variables))


def end_orphans() -> None:
    """Kill sandboxes whose process outside is gone: a worker was killed in the millisecond in which one started.

    bubblewrap waits for ever there. The sandboxes of living workers have their process outside.
    """
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError, KeyError):
            command = Path("/proc", name, "cmdline").read_bytes()
            if _NAME not in command:
                continue
            lines = Path("/proc", name, "status").read_text().splitlines()
            facts = {key: value.split() for key, _, value in (line.partition(":") for line in lines)}
            outside = Path("/proc", facts["PPid"][0], "comm").read_text().strip()
            if facts["Name"] == ["bwrap"] and facts["NSpid"][1:] == ["1"] and outside != "bwrap":
                os.kill(int(name), signal.SIGKILL)


def _mount(mount: Mount) -> list[str]:
    match mount.kind:
        case "link":
            return ["--symlink", mount.source, mount.target]
        case "folder":
            return ["--perms", "0755", "--dir", mount.target]
        case "writable":
            return ["--bind", mount.source, mount.target]
        case "read_only":
            return ["--ro-bind", mount.source, mount.target]
