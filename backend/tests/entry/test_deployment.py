"""What systemd and compose start is what `dollarclub up` starts."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from dollarclub.core.settings import Settings
from dollarclub.entry.local.paper import EmbeddedPaper
from dollarclub.entry.local.programs import Program, process_table

ROOT = Path(__file__).resolve().parents[3]
DEPLOYMENT = ROOT / "deployment"
PROGRAMS = {program.name: program for program in process_table(Settings())}


def essence(words: list[str]) -> list[str]:
    """A command without what differs by place: the interpreter, paths, the log level."""
    words = [word for word in words if not word.startswith(("--loglevel", "/"))]
    return [word for word in words if word not in ("python", "-m")]


def expected(program: Program) -> list[str]:
    return essence(list(program.command[1:]))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_unit_starts_the_same_program_and_waits_long_enough(name: str) -> None:
    text = (DEPLOYMENT / "systemd" / f"dollarclub-{name}.service").read_text()
    command = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)[0].replace("%%", "%")
    assert essence(shlex.split(command)) == expected(PROGRAMS[name])
    assert int(re.findall(r"^TimeoutStopSec=(\d+)$", text, re.MULTILINE)[0]) > PROGRAMS[name].grace


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_container_starts_the_same_program(name: str) -> None:
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"][name]
    image = re.findall(r"^CMD (.*)$", (DEPLOYMENT / "docker" / "Dockerfile").read_text(), re.MULTILINE)[0]
    command = service.get("command") or yaml.safe_load(image)
    wanted = expected(PROGRAMS[name])
    assert [word for word in essence(command) if not word.startswith("/data")] == wanted


UNITS = sorted(path.stem for path in (DEPLOYMENT / "systemd").glob("*.service"))
LASTING = [unit for unit in UNITS if unit != "dollarclub-backup"]


def test_the_target_and_the_deployment_start_every_unit() -> None:
    target = (DEPLOYMENT / "systemd" / "dollarclub.target").read_text()
    wanted = [name for line in re.findall(r"^Wants=(.*)$", target, re.MULTILINE) for name in line.split()]
    assert sorted(wanted) == [f"{unit}.service" for unit in LASTING]
    assert {unit.removeprefix("dollarclub-") for unit in LASTING} >= {*PROGRAMS, "paper"}
    script = (DEPLOYMENT / "deploy.sh").read_text().replace("\\\n", " ")
    restarted = re.findall(r"^run systemctl restart (dollarclub.*)$", script, re.MULTILINE)[0]
    assert sorted(restarted.split()) == LASTING


def test_the_paper_exchange_is_started_the_same_way_everywhere(tmp_path: Path) -> None:
    own = EmbeddedPaper(tmp_path / "paper", tmp_path / "ports.json", "token").command()
    unit = (DEPLOYMENT / "systemd" / "dollarclub-paper.service").read_text()
    service = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["paper"]
    commands = [
        list(own),
        shlex.split(re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)[0]),
        service["command"],
    ]
    for command in commands:
        start = command.index("paper_exchange")
        assert command[start : start + 3] == ["paper_exchange", "serve", "--data"]
        assert {"--port", "--admin-port"} <= set(command)
    assert "PAPER_ADMIN_TOKEN" in service["environment"]


@pytest.mark.parametrize("script", ["deploy.sh", "backup.sh", "restore.sh"])
def test_the_scripts_are_sound(script: str) -> None:
    assert subprocess.run(["bash", "-n", DEPLOYMENT / script], check=False).returncode == 0


def test_a_dry_run_of_the_deployment_changes_nothing() -> None:
    done = subprocess.run(
        [DEPLOYMENT / "deploy.sh", "--dry-run", "--domain", "trade.example.org"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "systemctl restart" in done.stdout
    assert not Path("/etc/dollarclub").exists() or "write /etc/dollarclub" not in done.stdout
