"""A small worker: runs one script in a sandbox and prints what became of it, as JSON.

A program of its own, so that a test can run it as another user and kill it. Orders are JSON on stdin:
`tier`, `runtime` (folder), `spec` (fields of SandboxSpec), `plan` (what to do when).
"""

import json
import os
import selectors
import sys
import time
from pathlib import Path
from typing import Any

from dollarclub.scripts.sandbox.child import Child
from dollarclub.scripts.sandbox.probe import Sandbox, choose
from dollarclub.scripts.sandbox.spec import Limits, SandboxSpec

KEPT = 1 << 16


def make_spec(fields: dict[str, Any]) -> SandboxSpec:
    return SandboxSpec(
        argv=tuple(fields["argv"]),
        files={name: text.encode() for name, text in fields["files"].items()},
        read_only=tuple(map(Path, fields["read_only"])),
        writable=tuple(map(Path, fields.get("writable", ()))),
        environment=fields["environment"],
        network=fields["network"],
        limits=Limits(**fields["limits"]),
        slot=fields["slot"],
    )


class Watch:
    """Reads, samples and ends one run as its plan says."""

    def __init__(self, child: Child, plan: dict[str, Any]) -> None:
        self.child = child
        self.plan = plan
        self.began = time.monotonic()
        self.text = {"stdout": b"", "stderr": b""}
        self.count = {"stdout": 0, "stderr": 0}
        self.most_processes = 0
        self.violation: str | None = None
        self.done: set[str] = set()
        self.ended_at = 0.0
        self.selector = selectors.DefaultSelector()
        for name, pipe in (("stdout", child.stdout), ("stderr", child.stderr)):
            self.selector.register(pipe, selectors.EVENT_READ, name)

    def read(self, wait: float) -> None:
        for key, _ in self.selector.select(wait):
            try:
                piece = os.read(key.fd, 1 << 20)
            except BlockingIOError:
                continue
            if not piece:
                self.selector.unregister(key.fd)
                continue
            self.count[key.data] += len(piece)
            self.text[key.data] = (self.text[key.data] + piece)[:KEPT]

    def once(self, name: str, due: bool) -> None:
        if name in self.plan and due and name not in self.done:
            self.done.add(name)
            getattr(self.child, name.partition("_")[0])()

    def run(self) -> dict[str, Any]:
        while self.child.poll() is None:
            elapsed = time.monotonic() - self.began
            ready = b"ready\n" in self.text["stdout"]
            self.once("terminate_at_once", True)
            self.once("terminate_on_ready", ready)
            self.once("kill_on_ready", ready)
            self.once("kill_after", elapsed > self.plan.get("kill_after", 0))
            if elapsed > self.plan.get("timeout", 20):
                self.done.add("timeout")
                self.child.kill()
            self.read(0.01)
            self.most_processes = max(self.most_processes, self.child.sample().processes)
            if self.violation is None:
                self.violation = self.child.violation()
                if self.violation is not None:
                    self.child.kill()
        self.ended_at = time.monotonic()
        while not self.child.gone():
            if time.monotonic() > self.ended_at + 10:
                self.done.add("not gone")
                break
            time.sleep(0.001)
        gone_after = time.monotonic() - self.ended_at
        while self.selector.get_map():
            self.read(1)
        return self.facts(gone_after)

    def facts(self, gone_after: float) -> dict[str, Any]:
        child, usage = self.child, self.child.sample()
        ended = child.poll()
        assert ended is not None
        facts = {
            "code": ended.code,
            "signal": ended.signal,
            "started": child.started,
            "failure": child.failure,
            "violation": self.violation or child.violation(),
            "stdout": self.text["stdout"].decode("latin-1"),
            "stderr": self.text["stderr"].decode("latin-1"),
            "count": self.count,
            "cpu": usage.cpu_seconds,
            "peak": usage.peak_memory_bytes,
            "processes": self.most_processes,
            "left": usage.processes,
            "gone_after": gone_after,
            "seconds": time.monotonic() - self.began,
            "done": sorted(self.done),
        }
        self.selector.close()
        child.close()
        os.close(child.stdout)
        os.close(child.stderr)
        return facts


def run(sandbox: Sandbox, orders: dict[str, Any]) -> dict[str, Any]:
    return Watch(sandbox.spawn(make_spec(orders["spec"])), orders["plan"]).run()


def main() -> None:
    orders = json.loads(sys.stdin.readline())
    sandbox = choose(orders["tier"], Path(orders["runtime"]))
    before = len(os.listdir("/proc/self/fd"))
    facts = run(sandbox, orders)
    orders["spec"]["files"][orders["spec"]["argv"][-1]] = "print('the next one')"
    again = run(sandbox, {**orders, "plan": {}})
    facts["next"] = again["stdout"].strip()
    facts["leaked"] = len(os.listdir("/proc/self/fd")) - before
    folder = Path(orders["runtime"]) / "runs"
    facts["folders"] = len(os.listdir(folder)) if folder.exists() else 0
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
