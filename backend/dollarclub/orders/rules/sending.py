"""When an order may go out, and when the absence of one that was sent is proven."""

from dataclasses import dataclass
from datetime import timedelta

CALL_WITHIN = timedelta(seconds=5)
"""So soon after its row said `sending` an order must be dated and signed, else it is not sent.

Long enough for a busy machine and a new connection; no order waits longer for it, since a silent sender's lease is longer.
"""

LAG = timedelta(seconds=1)
"""How long an exchange may need until a new order is found."""


def deadline(since: float) -> float:
    """Until when an order that was reserved at `since` may be signed; both are seconds of a clock that never stops.

    A process that was suspended in between must not send: meanwhile the order's absence may have been proven.
    """
    return since + CALL_WITHIN.total_seconds()


@dataclass(frozen=True)
class Silence:
    """How long ago an order that the exchange does not know was sent, and since when its outcome is unknown.

    `sender_may_live`: nobody saw the end of the call that sends it; else nothing was sent after it became unknown.
    """

    since_sent: timedelta
    since_unknown: timedelta
    sender_may_live: bool


@dataclass(frozen=True)
class Bounds:
    """`validity`: for how long after its date the exchange takes a signed request; `skew`: its clock minus ours."""

    validity: timedelta
    skew: timedelta = timedelta(0)


def until_proof(silence: Silence, bounds: Bounds) -> timedelta:
    """How long until not being found proves that the order never reaches the exchange; zero or less: it does now.

    What was signed is refused once its date is older than the validity by the exchange's own clock, and what was taken
    is found `LAG` later. Nothing is dated later than `CALL_WITHIN` after its row said `sending`, whatever its sender does
    and however long it stands still; and nothing after its call has ended.
    """
    arrived = bounds.validity + abs(bounds.skew) + LAG
    latest = CALL_WITHIN + arrived - silence.since_sent
    return latest if silence.sender_may_live else min(latest, arrived - silence.since_unknown)


def next_look(waited: timedelta) -> timedelta:
    """How long until the exchange is asked again: every 2 s at first, then seldom, 30 s at most."""
    return max(timedelta(seconds=2), min(timedelta(seconds=30), waited / 4))
