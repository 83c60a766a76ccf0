"""Which losing group is offset first, and what keeps one from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from dollarclub.risk.rules.losers import Hindrance, LosingGroup, hindrance, pick, worst_first
from dollarclub.risk.rules.timers import STOPPED, Standing, Timer, TimerRules

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RULES = TimerRules(Decimal("-1.5"), required_pyramids=1, wait=timedelta(minutes=15))
EXPIRED = Timer(NOON - timedelta(minutes=20), NOON - timedelta(minutes=5))


def group(number: int = 1, percent: str = "-3", pnl: str = "-90", age: int = 0) -> LosingGroup:
    return LosingGroup(
        id=UUID(int=number),
        is_open=True,
        is_manual=False,
        is_blocked=False,
        skip_once=False,
        held=Decimal("0.05"),
        pnl=Decimal(pnl),
        standing=Standing(pyramids=1, open_legs=0, pnl_percent=Decimal(percent)),
        timer=EXPIRED,
        opened_at=NOON - timedelta(hours=age),
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"is_open": False}, Hindrance.not_open),
        ({"is_manual": True}, Hindrance.manual),
        ({"is_blocked": True}, Hindrance.blocked),
        ({"skip_once": True}, Hindrance.skipped),
        ({"held": Decimal(0)}, Hindrance.nothing_held),
        ({"pnl": None}, Hindrance.no_price),
        ({"standing": Standing(0, 0, Decimal(-3))}, Hindrance.incomplete),
        ({"standing": Standing(1, 1, Decimal(-3))}, Hindrance.incomplete),
        ({"standing": Standing(1, 0, Decimal("-1.49"))}, Hindrance.above_threshold),
        ({"timer": STOPPED}, Hindrance.timer_not_started),
        ({"timer": Timer(NOON, NOON + timedelta(seconds=1))}, Hindrance.timer_running),
    ],
)
def test_what_keeps_a_group_from_being_offset(changes: dict[str, object], expected: Hindrance | None) -> None:
    assert hindrance(replace(group(), **changes), RULES, NOON) is expected  # type: ignore[arg-type]


def test_the_worst_loser_is_the_deepest_then_the_largest_then_the_oldest() -> None:
    shallow, deep = group(1, "-2", "-900"), group(2, "-3", "-30")
    large, old = group(3, "-3", "-40"), group(4, "-3", "-30", age=5)
    assert worst_first([shallow, deep, large, old]) == [large, old, deep, shallow]
    assert pick([shallow, deep, replace(large, is_blocked=True), old], RULES, NOON) == old
    assert pick([], RULES, NOON) is None
    assert pick([replace(deep, timer=STOPPED)], RULES, NOON) is None
