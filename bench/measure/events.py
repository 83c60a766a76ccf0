"""Listening to `/api/live`: runs as they change, and a log as it grows."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from measure.stack import BenchFailed

MAX_FRAME_BYTES = 64 * 1024**2


def open_socket(url: str, headers: dict[str, str]) -> ClientConnection:
    return connect(url, additional_headers=headers, max_size=MAX_FRAME_BYTES, proxy=None)


def _expect(socket: ClientConnection, op: str) -> None:
    while True:
        frame = json.loads(socket.recv(timeout=10))
        if frame["op"] == "error":
            raise BenchFailed(f"The live socket refused: {frame['detail']}")
        if frame["op"] == op:
            return


class RunEvents:
    """Every change of the account's runs with the time it arrived, kept until asked for."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self._socket = open_socket(url, headers)
        self._socket.send(json.dumps({"op": "subscribe", "id": "runs", "topic": "account", "after": None}))
        _expect(self._socket, "subscribed")
        self._changed = threading.Condition()
        self._seen: dict[str, list[tuple[float, dict[str, Any]]]] = defaultdict(list)
        self._closed = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for text in self._socket:
                arrived = time.time()
                frame = json.loads(text)
                if frame["op"] == "event" and frame["name"] == "run.changed":
                    run = frame["data"]["run"]
                    with self._changed:
                        self._seen[run["id"]].append((arrived, run))
                        self._changed.notify_all()
        except ConnectionClosed:
            pass
        finally:
            with self._changed:
                self._closed = True
                self._changed.notify_all()

    def wait(self, run_id: str, states: Collection[str], seconds: float) -> tuple[float, dict[str, Any]]:
        """The first event that showed the run in one of `states`: its time of arrival and the run."""

        def found() -> tuple[float, dict[str, Any]] | None:
            return next((each for each in self._seen[run_id] if each[1]["status"] in states), None)

        with self._changed:
            self._changed.wait_for(lambda: found() is not None or self._closed, seconds)
            event = found()
        if event is None:
            wanted = ", ".join(sorted(states))
            raise BenchFailed(f"No event showed run {run_id} as {wanted} within {seconds:.0f} s.")
        return event

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)


class LogFollower:
    """Follows one log from its start on a socket of its own; `on_page(arrived, items)` is called in its thread."""

    def __init__(
        self,
        url: str,
        headers: dict[str, str],
        run_id: str,
        on_page: Callable[[float, list[dict[str, Any]]], None],
    ) -> None:
        self._socket = open_socket(url, headers)
        self._on_page = on_page
        self.complete = threading.Event()
        frame = {"op": "subscribe", "id": "log", "topic": "log", "run_id": run_id, "after": 0}
        self._socket.send(json.dumps(frame))
        _expect(self._socket, "subscribed")
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            for text in self._socket:
                arrived = time.time()
                frame = json.loads(text)
                if frame["op"] == "log":
                    self._on_page(arrived, frame["items"])
                    if frame["complete"]:
                        self.complete.set()
                        return
        except ConnectionClosed:
            return

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)
