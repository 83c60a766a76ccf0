"""Following runs live: server-sent events for programs, the websocket for browsers. No gap, no repeat."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from dollarclub.core import outbox
from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from dollarclub.entry.http import create_app
from tests.support.sandboxes import strongest
from tests.support.served import served
from tests.support.station import supervising
from tests.support.waiting import eventually

PASSWORD = "correct horse battery staple"
TICKS = (
    "import sys, time\n"
    "for n in range(120):\n    print('tick', n, flush=True)\n    time.sleep(0.01)\n"
    "print('over', file=sys.stderr)\n"
)
WAITS = "import time\nprint('up')\ntime.sleep(600)\n"
EXPECTED = "".join(f"tick {n}\n" for n in range(120))


class Site:
    """The platform at an address, and people signed in by bearer token."""

    def __init__(self, address: str, context: Context) -> None:
        self.address = address
        self.context = context
        self.people = 0

    def person(self) -> "Person":
        self.people += 1
        body = {
            "email": f"live{self.people}@example.com",
            "username": f"live{self.people}",
            "password": PASSWORD,
        }
        if self.people == 1:
            from dollarclub.accounts import service

            with self.context.db.transaction() as session:
                body["setup_code"] = service.ensure_setup_code(session) or ""
        answer = httpx.post(f"http://{self.address}/api/auth/register", json=body)
        assert answer.status_code == 201, answer.text
        return Person(self, answer.json()["access_token"])


class Person:
    def __init__(self, site: Site, token: str) -> None:
        self.site = site
        self.headers = {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(base_url=f"http://{site.address}", headers=self.headers, timeout=30)

    def run(self, source: str) -> str:
        script = self.http.post("/api/scripts/upload", files={"file": ("bot.py", source)}).json()["id"]
        answer = self.http.post(f"/api/scripts/{script}/execute")
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def live(self) -> ClientConnection:
        socket = connect(f"ws://{self.site.address}/api/live", additional_headers=self.headers)
        assert receive(socket)["op"] == "hello"
        return socket

    def events(self, run: str, last: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
        """`(event, id, data)` of the run's event stream after `last`."""
        headers = {"Last-Event-ID": last} if last else {}
        with self.http.stream("GET", f"/api/runs/{run}/logs/stream", headers=headers) as answer:
            assert answer.status_code == 200
            fields: dict[str, str] = {}
            for line in answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "event" in fields:
                    yield fields["event"], fields.get("id", ""), json.loads(fields["data"])
                    fields = {}


def send(socket: ClientConnection, **frame: Any) -> None:
    socket.send(json.dumps(frame))


