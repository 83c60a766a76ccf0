"""Nudges: best-effort hints through Redis that make instant what polling makes certain.

They leave from one bounded background thread, since a publish costs 0.6 s while Redis is down. Losing one is harmless.
"""

import json
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import redis
from celery import Celery
from kombu.exceptions import KombuError
from sqlalchemy.orm import Session

from dollarclub.core.logging import logger

_log = logger(__name__)
_SESSION_KEY = "nudges"
_QUEUE_SIZE = 10_000
_LOG_SECONDS = 10.0


@dataclass(frozen=True)
class TaskNudge:
    """Wakes any worker of the task's queue."""

    task: str
    row_id: UUID


@dataclass(frozen=True)
class ChannelNudge:
    """Tells every subscriber of `channel`; `body` is small and holds no secret."""

    channel: str
    body: dict[str, str | int | bool]


Nudge = TaskNudge | ChannelNudge


def nudge(session: Session, *hints: Nudge) -> None:
    """Send `hints` once the session's transaction has committed; none if it rolls back."""
    session.info.setdefault(_SESSION_KEY, []).extend(hints)


def taken_from(session: Session) -> list[Nudge]:
    """The hints gathered by a session, which forgets them."""
    taken: list[Nudge] = session.info.pop(_SESSION_KEY, [])
    return taken


class Bus:
    """Sends nudges in the background and drops them, counted, when Redis cannot keep up."""

    def __init__(self, client: redis.Redis, celery: Celery) -> None:
        self._client = client
        self._celery = celery
        self._waiting: queue.Queue[Sequence[Nudge] | None] = queue.Queue(_QUEUE_SIZE)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._log_again_at = 0.0
        self.dropped = 0

    def send(self, hints: Sequence[Nudge]) -> None:
        """Queue `hints`; returns at once."""
        if not hints:
            return
        self._start_once()
        try:
            self._waiting.put_nowait(hints)
        except queue.Full:
            self.dropped += len(hints)

    def close(self) -> None:
        """Send what waits, for two seconds at most."""
        thread = self._thread
        if thread is not None and thread.is_alive():
            self._waiting.put(None)
            thread.join(2.0)

    def _start_once(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (hints := self._waiting.get()) is not None:
            for hint in hints:
                try:
                    self._deliver(hint)
                except (redis.RedisError, KombuError, OSError) as error:
                    self._drop(error)

    def _drop(self, error: Exception) -> None:
        """Count it; while Redis is away there are dozens a second, so only one now and then is logged."""
        self.dropped += 1
        now = time.monotonic()
        if now >= self._log_again_at:
            self._log_again_at = now + _LOG_SECONDS
            _log.warning("nudge_dropped", error=type(error).__name__, dropped=self.dropped)

    def _deliver(self, hint: Nudge) -> None:
        if isinstance(hint, TaskNudge):
            self._celery.send_task(hint.task, args=[str(hint.row_id)], ignore_result=True, expires=60)
        else:
            self._client.publish(hint.channel, json.dumps(hint.body))
