"""A stage for one tier and one user: runs scripts through a worker of its own."""

import contextlib
import json
import os
import secrets
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dollarclub.scripts.sandbox.spec import Limits, Tier

WORKER_SECRET = "only-the-platform-knows"


def living(token: str) -> list[int]:
    """Processes that have `token` on their command line, whoever they belong to."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit() and int(place.name) != os.getpid():
            with contextlib.suppress(OSError):
                command = (place / "cmdline").read_bytes()
                if token.encode() in command:
                    found.append(int(place.name))
    return found


def until(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Wait for a condition; whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


@dataclass
class Stage:
    """One tier, one user."""

    tier: Tier
    folder: Path
    user: int
    python: str
    prefix: Path
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def walled(self) -> bool:
        return self.tier is not Tier.off

    @property
    def runtime(self) -> Path:
        return self.folder / "runtime"

    def orders(self, script: str, plan: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        name = f"{self.token}.py"
        limits = {**vars(Limits()), **fields.pop("limits", {})}
        spec = {
            "argv": [self.python, "-I", "-u", name],
            "files": {name: script},
            "read_only": [str(self.prefix)],
            "environment": {"PATH": "/usr/bin:/bin"},
            "network": True,
            "slot": 7,
            **fields,
            "limits": limits,
        }
        return {"tier": self.tier.value, "runtime": str(self.runtime), "spec": spec, "plan": plan}

    def worker(self, orders: dict[str, Any]) -> subprocess.Popen[str]:
        """Start the driver with these orders; its answer comes on stdout."""
        identity: list[str] = []
        if os.geteuid() != self.user:
            identity = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        process = subprocess.Popen(
            [*identity, self.python, "-B", str(self.folder / "driver.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                "PYTHONPATH": str(self.folder),
                "PATH": os.environ["PATH"],
                "PLATFORM_SECRET": WORKER_SECRET,
            },
            cwd=self.folder,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(orders) + "\n")
        process.stdin.flush()
        return process

    def run(self, script: str, plan: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """Run one script; what became of it, checked for what is always true, and whether a next one runs."""
        facts = self.attempt(script, plan, **fields)
        assert (facts["next"], facts["failure"]) == ("the next one", None), facts
        return facts

    def attempt(self, script: str, plan: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """The same for a script that need not start."""
        with self.worker(self.orders(script, plan or {}, fields)) as worker:
            answer, _ = worker.communicate(timeout=60)
        facts: dict[str, Any] = json.loads(answer)
        assert (facts["leaked"], facts["folders"], facts["left"]) == (0, 0, 0), facts
        assert not {"not gone", "timeout"} & set(facts["done"]), facts
        assert living(self.token) == [], facts
        return facts
