"""Waking up followers: whoever shows something live waits here for a hint that it has changed.

A hint says only where to look; what is new is read from the database behind a cursor. Hints come through Redis, and a
timer stands in for them, slow while Redis is heard and quick while it is away.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import redis.asyncio as aioredis
from anyio import CapacityLimiter
from redis.exceptions import RedisError

from dollarclub.core.logging import logger

_log = logger(__name__)
HEARD_SECONDS = 5.0
DEAF_SECONDS = 0.25
RETRY_SECONDS = 1.0
READERS = 8
ANYTHING = "anything"


class Watch:
    """One follower's place to wait. Look at the database after `clear` and before `wait`, and nothing is missed."""

    def __init__(self, hub: "LiveHub") -> None:
        self._hub = hub
        self._event = asyncio.Event()

    def clear(self) -> None:
        self._event.clear()

    def wake(self) -> None:
        self._event.set()

    async def wait(self, seconds: float | None = None) -> None:
        """Until a hint comes or the timer runs out: `seconds`, or the hub's own."""
        limit = self._hub.patience if seconds is None else min(seconds, self._hub.patience)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await self._event.wait()


class LiveHub:
    """Turns messages of Redis channels into wake-ups by key, for one event loop."""

    def __init__(self, redis_url: str, channels: dict[str, str]) -> None:
        """`channels` maps a Redis channel to the member of its messages that names what changed.

        A key is `<channel>:<name>`; a message may name several things, separated by commas.
        """
        self._url = redis_url
        self._channels = channels
        self._watches: dict[str, set[Watch]] = defaultdict(set)
        self.hearing = False
        self.readers = CapacityLimiter(READERS)
        """Threads that followers may use at once, so that they never take all from plain requests."""

    @property
    def patience(self) -> float:
        """Seconds after which a follower looks without a hint."""
        return HEARD_SECONDS if self.hearing else DEAF_SECONDS

    @contextmanager
    def watch(self, *keys: str) -> Iterator[Watch]:
        """A place to wait for any of `keys`."""
        watch = Watch(self)
        for key in keys:
            self._watches[key].add(watch)
        try:
            yield watch
        finally:
            for key in keys:
                self._watches[key].discard(watch)
                if not self._watches[key]:
                    del self._watches[key]

    @asynccontextmanager
    async def running(self) -> AsyncIterator["LiveHub"]:
        """Listen while the block runs."""
        task = asyncio.create_task(self._listen_forever(), name="live-hub")
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._listen()
            except (RedisError, OSError, ValueError) as error:
                if self.hearing:
                    _log.warning("live_hints_away", error=type(error).__name__)
            self.hearing = False
            self._wake_all()
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        client = aioredis.from_url(self._url, socket_timeout=None, health_check_interval=10)
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(*self._channels)
            self.hearing = True
            self._wake_all()
            while True:
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=10)
                if message is not None:
                    self._hand_out(message)

    def _hand_out(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        body = json.loads(message["data"])
        for name in str(body.get(self._channels[channel], "")).split(","):
            self._wake(f"{channel}:{name}")
        self._wake(ANYTHING)

    def _wake(self, key: str) -> None:
        for watch in self._watches.get(key, ()):
            watch.wake()

    def _wake_all(self) -> None:
        for key in list(self._watches):
            self._wake(key)
