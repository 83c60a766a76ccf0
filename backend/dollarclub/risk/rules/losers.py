"""Which losing group is paid for first, and what keeps the others from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from dollarclub.kit.money import ZERO
from dollarclub.risk.rules.timers import Standing, Timer, TimerRules, is_complete, is_deep


class Hindrance(StrEnum):
    """Why a group is not offset now."""

    not_open = "not_open"
    manual = "manual"
    blocked = "blocked"
    skipped = "skipped"
    nothing_held = "nothing_held"
    no_price = "no_price"
    incomplete = "incomplete"
    above_threshold = "above_threshold"
    timer_not_started = "timer_not_started"
    timer_running = "timer_running"


@dataclass(frozen=True)
class LosingGroup:
    """A group as risk sees it. `pnl` is its gross price result in quote units, `standing.pnl_percent` the same in percent
    of what is invested. `is_manual`: a person has taken it over."""

    id: UUID
    is_open: bool
    is_manual: bool
    is_blocked: bool
    skip_once: bool
    held: Decimal
    pnl: Decimal | None
    standing: Standing
    timer: Timer
    opened_at: datetime


def hindrance(group: LosingGroup, rules: TimerRules, now: datetime) -> Hindrance | None:
    """The first thing that keeps the group from being offset; None when it is eligible."""
    checks = (
        (not group.is_open, Hindrance.not_open),
        (group.is_manual, Hindrance.manual),
        (group.is_blocked, Hindrance.blocked),
        (group.held <= ZERO, Hindrance.nothing_held),
        (group.standing.pnl_percent is None or group.pnl is None, Hindrance.no_price),
        (not is_complete(group.standing, rules), Hindrance.incomplete),
        (not is_deep(group.standing, rules), Hindrance.above_threshold),
        (group.timer.started_at is None, Hindrance.timer_not_started),
        (not group.timer.is_expired(now), Hindrance.timer_running),
        (group.skip_once, Hindrance.skipped),
    )
    return next((reason for holds, reason in checks if holds), None)


def worst_first(groups: Iterable[LosingGroup]) -> list[LosingGroup]:
    """Largest loss in percent, then in money, then the oldest; a strict total order."""
    return sorted(
        groups,
        key=lambda group: (group.standing.pnl_percent or ZERO, group.pnl or ZERO, group.opened_at, group.id),
    )


def pick(groups: Iterable[LosingGroup], rules: TimerRules, now: datetime) -> LosingGroup | None:
    """The one to be offset now."""
    eligible = worst_first(group for group in groups if hindrance(group, rules, now) is None)
    return eligible[0] if eligible else None
