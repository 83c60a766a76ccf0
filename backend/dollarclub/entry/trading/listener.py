"""Hears the nudges of the channel `trading` while Redis is there; polling hears everything anyway."""

import json
import threading
from collections.abc import Callable

from redis.exceptions import RedisError

from dollarclub.core.redis import connect

CHANNEL = "trading"


class Listener:
    """Calls `on_topic` with the topic of each nudge, from a thread of its own that connects again for ever."""

    def __init__(self, url: str, on_topic: Callable[[str], None]) -> None:
        self._url = url
        self._on_topic = on_topic
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nudges", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(2)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen()
            except (RedisError, OSError):
                self._stopping.wait(1.0)

    def _listen(self) -> None:
        with connect(self._url, socket_timeout=None) as client, client.pubsub() as pubsub:
            pubsub.subscribe(CHANNEL)
            while not self._stopping.is_set():
                message = pubsub.get_message(ignore_subscribe_messages=True, timeout=1.0)
                if message is not None:
                    self._on_topic(_topic_of(message["data"]))


def _topic_of(body: bytes) -> str:
    try:
        return str(json.loads(body)["topic"])
    except (ValueError, KeyError, TypeError):
        return ""