def receive(socket: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(socket.recv(timeout=30))
    return frame


def code_after(socket: ClientConnection, *, seconds: float) -> int | None:
    """With what code the other side closes; every wait for a frame until then is bounded."""
    try:
        while True:
            socket.recv(timeout=seconds)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def until(socket: ClientConnection, op: str) -> dict[str, Any]:
    while (frame := receive(socket))["op"] != op:
        pass
    return frame


@pytest.fixture
def site(make_settings: Callable[..., Settings], tmp_path: Path) -> Iterator[Site]:
    context = build_context(make_settings(SANDBOX=strongest(tmp_path / "probe"), CANCEL_GRACE_SECONDS="1"))
    app = create_app(context.settings, context)
    with served(app) as address, supervising(context):
        yield Site(address, context)


def test_an_event_stream_resumes_without_a_gap_or_a_repeat(site: Site) -> None:
    person = site.person()
    run = person.run(TICKS)
    text, last, ends = "", "", []
    connections = 0
    while not ends:
        connections += 1
        for count, (event, number, body) in enumerate(person.events(run, last)):
            if event == "end":
                ends.append(body)
                break
            last = number
            text += body["text"] if body["stream"] == "stdout" else ""
            if count == 3 and connections < 6:
                break
    assert text == EXPECTED
    assert connections > 1
    assert ends[0]["status"] == "completed"
    again = list(person.events(run, last))
    assert [event for event, _, _ in again] == ["end"]


def test_a_log_on_the_socket_resumes_by_its_cursor(site: Site) -> None:
    person = site.person()
    run = person.run(TICKS)
    seen: list[int] = []
    text, cursor, complete = "", 0, False
    while not complete:
        with person.live() as socket:
            send(socket, op="subscribe", id="log", topic="log", run_id=run, after=cursor)
            assert receive(socket) == {"op": "subscribed", "id": "log", "cursor": cursor}
            for _ in range(3):
                frame = until(socket, "log")
                seen += [item["seq"] for item in frame["items"]]
                text += "".join(item["text"] for item in frame["items"] if item["stream"] == "stdout")
                cursor, complete = frame["cursor"], frame["complete"]
                if complete:
                    break
    assert text == EXPECTED
    assert seen == list(range(1, len(seen) + 1))


def test_every_change_of_a_run_reaches_a_tab_that_was_away_meanwhile(site: Site) -> None:
    person = site.person()
    with person.live() as socket:
        send(socket, op="subscribe", id="all", topic="account", after=None)
        cursor = until(socket, "subscribed")["cursor"]
        first = person.run(WAITS)
        frame = until(socket, "event")
        while frame["name"] != "run.changed" or frame["data"]["run"]["status"] != "running":
            assert frame["cursor"] == cursor + 1
            cursor = frame["cursor"]
            frame = until(socket, "event")
        cursor = frame["cursor"]
    assert person.http.post(f"/api/runs/{first}/cancel").status_code == 202
    eventually(lambda: person.http.get(f"/api/runs/{first}").json()["status"] == "cancelled")

    with person.live() as socket:
        send(socket, op="subscribe", id="all", topic="account", after=cursor)
        assert until(socket, "subscribed")["cursor"] == cursor
        states = []
        while "cancelled" not in states:
            frame = until(socket, "event")
            assert frame["cursor"] == cursor + 1
            cursor = frame["cursor"]
            states.append(frame["data"]["run"]["status"])
        send(socket, op="ping")
        assert until(socket, "pong") == {"op": "pong"}


def test_a_cursor_that_is_too_old_or_from_nowhere_says_so_and_goes_on(site: Site) -> None:
    person = site.person()
    run = person.run("print('done')\n")
    eventually(lambda: person.http.get(f"/api/runs/{run}").json()["status"] == "completed")
    with site.context.db.transaction() as session:
        session.query(outbox.EventRow).delete()

    for cursor in (0, 10_000):
        with person.live() as socket:
            send(socket, op="subscribe", id="all", topic="account", after=cursor)
            reset = receive(socket)
            assert reset["op"] == "reset"
            assert until(socket, "subscribed")["cursor"] == reset["cursor"]
            person.run("print('more')\n")
            assert until(socket, "event")["cursor"] == reset["cursor"] + 1


def test_another_accounts_log_is_refused_on_every_way(site: Site) -> None:
    owner, stranger = site.person(), site.person()
    run = owner.run("print('mine')\n")

    for path in ("", "/logs", "/logs.txt", "/logs/stream"):
        assert stranger.http.get(f"/api/runs/{run}{path}").status_code == 404
    with stranger.live() as socket:
        send(socket, op="subscribe", id="log", topic="log", run_id=run, after=0)
        send(socket, op="subscribe", id="all", topic="account", after=0)
        frames = [receive(socket) for _ in range(3)]
        assert {"op": "error", "id": "log", "code": "not_found", "detail": "No such run."} in frames
        assert "mine" not in json.dumps(frames)


def test_strangers_and_nonsense_on_the_socket(site: Site) -> None:
    person = site.person()
    with pytest.raises(ConnectionClosed) as closed, connect(f"ws://{site.address}/api/live") as socket:
        socket.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401

    with person.live() as socket:
        for nonsense in ("{", "[]", '{"op": "fly"}', '{"op": "subscribe"}', '{"op":"subscribe","id":"x"}'):
            socket.send(nonsense)
            assert receive(socket)["code"] == "not_understood"
        send(socket, op="subscribe", id="m", topic="monitor")
        assert until(socket, "monitor")["data"]["workers"]


def test_following_goes_on_while_redis_is_flushed(site: Site) -> None:
    person = site.person()
    run = person.run(TICKS)
    text = ""
    for event, _, body in person.events(run):
        if event == "log":
            text += body["text"] if body["stream"] == "stdout" else ""
            site.context.redis.flushall()
    assert text == EXPECTED


def test_signing_out_elsewhere_closes_an_open_socket_without_delay(site: Site) -> None:
    person = site.person()
    with person.live() as socket:
        send(socket, op="ping")
        assert receive(socket)["op"] == "pong"
        assert person.http.post("/api/auth/logout").status_code == 204
        assert code_after(socket, seconds=4) == 4401
