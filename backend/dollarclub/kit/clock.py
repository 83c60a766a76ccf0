"""Time as a value that is handed in, so that tests can choose it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
# Linux has one that counts a suspended machine's sleep; elsewhere the monotonic one must do.
_STEADY: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def steady_seconds() -> float:
    """Seconds on a clock that nobody sets and that goes on while the process or the machine sleeps."""
    return time.clock_gettime(_STEADY)
