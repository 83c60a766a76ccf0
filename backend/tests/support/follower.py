"""A browser tab that follows logs on the live socket, through every fault, and remembers all it was given."""

import json
import threading
import time
from collections import defaultdict

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect


class Follower:
    """Follows runs from a thread of its own. `repeats` names fragments that came twice or out of order."""

    def __init__(self, address: str, token: str) -> None:
        self._address = f"ws://{address}/api/live"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._cursors: dict[str, int] = {}
        self._complete: set[str] = set()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self.told: dict[str, str] = defaultdict(str)
        self.repeats: list[str] = []
        self.connections = 0
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def follow(self, run: str) -> None:
        with self._lock:
            self._cursors[run] = 0

    def is_complete(self, run: str) -> bool:
        return run in self._complete

    def stop(self) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.is_set():
            try:
                with connect(self._address, additional_headers=self._headers, open_timeout=5) as socket:
                    self.connections += 1
                    self._talk(socket)
            except (OSError, WebSocketException, TimeoutError):
                time.sleep(0.1)

    def _talk(self, socket: ClientConnection) -> None:
        subscribed: set[str] = set()
        while not self._done.is_set():
            with self._lock:
                fresh = set(self._cursors) - subscribed - self._complete
            for run in fresh:
                subscription = {"op": "subscribe", "id": run, "topic": "log", "run_id": run}
                socket.send(json.dumps({**subscription, "after": self._cursors[run]}))
                subscribed.add(run)
            try:
                frame = json.loads(socket.recv(timeout=0.2))
            except TimeoutError:
                continue
            if frame["op"] == "log":
                self._take(frame["id"], frame)

    def _take(self, run: str, frame: dict) -> None:  # type: ignore[type-arg]
        for item in frame["items"]:
            if item["seq"] != self._cursors[run] + 1:
                self.repeats.append(f"{run}: {item['seq']} after {self._cursors[run]}")
            self._cursors[run] = item["seq"]
            self.told[run] += item["text"]
        if frame["complete"]:
            self._complete.add(run)
