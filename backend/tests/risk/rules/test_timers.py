"""The timer of a losing group: when it starts, runs on, is reset and expires."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dollarclub.risk.rules.timers import STOPPED, Move, Standing, Timer, TimerRules, move, moved

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RULES = TimerRules(Decimal("-1.5"), required_pyramids=3, wait=timedelta(minutes=15))
RUNNING = Timer(NOON, NOON + RULES.wait)


def standing(pnl: str | None, pyramids: int = 3, open_legs: int = 0) -> Standing:
    return Standing(pyramids, open_legs, None if pnl is None else Decimal(pnl))


@pytest.mark.parametrize(
    ("timer", "now", "expected"),
    [
        (STOPPED, standing("-1.5"), Move.start),
        (STOPPED, standing("-4", pyramids=5), Move.start),
        (STOPPED, standing("-1.49"), Move.idle),
        (STOPPED, standing("-9", pyramids=2), Move.idle),
        (STOPPED, standing("-9", open_legs=1), Move.idle),
        (STOPPED, standing(None), Move.idle),
        (RUNNING, standing("-3"), Move.keep),
        (RUNNING, standing("-0.01"), Move.keep),
        (RUNNING, standing("0"), Move.reset),
        (RUNNING, standing("2"), Move.reset),
        (RUNNING, standing("-3", pyramids=4, open_legs=2), Move.reset),
        (RUNNING, standing(None), Move.keep),
    ],
)
def test_what_happens_to_the_timer(timer: Timer, now: Standing, expected: Move) -> None:
    assert move(timer, now, RULES) is expected


def test_it_expires_after_the_wait_and_stays_so_while_any_loss_is_left() -> None:
    timer = moved(STOPPED, standing("-2"), RULES, NOON)
    assert timer == RUNNING
    later = NOON + timedelta(minutes=14)
    timer = moved(timer, standing("-0.5"), RULES, later)
    assert timer == RUNNING, "recovering above the threshold does not reset"
    assert not timer.is_expired(later)
    assert timer.is_expired(NOON + timedelta(minutes=15))
    assert not STOPPED.is_expired(NOON)


def test_a_reset_timer_starts_anew() -> None:
    timer = moved(RUNNING, standing("1"), RULES, NOON)
    assert timer == STOPPED
    again = NOON + timedelta(hours=1)
    assert moved(timer, standing("-2"), RULES, again).expires_at == again + RULES.wait


def test_a_changed_wait_counts_for_timers_that_run() -> None:
    shorter = TimerRules(Decimal("-1.5"), 3, timedelta(minutes=5))
    assert moved(RUNNING, standing("-2"), shorter, NOON).expires_at == NOON + timedelta(minutes=5)
