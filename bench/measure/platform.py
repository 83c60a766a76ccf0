"""The running platform as a client sees it: scripts, runs, logs."""

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx

from measure.events import RunEvents
from measure.stack import EMAIL, BenchFailed, Stack

FINAL = frozenset({"completed", "failed", "timed_out", "cancelled", "lost"})
ACTIVE = ("queued", "starting", "running", "cancelling")
RUN_SECONDS = 90.0
PAGE_FRAGMENTS = 500


class Platform:
    """Signed in as the first administrator. Every method is one request unless it says otherwise."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.token = self._sign_in()
        self.headers = {"Authorization": f"Bearer {self.token}"}
        self.client = self.new_client()
        self.events = RunEvents(self.live_url, self.headers)
        worker = self._worker()
        self.scripts_worker = int(worker["pid"])
        self.sandbox = str(worker["sandbox"])
        self.python = self._python_of_runs()

    def _sign_in(self) -> str:
        body = {"email": EMAIL, "password": self.stack.password}
        answer = httpx.post(f"{self.stack.url}/api/auth/login", json=body, timeout=30)
        if answer.status_code != 200:
            raise BenchFailed(f"Signing in answered {answer.status_code}: {answer.text[:300]}")
        return str(answer.json()["access_token"])

    @property
    def live_url(self) -> str:
        return f"ws{self.stack.url.removeprefix('http')}/api/live"

    def new_client(self) -> httpx.Client:
        """A connection of its own, for a thread of its own."""
        return httpx.Client(base_url=self.stack.url, headers=self.headers, timeout=60)

    def close(self) -> None:
        self.events.close()
        self.client.close()

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        answer = self.client.request(method, path, **options)
        if not answer.is_success:
            raise BenchFailed(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer

    def _worker(self) -> dict[str, Any]:
        """The process that runs scripts, as the monitor shows it."""
        for worker in self._ask("GET", "/api/monitor").json()["workers"]:
            if worker["kind"] == "scripts" and worker["alive"]:
                found: dict[str, Any] = worker
                return found
        raise BenchFailed("No worker for scripts is alive.")

    def _python_of_runs(self) -> str:
        """The interpreter that scripts run with, which baselines use too."""
        run = self.complete(self.upload("which_python", "import sys\nprint(sys.executable)\n"))
        return self.printed(run["id"]).strip()

    def upload(self, name: str, source: str, *, parallel: bool = False) -> str:
        """A new script's id; `parallel` lets it run more than once at a time (a second request)."""
        files = {"file": (f"{name}.py", source.encode(), "text/x-python")}
        script = str(self._ask("POST", "/api/scripts/upload", files=files).json()["id"])
        if parallel:
            self._ask("PUT", f"/api/scripts/{script}/settings", json={"allow_parallel": True})
        return script

    def execute(self, script: str) -> dict[str, Any]:
        run: dict[str, Any] = self._ask("POST", f"/api/scripts/{script}/execute").json()
        return run

    def run(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._ask("GET", f"/api/runs/{run_id}").json()
        return found

    def cancel(self, run_id: str) -> None:
        self._ask("POST", f"/api/runs/{run_id}/cancel")

    def cancel_everything(self) -> None:
        """End what a failed measurement left running, so that it does not disturb the next one."""
        active = self._ask("GET", "/api/runs", params={"status": ACTIVE, "limit": 200}).json()["items"]
        for run in active:
            if run["status"] != "cancelling":
                self.client.post(f"/api/runs/{run['id']}/cancel")
        for run in active:
            self.events.wait(run["id"], FINAL, RUN_SECONDS)

    def complete(self, script: str) -> dict[str, Any]:
        """Execute and wait for the end, which must be `completed`."""
        _, run = self.events.wait(self.execute(script)["id"], FINAL, RUN_SECONDS)
        if run["status"] != "completed":
            raise BenchFailed(f"A run ended as {run['status']}: {run['explanation']}")
        return run

    def fragments(self, run_id: str, client: httpx.Client | None = None) -> Iterator[dict[str, Any]]:
        """Every stored fragment of the log, page by page."""
        after = 0
        while True:
            answer = (client or self.client).get(
                f"/api/runs/{run_id}/logs", params={"after": after, "limit": PAGE_FRAGMENTS}
            )
            if not answer.is_success:
                raise BenchFailed(f"Reading a log answered {answer.status_code}: {answer.text[:300]}")
            items = answer.json()["items"]
            if not items:
                return
            yield from items
            after = items[-1]["seq"]

    def printed(self, run_id: str, client: httpx.Client | None = None) -> str:
        """What the script wrote to its standard output, by the log."""
        return "".join(item["text"] for item in self.fragments(run_id, client) if item["stream"] == "stdout")


def fingerprint(text: str) -> str:
    """Equal for equal texts only."""
    return hashlib.sha256(text.encode()).hexdigest()
