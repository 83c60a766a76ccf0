"""Background duties of a process: each a thread that works when it is woken and, at the latest, after its pause."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from dollarclub.core.logging import logger

_log = logger(__name__)
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True)
class Duty:
    """`action` does what is due and tells whether there may be more at once; `topics` are the nudges that wake it."""

    name: str
    action: Callable[[], bool]
    every_seconds: float
    topics: frozenset[str] = frozenset()


class Duties:
    """Runs duties until stopped. A duty that fails is logged and tried again after a growing pause, for ever."""

    def __init__(self, duties: list[Duty]) -> None:
        self._stopping = threading.Event()
        self._runners = [_Runner(duty, self._stopping) for duty in duties]

    def start(self) -> None:
        for runner in self._runners:
            runner.thread.start()

    def wake(self, topic: str) -> None:
        """Make the duties of this topic look now."""
        for runner in self._runners:
            if topic in runner.duty.topics:
                runner.wanted.set()

    def stop(self, timeout: float) -> None:
        """Let each duty finish what it is at, `timeout` seconds for all of them."""
        deadline = time.monotonic() + timeout
        self._stopping.set()
        for runner in self._runners:
            runner.wanted.set()
        for runner in self._runners:
            runner.thread.join(max(0.0, deadline - time.monotonic()))


class _Runner:
    def __init__(self, duty: Duty, stopping: threading.Event) -> None:
        self.duty = duty
        self.wanted = threading.Event()
        self.thread = threading.Thread(target=self._run, name=duty.name, daemon=True)
        self._stopping = stopping

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            self.wanted.clear()
            try:
                more = self.duty.action()
                failures = 0
            except Exception as error:  # noqa: BLE001 the top of a loop that must not end
                failures += 1
                _log.warning(
                    "duty_failed", duty=self.duty.name, error=type(error).__name__, exc_info=failures == 1
                )
                self._stopping.wait(min(_LONGEST_PAUSE, 0.25 * 2 ** min(failures, 6)))
                continue
            if not more:
                self.wanted.wait(self.duty.every_seconds)
