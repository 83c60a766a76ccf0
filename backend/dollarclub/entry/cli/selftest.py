"""`dollarclub selftest`: the main job against the running platform, over HTTP like any other client."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dollarclub.entry.cli.output import JsonFlag, show, table
from dollarclub.entry.cli.session import NotAvailable, database

if TYPE_CHECKING:
    import httpx

EMAIL = "selftest@dollarclub.local"
FINAL = {"completed", "failed", "timed_out", "cancelled", "lost"}
PRINTS = 'for n in range(1000):\n    print("line", n)\n'
WAITS = "import time\nwhile True:\n    time.sleep(60)\n"

Url = Annotated[str, typer.Option(help="Address of the platform; by default the one running here.")]
Token = Annotated[
    str, typer.Option(envvar="DOLLARCLUB_TOKEN", help="API token; by default a passing account is used.")
]


class Failed(Exception):
    """A step did not do what it should; the message says what came instead."""


def selftest(*, url: Url = "", token: Token = "", patience: float = 60.0, as_json: JsonFlag = False) -> None:
    """Upload, run, cancel and rerun a script on the running platform; exit code 1 when a step fails."""
    import httpx

    steps: list[dict[str, Any]] = []
    try:
        with _client(url, token) as client:
            _Trial(client, steps, patience).run()
    except (Failed, httpx.HTTPError) as error:
        steps[-1:] = [
            {
                **(steps[-1] if steps else {"step": "connect", "seconds": 0}),
                "ok": False,
                "problem": str(error),
            }
        ]
    ok = all(step["ok"] for step in steps)
    rows: list[list[object]] = [
        ["ok" if step["ok"] else "FAILED", step["step"], f"{step['seconds']:.2f} s", step.get("problem", "")]
        for step in steps
    ]
    show({"ok": ok, "steps": steps}, table(["state", "step", "took", ""], rows), as_json=as_json)
    if not ok:
        raise typer.Exit(1)


class _Trial:
    def __init__(self, client: "httpx.Client", steps: list[dict[str, Any]], patience: float) -> None:
        self._client = client
        self._steps = steps
        self._patience = patience

    def run(self) -> None:
        scripts: list[str] = []
        try:
            with self._step("upload"):
                scripts += [
                    self._upload("selftest_prints.py", PRINTS),
                    self._upload("selftest_waits.py", WAITS),
                ]
            for name in ("run", "rerun"):
                with self._step(name):
                    self._complete(scripts[0])
                if name == "run":
                    with self._step("cancel"):
                        self._cancel(scripts[1])
        finally:
            for script in scripts:
                self._client.delete(f"/api/scripts/{script}")

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        self._steps.append({"step": name, "ok": True, "seconds": 0.0})
        try:
            yield
        finally:
            self._steps[-1]["seconds"] = round(time.monotonic() - began, 3)

    def _ask(self, method: str, path: str, **options: Any) -> "httpx.Response":
        answer = self._client.request(method, path, **options)
        if not answer.is_success:
            raise Failed(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer

    def _upload(self, name: str, source: str) -> str:
        files = {"file": (name, source.encode(), "text/x-python")}
        return str(self._ask("POST", "/api/scripts/upload", files=files).json()["id"])

    def _execute(self, script: str) -> str:
        return str(self._ask("POST", f"/api/scripts/{script}/execute").json()["id"])

    def _wait(self, run: str, wanted: set[str]) -> dict[str, Any]:
        deadline = time.monotonic() + self._patience
        while True:
            found: dict[str, Any] = self._ask("GET", f"/api/runs/{run}").json()
            if found["status"] in wanted or found["status"] in FINAL:
                return found
            if time.monotonic() > deadline:
                raise Failed(
                    f"the run is still {found['status']} after {self._patience:.0f} s; see `dollarclub doctor`"
                )
            time.sleep(0.05)

    def _complete(self, script: str) -> None:
        run = self._execute(script)
        found = self._wait(run, FINAL)
        if found["status"] != "completed":
            raise Failed(f"the run ended as {found['status']}: {found['explanation']}")
        printed = self._ask("GET", f"/api/runs/{run}/logs.txt").text.splitlines()
        if [line for line in printed if line.startswith("line ")] != [f"line {n}" for n in range(1000)]:
            raise Failed(f"of 1000 printed lines the log holds {len(printed)}")

    def _cancel(self, script: str) -> None:
        run = self._execute(script)
        found = self._wait(run, {"running"})
        if found["status"] != "running":
            raise Failed(f"the run ended as {found['status']}: {found['explanation']}")
        self._ask("POST", f"/api/runs/{run}/cancel")
        found = self._wait(run, FINAL)
        if found["status"] != "cancelled":
            raise Failed(f"the cancelled run ended as {found['status']}")


@contextmanager
def _client(url: str, token: str) -> Iterator["httpx.Client"]:
    import httpx

    from dollarclub.entry.local.instance import attach

    if not url:
        running = attach().running()
        if running is None:
            raise NotAvailable(
                "DollarClub is not running here: start it with `make run`, or name it with --url and --token."
            )
        url = running["url"]
    if token:
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=10) as client:
            yield client
        return
    with _passing_account() as password, httpx.Client(base_url=url, timeout=10) as client:
        answer = client.post("/api/auth/login", json={"email": EMAIL, "password": password})
        if answer.status_code != 200:
            raise Failed(f"signing in answered {answer.status_code}: {answer.text[:300]}")
        client.cookies.clear()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client


@contextmanager
def _passing_account() -> Iterator[str]:
    """An account for this test only, gone afterwards with everything it made."""
    from pydantic import SecretStr

    from dollarclub.accounts import queries, service
    from dollarclub.accounts.rules import Role
    from dollarclub.kit.clock import utc_now

    password = secrets.token_urlsafe(24)
    with database() as db:

        def remove() -> None:
            with db.transaction() as session:
                left = queries.account_by_email(session, EMAIL)
                if left is not None:
                    service.delete_account(session, account_id=left.id)

        remove()
        with db.transaction() as session:
            service.create_account(
                session,
                email=EMAIL,
                username="selftest",
                password=SecretStr(password),
                role=Role.trader,
                now=utc_now(),
            )
        try:
            yield password
        finally:
            remove()
