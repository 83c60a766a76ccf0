"""The platform under test: `dollarclub up` on an empty folder of its own, and its end."""

import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
EMAIL = "bench@dollarclub.local"
START_SECONDS = 120.0
STOP_SECONDS = 60.0
FOREIGN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ENCRYPTION_KEY", "FRONTEND_URL", "ALLOWED_ORIGINS")


class BenchFailed(Exception):
    """A figure could not be taken; the message says why."""


def free_port() -> int:
    """A port of the loopback address that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_own_servers() -> None:
    """The bench fills a database; raise when `.env` names one that is not the bench's."""
    try:
        lines = (ROOT / ".env").read_text().splitlines()
    except OSError:
        return
    given = {line.partition("=")[0].strip() for line in lines if line.partition("=")[2].strip()}
    if found := sorted(given & {"DATABASE_URL", "REDIS_URL"}):
        raise BenchFailed(
            f".env sets {' and '.join(found)}: comment it out, the bench uses servers of its own."
        )


class Stack:
    """One installation below `folder`, started and stopped as often as wanted."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.password = secrets.token_urlsafe(18)
        self.environment = {name: value for name, value in os.environ.items() if name not in FOREIGN} | {
            "STAGE": "development",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "DATA_DIR": str(self.data_dir),
            "INITIAL_SUPERUSER_EMAIL": EMAIL,
            "INITIAL_SUPERUSER_USERNAME": "bench",
            "INITIAL_SUPERUSER_PASSWORD": self.password,
            "MAX_CONCURRENT_SCRIPTS": "200",
            "RUNS_PER_WORKER": "200",
            "AUTH_RATE_PER_ADDRESS": "100000/minute",
            "AUTH_RATE_PER_ACCOUNT": "100000/minute",
            "WEBHOOK_BURST": "1000000",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._sink = folder / "up.err"

    def start(self) -> float:
        """Start and return the seconds until the start said that the platform runs."""
        began = time.monotonic()
        command = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "dollarclub.entry.cli", "up"]
        with self._sink.open("ab") as sink:
            self._process = subprocess.Popen(
                [*command, "--json"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=sink,
                start_new_session=True,
            )
        self._announced(self._process, began + START_SECONDS)
        return time.monotonic() - began

    def _announced(self, process: "subprocess.Popen[bytes]", deadline: float) -> dict[str, Any]:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))
        line = process.stdout.readline() if ready else b""
        if not line:
            said = self._sink.read_text(errors="replace").strip().splitlines()
            raise BenchFailed(f"`dollarclub up` did not start: {said[-1] if said else 'it said nothing'}")
        facts: dict[str, Any] = json.loads(line)
        return facts

    @property
    def pid(self) -> int:
        """The process below which everything of it runs."""
        if self._process is None:
            raise BenchFailed("The platform does not run.")
        return self._process.pid

    def wait_ready(self) -> float:
        """Seconds until every part answers, workers included."""
        began = time.monotonic()
        with httpx.Client(base_url=self.url, timeout=10) as client:
            while (answer := client.get("/api/health/ready")).status_code != 200:
                if time.monotonic() - began > START_SECONDS:
                    missing = [part["detail"] for part in answer.json()["parts"] if not part["ok"]]
                    raise BenchFailed("The platform does not become ready: " + " ".join(missing))
                time.sleep(0.05)
        return time.monotonic() - began

    def stop(self) -> float:
        """Ask it to stop and return the seconds until nothing of it is left."""
        process, self._process = self._process, None
        if process is None:
            return 0.0
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGTERM)  # the second one ends everything at once
            process.wait(STOP_SECONDS)
        finally:
            if process.stdout is not None:
                process.stdout.close()
        return time.monotonic() - began

    def remove(self) -> None:
        """Stop, and delete everything it wrote."""
        self.stop()
        shutil.rmtree(self.data_dir, ignore_errors=True)
