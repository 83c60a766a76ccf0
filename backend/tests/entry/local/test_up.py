"""The whole platform as a person starts and stops it: real processes, real signals."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dollarclub.entry.local import procfs
from dollarclub.entry.local.instance import MARKER

ROOT = Path(__file__).resolve().parents[4]
PATIENCE = 60.0


def wait_for(condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The first true value of `condition`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Platform:
    """A data folder, a port and what runs on them."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def command(self, *words: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
        return subprocess.Popen(
            [sys.executable, "-m", "dollarclub.entry.cli", *words, "--json"],
            env={**kept, "DATA_DIR": str(self.data), "PORT": str(self.port)},
            cwd=ROOT / "backend",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start(self) -> dict[str, Any]:
        self.process = self.command("up")
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        facts: dict[str, Any] = json.loads(line)
        return facts

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE)
        return self.process.returncode

    def processes(self) -> list[int]:
        """Everything of this installation; the servers write their title over their environment."""
        entry = f"{MARKER}={self.data}".encode()
        servers = (("postgres", self.data / "postgres" / "cluster"), ("valkey-server", self.data / "redis"))
        return [
            pid
            for pid in procfs.pids()
            if procfs.has_environment(pid, entry)
            or any(procfs.executable_in(pid, name=name, folder=folder) for name, folder in servers)
        ]

    def pids_of(self, *words: str) -> list[int]:
        return [pid for pid in self.processes() if all(word.encode() in _command_line(pid) for word in words)]

    def health(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/api/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False


def _command_line(pid: int) -> bytes:
    try:
        return (procfs.PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    started = Platform(tmp_path / "data")
    yield started
    end(started)


def end(platform: Platform) -> None:
    """Away with all of it, however the test went."""
    if platform.process is not None and platform.process.poll() is None:
        platform.process.kill()
        platform.process.communicate()
    procfs.end(platform.processes, steps=[(signal.SIGKILL, 10)])


def test_a_second_start_and_a_taken_port_are_refused_in_one_line(platform: Platform, tmp_path: Path) -> None:
    facts = platform.start()
    assert facts["url"] == f"http://127.0.0.1:{platform.port}"
    assert facts["setup_code"]
    assert platform.process is not None
    again = platform.command("up")
    message = json.loads(again.communicate(timeout=PATIENCE)[1])["message"]
    assert again.returncode == 1
    assert str(platform.process.pid) in message
    neighbour = Platform(tmp_path / "other")
    neighbour.port = platform.port
    refused = neighbour.command("up")
    message = json.loads(refused.communicate(timeout=PATIENCE)[1])["message"]
    assert refused.returncode == 1
    assert str(platform.port) in message
    assert neighbour.processes() == []


def test_two_installations_run_side_by_side(platform: Platform, tmp_path: Path) -> None:
    other = Platform(tmp_path / "other")
    try:
        assert platform.start()["data_dir"] != other.start()["data_dir"]
        assert other.health()
        assert other.stop(signal.SIGTERM) == 0
        assert other.processes() == []
        assert platform.health()
    finally:
        end(other)


@pytest.mark.timeout(240)
def test_whatever_is_killed_comes_back(platform: Platform) -> None:
    platform.start()
    for words in (
        ("dollarclub.entry.serve",),
        ("celery", "--pidfile="),
        ("celery", "scripts@"),
        ("celery", "default@"),
        ("celery", "trading@"),
        ("paper_exchange", "--admin-port"),
        ("valkey-server",),
        ("bin/postgres", "-D"),
    ):
        before = wait_for(lambda words=words: platform.pids_of(*words))
        os.kill(before[0], signal.SIGKILL)
        wait_for(lambda words=words, before=before: set(platform.pids_of(*words)) - set(before))
    wait_for(platform.health)
    assert platform.stop() == 0
    assert platform.processes() == []


def test_the_paper_exchange_keeps_its_address_and_what_is_in_it(platform: Platform) -> None:
    platform.start()
    asked = paper_settings(platform)
    with httpx.Client(base_url=asked["PAPER_ADMIN_URL"], trust_env=False) as admin:
        admin.headers["Authorization"] = f"Bearer {asked['PAPER_ADMIN_TOKEN']}"
        wait_for(lambda: answers(admin, "/status"))
        assert admin.post("/accounts", json={"name": "ann", "futures": "5"}).status_code == 201
        os.kill(platform.pids_of("paper_exchange", "--admin-port")[0], signal.SIGKILL)
        wait_for(lambda: answers(admin, "/accounts/ann"))
        assert platform.stop() == 0
        assert platform.processes() == []
        platform.start()
        assert paper_settings(platform) == asked
        wait_for(lambda: answers(admin, "/accounts/ann"))
    assert stopped_last(platform, 3) == ["paper", "redis", "postgres"]


def paper_settings(platform: Platform) -> dict[str, str]:
    """What the platform's processes are told; the token is in nobody's arguments."""
    pid = wait_for(lambda: platform.pids_of("dollarclub.entry.serve"))[0]
    entries = (procfs.PROC / str(pid) / "environ").read_bytes().decode().split("\0")
    found = dict(entry.split("=", 1) for entry in entries if entry.startswith("PAPER_"))
    assert all(found["PAPER_ADMIN_TOKEN"].encode() not in _command_line(one) for one in platform.processes())
    return found


def answers(admin: httpx.Client, path: str) -> bool:
    try:
        return admin.get(path).status_code == 200
    except httpx.TransportError:
        return False


def stopped_last(platform: Platform, count: int) -> list[str]:
    """The programs that supervisord stopped last at its end, in order."""
    log = (platform.data / "logs" / "supervisord.log").read_text()
    return re.findall(r"stopped: (\S+)", log)[-count:]


def test_a_start_that_was_killed_does_not_block_the_next(platform: Platform) -> None:
    first = platform.start()
    assert platform.process is not None
    platform.process.kill()
    platform.process.communicate()
    second = platform.start()
    assert second["pid"] != first["pid"]
    assert platform.health()
    assert platform.stop() == 0
    assert platform.processes() == []


def test_a_start_that_is_interrupted_leaves_nothing(platform: Platform) -> None:
    platform.process = platform.command("up")
    wait_for(lambda: platform.pids_of("bin/postgres", "-D"))
    platform.stop()
    assert platform.processes() == []
