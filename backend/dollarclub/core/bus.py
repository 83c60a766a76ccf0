"""Nudges: best-effort hints through Redis that make instant what polling makes certain.

They leave from one bounded background thread, since a publish costs 0.6 s while Redis is down. Losing one is harmless,
and so is sending one for many: a nudge for a channel that equals one which still waits is joined with it.
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
_Message = tuple[str, str]
"""A channel and the text that goes out on it."""


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
        self._waiting: queue.Queue[TaskNudge | _Message | None] = queue.Queue(_QUEUE_SIZE)
        self._joined: dict[_Message, int] = {}
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._log_again_at = 0.0
        self.dropped = 0

    def send(self, hints: Sequence[Nudge]) -> None:
        """Queue `hints`; returns at once."""
        if not hints:
            return
        with self._lock:
            self._start_once()
            for hint in hints:
                self._add(hint if isinstance(hint, TaskNudge) else (hint.channel, json.dumps(hint.body)))

    def close(self) -> None:
        """Send what waits, for two seconds at most."""
        thread = self._thread
        if thread is not None and thread.is_alive():
            self._waiting.put(None)
            thread.join(2.0)

    def _start_once(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="bus", daemon=True)
            self._thread.start()

    def _add(self, hint: TaskNudge | _Message) -> None:
        if not isinstance(hint, TaskNudge) and hint in self._joined:
            self._joined[hint] += 1
            return
        try:
            self._waiting.put_nowait(hint)
        except queue.Full:
            self.dropped += 1
            return
        if not isinstance(hint, TaskNudge):
            self._joined[hint] = 1

    def _run(self) -> None:
        while (hint := self._waiting.get()) is not None:
            meant = 1
            if not isinstance(hint, TaskNudge):
                with self._lock:
                    meant = self._joined.pop(hint, 1)
            try:
                self._deliver(hint)
            except (redis.RedisError, KombuError, OSError) as error:
                self._drop(error, meant)

    def _drop(self, error: Exception, meant: int) -> None:
        """Count them; while Redis is away there are dozens a second, so only one now and then is logged."""
        self.dropped += meant
        now = time.monotonic()
        if now >= self._log_again_at:
            self._log_again_at = now + _LOG_SECONDS
            _log.warning("nudge_dropped", error=type(error).__name__, dropped=self.dropped)

    def _deliver(self, hint: TaskNudge | _Message) -> None:
        if isinstance(hint, TaskNudge):
            self._celery.send_task(hint.task, args=[str(hint.row_id)], ignore_result=True, expires=60)
        else:
            self._client.publish(*hint)
