"""Whether a strategy has been silent for too long."""

from datetime import datetime


def is_overdue(
    *,
    expected_every_seconds: int | None,
    enabled: bool,
    last_received_at: datetime | None,
    changed_at: datetime,
    now: datetime,
) -> bool:
    """Whether an enabled strategy has heard nothing for longer than it expects.

    The wait begins anew with each change of the strategy, so that one switched on again is not overdue at once.
    """
    if expected_every_seconds is None or not enabled:
        return False
    since = max(last_received_at or changed_at, changed_at)
    return (now - since).total_seconds() > expected_every_seconds
