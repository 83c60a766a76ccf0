"""The whole platform as `dollarclub up` starts it, with its processes to be killed one by one."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from dollarclub.entry.local import procfs
from dollarclub.entry.local.instance import MARKER
from tests.support.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]
WORDS = {
    "worker-scripts": b"scripts@",
    "worker-default": b"default@",
    "worker-trading": b"trading@",
    "stream": b"dollarclub.entry.stream",
    "paper": b"paper_exchange",
    "beat": b"beat",
    "api": b"dollarclub.entry.serve",
}
AWAY = (httpx.TransportError, ConnectionError)


class Platform:
    """One installation in `data`, on a free port."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ
        }
        self._environment = {**kept, "DATA_DIR": str(data), "PORT": str(self.port), **environment}
        self._process: subprocess.Popen[str] | None = None
        self.token = ""
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=10)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start everything and sign in as the first account."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dollarclub.entry.cli", "up", "--json"],
            env=self._environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, self._process.communicate()[1]
        body = {
            "email": "admin@example.com",
            "username": "admin",
            "password": "correct horse battery staple",
            "setup_code": json.loads(line)["setup_code"],
        }
        answer = self.ask("POST", "/api/auth/register", json=body)
        self.token = answer["access_token"]
        self.http.cookies.clear()
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def stop(self) -> int:
        """Stop in order; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.communicate(timeout=90)
        return self._process.returncode

    def ask(self, method: str, path: str, *, seconds: float = 30, **options: Any) -> Any:
        """A request, repeated while the platform is away; the answer must then be a good one."""

        def attempt() -> httpx.Response | None:
            try:
                answer = self.http.request(method, path, **options)
            except AWAY:
                return None
            return answer if answer.status_code < 500 else None

        answer = eventually(attempt, seconds=seconds, every=0.1, what=f"{method} {path}")
        assert answer is not None
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def text_of(self, path: str) -> str:
        answer = self.http.get(path)
        assert answer.status_code == 200
        return answer.content.decode()

    def upload(self, source: str, **settings: object) -> str:
        script = self.ask("POST", "/api/scripts/upload", files={"file": ("bot.py", source)})["id"]
        if settings:
            self.ask("PUT", f"/api/scripts/{script}/settings", json=settings)
        return str(script)

    def execute(self, script: str) -> str:
        return str(self.ask("POST", f"/api/scripts/{script}/execute")["id"])

    def pid_of(self, program: str) -> int:
        """The living process of a program, which may have to come back first."""
        return eventually(lambda: self._find(program), seconds=60, every=0.1, what=program)

    def environment_of(self, program: str) -> dict[str, str]:
        """The environment of a program, with the addresses and passwords that `up` gave it."""
        raw = Path(f"/proc/{self.pid_of(program)}/environ").read_bytes()
        return dict(pair.split("=", 1) for pair in raw.decode().split("\0") if "=" in pair)

    def kill(self, program: str) -> None:
        """`kill -9`, and wait until the process is gone."""
        pid = self.pid_of(program)
        started = procfs.started_at(pid)
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: procfs.started_at(pid) != started, what=f"{program} dead")

    def _find(self, program: str) -> int:
        found = [pid for pid in procfs.pids() if procfs.started_at(pid) and self._is(pid, program)]
        return min(found, default=0)

    def _is(self, pid: int, program: str) -> bool:
        if program == "redis":
            return procfs.executable_in(pid, name="valkey-server", folder=self.data / "redis")
        if program in ("postgres", "postgres-backend"):
            cluster = self.data / "postgres" / "cluster"
            if not procfs.executable_in(pid, name="postgres", folder=cluster):
                return False
            serves = _command(pid).startswith(b"postgres: dollarclub dollarclub")
            return serves if program == "postgres-backend" else not _command(pid).startswith(b"postgres:")
        marker = f"{MARKER}={self.data}".encode()
        return WORDS[program] in _command(pid) and procfs.has_environment(pid, marker)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
