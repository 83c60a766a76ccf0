"""How long a losing group is waited for before others' profits pay for it.

The clock of a group starts when its grid is complete and its loss is at the threshold or beyond. It runs on while the
grid is complete and any loss is left; it is reset by a profit, or by a further pyramid that makes the grid incomplete.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from dollarclub.kit.money import ZERO


class Move(StrEnum):
    start = "start"
    keep = "keep"
    reset = "reset"
    idle = "idle"


@dataclass(frozen=True)
class TimerRules:
    """`loss_threshold_percent` is negative. `required_pyramids` counts the initial entry."""

    loss_threshold_percent: Decimal
    required_pyramids: int
    wait: timedelta


@dataclass(frozen=True)
class Standing:
    """Where a group is. `open_legs` are those that can still fill. `pnl_percent` is None while no price is known."""

    pyramids: int
    open_legs: int
    pnl_percent: Decimal | None


@dataclass(frozen=True)
class Timer:
    """`expires_at` moves with the settings, so the present rules say it, not the ones of the start."""

    started_at: datetime | None = None
    expires_at: datetime | None = None

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


STOPPED = Timer()


def is_complete(standing: Standing, rules: TimerRules) -> bool:
    """Whether everything that was planned for the group is bought."""
    return standing.pyramids >= rules.required_pyramids and standing.open_legs == 0


def is_deep(standing: Standing, rules: TimerRules) -> bool:
    """Whether the loss is at the threshold or beyond it."""
    return standing.pnl_percent is not None and standing.pnl_percent <= rules.loss_threshold_percent


def move(timer: Timer, standing: Standing, rules: TimerRules) -> Move:
    """What happens to the timer now. An unknown price changes nothing that runs, and starts nothing."""
    if timer.started_at is None:
        return Move.start if is_complete(standing, rules) and is_deep(standing, rules) else Move.idle
    if not is_complete(standing, rules):
        return Move.reset
    if standing.pnl_percent is not None and standing.pnl_percent >= ZERO:
        return Move.reset
    return Move.keep


def moved(timer: Timer, standing: Standing, rules: TimerRules, now: datetime) -> Timer:
    """The timer after `move`."""
    match move(timer, standing, rules):
        case Move.start:
            return Timer(now, now + rules.wait)
        case Move.keep:
            assert timer.started_at is not None
            return Timer(timer.started_at, timer.started_at + rules.wait)
        case _:
            return STOPPED
