"""Which tiers work on this machine, found by running a small script in each."""

import ctypes
import os
import select
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from dollarclub.scripts.sandbox.bubblewrap import BubblewrapSandbox, Programs
from dollarclub.scripts.sandbox.cgroup import delegated_base
from dollarclub.scripts.sandbox.child import Child
from dollarclub.scripts.sandbox.launched import LandlockSandbox, OffSandbox, bare_python
from dollarclub.scripts.sandbox.promises import promises
from dollarclub.scripts.sandbox.spec import (
    SLOTS,
    Limits,
    LimitsBy,
    SandboxSpec,
    SandboxUnavailable,
    Tier,
    TierReport,
    Wanted,
)

_PATIENCE = 15.0
_SYS_LANDLOCK_CREATE_RULESET = 444

# Leaves a daemon behind on purpose and says what it could do.
_SCRIPT = """
import os, sys, time
outside, namespaced = sys.argv[1], sys.argv[2] == "1"
if os.fork() == 0:
    os.setsid()
    time.sleep(600)
open("mine", "w").close()
problems = []
if namespaced:
    if os.getpid() > 9:
        problems.append("it sees the machine's processes")
    if os.path.exists(outside):
        problems.append("it sees the machine's files")
    for place in ("/", "/usr", "/etc", "/dev"):
        if os.access(place, os.W_OK):
            problems.append("it can write to " + place)
print("; ".join(problems) or "contained", flush=True)
"""


class Sandbox(Protocol):
    """A tier that holds."""

    report: TierReport

    def spawn(self, spec: SandboxSpec) -> Child:
        """Start a run in a few milliseconds.

        From one long-lived thread only: the kernel ends the run when the *thread* that started it ends. Raises
        OSError when the machine is out of processes, files or memory.
        """
        ...


def landlock_abi() -> int:
    """The version of Landlock in this kernel, 0 without one that is of use.

    Version 1 (before Linux 5.19) forbids to move a file between folders, which breaks ordinary programs.
    """
    result: int = ctypes.CDLL(None).syscall(_SYS_LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    return result if result >= 2 else 0


def probe(wanted: Wanted, runtime_dir: Path) -> tuple[TierReport, ...]:
    """What each tier is worth here, strongest first: all three for "auto", else the one.

    `runtime_dir` is made if needed, belongs to this process and is on a disk that may execute nothing.
    """
    return tuple(report for report, _ in _examine(wanted, runtime_dir))


def choose(wanted: Wanted, runtime_dir: Path) -> Sandbox:
    """The strongest tier that holds. Raises SandboxUnavailable with what to do when there is none."""
    examined = _examine(wanted, runtime_dir)
    for _, sandbox in examined:
        if sandbox is not None:
            return sandbox
    reasons = "; ".join(
        f"{report.tier}: {report.reason}" for report, _ in examined if report.tier is not Tier.off
    )
    raise SandboxUnavailable(
        f"Scripts cannot be run contained on this machine. {reasons}. SANDBOX=off runs them without walls."
    )


def _examine(wanted: Wanted, runtime_dir: Path) -> list[tuple[TierReport, Sandbox | None]]:
    runtime_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    base = delegated_base()
    tiers = list(Tier) if wanted == "auto" else [Tier(wanted)]
    return [_examine_tier(tier, wanted, runtime_dir, base) for tier in tiers]


def _examine_tier(
    tier: Tier, wanted: Wanted, runtime_dir: Path, base: Path | None
) -> tuple[TierReport, Sandbox | None]:
    as_root = os.geteuid() == 0
    abi = landlock_abi() if tier is Tier.landlock else 0
    limits_by: LimitsBy = "cgroup" if base is not None else "watchdog"
    said = promises(tier, as_root=as_root, limits_by=limits_by, landlock_abi=abi)
    report = TierReport(tier, True, "", said, limits_by, as_root, abi)
    build: dict[Tier, Callable[[], Sandbox]] = {
        Tier.bubblewrap: lambda: BubblewrapSandbox(report, Programs.find(), base),
        Tier.landlock: lambda: LandlockSandbox(report, runtime_dir, base),
        Tier.off: lambda: OffSandbox(report, runtime_dir, base),
    }
    if tier is Tier.off and wanted != "off":
        return replace(report, holds=False, reason="only used when SANDBOX=off says so"), None
    try:
        sandbox = build[tier]()
        _try(sandbox, runtime_dir)
    except (SandboxUnavailable, OSError) as error:
        return replace(report, holds=False, reason=str(error)), None
    return report, sandbox


def _try(sandbox: Sandbox, runtime_dir: Path) -> None:
    """Run the probe's script; raises SandboxUnavailable when the tier does not do what it promises."""
    outside = runtime_dir / "outside"
    outside.touch(mode=0o644)
    namespaced = sandbox.report.tier is not Tier.off
    child = sandbox.spawn(
        SandboxSpec(
            argv=(bare_python(), "-I", "-S", "probe.py", str(outside), "1" if namespaced else "0"),
            files={"probe.py": _SCRIPT.encode()},
            read_only=(Path(os.path.realpath(sys.base_prefix)),),
            environment={"PATH": "/usr/bin:/bin"},
            network=False,
            limits=Limits(scratch_bytes=1 << 20, processes=16, open_files=64),
            slot=SLOTS - 1,
        )
    )
    try:
        verdict = _watch(child)
    finally:
        os.close(child.stdout)
        os.close(child.stderr)
        child.close()
    if verdict != "contained":
        raise SandboxUnavailable(_advice(verdict))


def _watch(child: Child) -> str:
    """What the script said, or why it could not."""
    deadline = time.monotonic() + _PATIENCE
    poller = select.poll()
    poller.register(child.pidfd, select.POLLIN)
    poller.poll(_PATIENCE * 1000)
    if child.poll() is None:
        child.kill()
    while not child.gone():
        if time.monotonic() > deadline:
            return "its processes could not be ended"
        time.sleep(0.001)
    said = _read(child.stdout).strip()
    return said or child.failure or _read(child.stderr).strip()[-300:] or "the test script was not run"


def _read(pipe: int) -> str:
    with suppress(BlockingIOError):
        return os.read(pipe, 65536).decode(errors="replace")
    return ""


def _advice(problem: str) -> str:
    """The problem as one line, with what to do where it is known."""
    line = " ".join(problem.split())
    if os.geteuid() != 0:
        switches = (
            ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "0"),
            ("/proc/sys/kernel/unprivileged_userns_clone", "0", "1"),
            ("/proc/sys/user/max_user_namespaces", "0", "15000"),
        )
        for file, bad, good in switches:
            with suppress(OSError):
                if Path(file).read_text().strip() == bad:
                    name = file.removeprefix("/proc/sys/").replace("/", ".")
                    return f"{line} (ordinary users may not make namespaces: sudo sysctl -w {name}={good})"
    if "setres" in line or "Invalid argument" in line:
        return f"{line} (this root cannot give user ids, as in a rootless container: use an ordinary user)"
    if "proc" in line and ("ount" in line or "permitted" in line):
        return f"{line} (in a container: allow it to mount /proc, see docs/sandbox.md)"
    return line
