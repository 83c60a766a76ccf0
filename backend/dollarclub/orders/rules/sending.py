"""When an order may go out, and when the absence of one that was sent is proven."""

from dataclasses import dataclass
from datetime import timedelta

CALL_WITHIN = timedelta(seconds=2)
"""So soon after its row said `sending` an order must be on its way, else it is not sent."""

LAG = timedelta(seconds=1)
"""How long an exchange may need until a new order is found."""


def is_late(since: float, now: float) -> bool:
    """Whether it is too late to send what was reserved at `since`; both are seconds of a clock that never stops.

    A process that was suspended in between must not send: meanwhile the order's absence may have been proven.
    """
    return now - since > CALL_WITHIN.total_seconds()


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
    """`receive_window`: for how long the exchange takes a signed request; `answer`: for how long one call may wait;
    `skew`: the exchange's clock minus ours."""

    receive_window: timedelta
    answer: timedelta
    skew: timedelta = timedelta(0)


def until_proof(silence: Silence, bounds: Bounds) -> timedelta:
    """How long until not being found proves that the order never reaches the exchange; zero or less: it does now.

    What was signed is refused once it is older than the receive window by the exchange's own clock, and what was taken
    is found `LAG` later. Nothing is signed after its call has ended. A call that nobody saw end began within
    `CALL_WITHIN`; before it signs it may have waited four times for something: a free connection, the list of markets, an
    answer that refused its clock, and the exchange's clock.
    """
    arrived = bounds.receive_window + abs(bounds.skew) + LAG
    if silence.sender_may_live:
        return CALL_WITHIN + 4 * bounds.answer + arrived - silence.since_sent
    return arrived - silence.since_unknown


def next_look(waited: timedelta) -> timedelta:
    """How long until the exchange is asked again: every 2 s at first, then seldom, 30 s at most."""
    return max(timedelta(seconds=2), min(timedelta(seconds=30), waited / 4))
