"""A run in a cgroup of its own, on the real file system of the kernel."""

import os
import secrets
import select
from collections.abc import Iterator
from pathlib import Path

import pytest

from dollarclub.scripts.sandbox.bubblewrap import BubblewrapSandbox, Programs
from dollarclub.scripts.sandbox.cgroup import delegated_base, own_group
from dollarclub.scripts.sandbox.launched import LandlockSandbox, OffSandbox, bare_python
from dollarclub.scripts.sandbox.probe import Sandbox, probe
from dollarclub.scripts.sandbox.spec import Limits, SandboxSpec, Tier, TierReport
from tests.scripts.sandbox.stage import until


@pytest.fixture
def base() -> Iterator[Path]:
    own = own_group()
    if own is None:
        pytest.skip("no cgroup version 2 on this machine")
    folder = own / f"test-{secrets.token_hex(4)}"
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"this user may not make cgroups: {error}")
    yield folder
    folder.rmdir()


def sandbox(tier: Tier, runtime: Path, base: Path) -> Sandbox:
    (found,) = probe(tier.value, runtime)
    if not found.holds:
        pytest.skip(found.reason)
    report = TierReport(tier, True, "", (), "cgroup", os.geteuid() == 0, found.landlock_abi)
    if tier is Tier.bubblewrap:
        return BubblewrapSandbox(report, Programs.find(), base)
    return (LandlockSandbox if tier is Tier.landlock else OffSandbox)(report, runtime, base)


@pytest.mark.parametrize("tier", list(Tier))
def test_a_run_lives_and_dies_in_its_group(tier: Tier, base: Path, tmp_path: Path) -> None:
    script = b"import os, time\nos.fork() or os.setsid()\nprint('ready')\nwhile True: pass\n"
    child = sandbox(tier, tmp_path, base).spawn(
        SandboxSpec(
            argv=(bare_python(), "-I", "-u", "script.py"),
            files={"script.py": script},
            read_only=(Path(bare_python()).parent.parent,),
            environment={},
            network=True,
            limits=Limits(),
            slot=1,
        )
    )
    try:
        assert select.select([child.stdout], [], [], 10)[0]
        (group,) = [entry for entry in base.iterdir() if entry.is_dir()]
        members = set(map(int, (group / "cgroup.procs").read_text().split()))
        assert child.pid in members
        assert len(members) >= 3
        assert until(lambda: child.sample().cpu_seconds > 0.1)
        child.kill()
        assert until(child.gone, 2)
        assert not any(Path(f"/proc/{pid}").exists() for pid in members)
    finally:
        child.kill()
        until(child.gone, 2)
        os.close(child.stdout)
        os.close(child.stderr)
        child.close()
    assert not group.exists()


def test_without_delegation_this_process_stays_where_it_is() -> None:
    before = Path("/proc/self/cgroup").read_text()
    if delegated_base() is not None:
        pytest.skip("systemd gave this process a part of the tree")
    assert Path("/proc/self/cgroup").read_text() == before
