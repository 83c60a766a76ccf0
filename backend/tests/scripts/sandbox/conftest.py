"""Every tier that holds on this machine, as this user and, for root, as an ordinary one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dollarclub.scripts.sandbox.launched import bare_python
from dollarclub.scripts.sandbox.layout import reachable_by_all
from dollarclub.scripts.sandbox.probe import probe
from dollarclub.scripts.sandbox.spec import Tier
from tests.scripts.sandbox.stage import Stage

NOBODY = 65534
HERE = Path(__file__).parent
BACKEND = Path(__file__).parents[3]


@cache
def interpreter_for_others() -> tuple[str, Path] | None:
    """A Python that every user can run."""
    for python in (bare_python(), "/usr/bin/python3"):
        place = Path(python).resolve()
        if place.exists() and reachable_by_all(place):
            ask = "import sys; print(sys.base_prefix, sys.version_info >= (3, 11))"
            told = subprocess.run(
                [python, "-I", "-c", ask], capture_output=True, text=True, check=False
            ).stdout
            if told.endswith("True\n"):
                return str(place), Path(told.split()[0])
    return None


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """The driver and what it needs, where every user can read it."""
    folder = Path(tempfile.mkdtemp(prefix="sandbox-tests-"))
    folder.chmod(0o755)
    target = folder / "dollarclub" / "scripts" / "sandbox"
    shutil.copytree(
        BACKEND / "dollarclub" / "scripts" / "sandbox", target, ignore=shutil.ignore_patterns("*.pyc")
    )
    for package in (target.parent, target.parent.parent):
        (package / "__init__.py").touch()
    shutil.copy(HERE / "driver.py", folder)
    for place in folder.rglob("*"):
        place.chmod(0o755 if place.is_dir() else 0o644)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@cache
def reason_against(tier: Tier, runtime: Path) -> str:
    return probe(tier.value, runtime)[0].reason


USERS = ("this user", "ordinary user") if os.geteuid() == 0 else ("this user",)


@pytest.fixture(
    params=[(tier, user) for tier in Tier for user in USERS], ids=lambda value: f"{value[0]}-{value[1]}"
)
def stage(
    request: pytest.FixtureRequest, open_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Stage:
    tier, user = request.param
    uid = os.geteuid() if user == "this user" else NOBODY
    reason = reason_against(tier, tmp_path_factory.getbasetemp() / "probe")
    if reason:
        pytest.skip(f"{tier} does not hold on this machine: {reason}")
    python = interpreter_for_others()
    if python is None:
        pytest.skip("no Python on this machine that every user can run")
    folder = open_folder / str(uid)
    if not folder.exists():
        folder.mkdir()
        for name in ("driver.py", "dollarclub"):
            (folder / name).symlink_to(open_folder / name)
        (folder / "runtime").mkdir(mode=0o711)
        os.chown(folder / "runtime", uid, uid)
        secret = folder / "secret.txt"
        secret.write_text("of another user")
    return Stage(tier, folder, uid, *python)
