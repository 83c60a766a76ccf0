"""Which tier is chosen, what is said about it, and what a run may not ask for."""

import os
from pathlib import Path

import pytest

from dollarclub.scripts.sandbox import probe as probing
from dollarclub.scripts.sandbox.layout import all_mounts
from dollarclub.scripts.sandbox.promises import promises
from dollarclub.scripts.sandbox.spec import Limits, SandboxSpec, SandboxUnavailable, Tier
from dollarclub.scripts.sandbox.status import StatusPipe


def spec(**fields: object) -> SandboxSpec:
    complete = {
        "argv": ("/usr/bin/python3", "script.py"),
        "files": {"script.py": b""},
        "read_only": (),
        "environment": {},
        "network": True,
        "limits": Limits(),
        "slot": 0,
    }
    return SandboxSpec(**{**complete, **fields})  # type: ignore[arg-type]


def test_auto_tries_the_tiers_strongest_first_and_never_off(tmp_path: Path) -> None:
    reports = probing.probe("auto", tmp_path)
    assert [report.tier for report in reports] == ["bubblewrap", "landlock", "off"]
    assert not reports[-1].holds
    assert all(report.promises for report in reports)
    assert all(bool(report.reason) != report.holds for report in reports)
    strongest = next((report for report in reports if report.holds), None)
    if strongest is None:
        with pytest.raises(SandboxUnavailable, match="SANDBOX=off"):
            probing.choose("auto", tmp_path)
    else:
        assert probing.choose("auto", tmp_path).report == strongest


def test_off_is_taken_when_asked_for(tmp_path: Path) -> None:
    report = probing.choose("off", tmp_path).report
    assert report.tier is Tier.off
    assert "no walls" in report.promises[0]


def test_off_promises_no_isolation() -> None:
    said = " ".join(promises(Tier.off, as_root=True, limits_by="watchdog", landlock_abi=0))
    assert "no walls" in said
    assert "Network off means" not in said


def test_a_kernel_without_landlock_is_told() -> None:
    said = promises(Tier.landlock, as_root=False, limits_by="watchdog", landlock_abi=0)
    assert any("no Landlock" in sentence for sentence in said)
    assert any("abstract sockets" in sentence for sentence in said)


@pytest.mark.parametrize(
    "fields",
    [
        {"argv": ()},
        {"argv": ("python3",)},
        {"argv": ("/usr/bin/python3", "a\0b")},
        {"slot": -1},
        {"slot": 65_000},
        {"files": {"../evil.py": b""}},
        {"files": {"": b""}},
        {"files": {"..": b""}},
        {"environment": {"A=B": "x"}},
        {"environment": {"A; reboot": "x"}},
        {"environment": {"A": "x\0y"}},
        {"read_only": (Path("relative"),)},
        {"read_only": (Path("/usr/../etc"),)},
        {"writable": (Path("relative"),)},
    ],
)
def test_what_cannot_be_carried_out_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        spec(**fields)


def test_a_folder_below_tmp_keeps_its_place() -> None:
    plain = {mount.target: mount.kind for mount in all_mounts(spec())}
    below = {mount.target: mount.kind for mount in all_mounts(spec(read_only=(Path("/tmp/environment"),)))}
    assert plain["/tmp"] == "link"
    assert (below["/tmp"], below["/tmp/environment"]) == ("folder", "read_only")


def test_a_running_script_cannot_name_another_process_to_be_killed() -> None:
    reading, writing = os.pipe2(os.O_NONBLOCK)
    status = StatusPipe(reading)
    os.write(writing, b'{ "child-pid": 41 }\nsta')
    status.read()
    assert (status.init, status.started) == (41, False)
    os.write(writing, b'rted\ninit 1\nscript 1\n{ "child-pid": 1 }\nexit 0\n')
    status.read()
    assert (status.init, status.script, status.started, status.exit_status) == (41, None, True, 0)
    status.close()
    os.close(writing)
