"""What risk makes of an account's positions now: timers, the loser, the plan. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.risk.models import RiskState
from dollarclub.risk.queries import groups as queries
from dollarclub.risk.repository.states import StateRepository
from dollarclub.risk.rules import offset
from dollarclub.risk.rules.group import Group
from dollarclub.risk.rules.losers import Hindrance, LosingGroup, hindrance, worst_first
from dollarclub.risk.rules.offset import Plan
from dollarclub.risk.rules.timers import Timer, moved
from dollarclub.risk.schemas import RiskSettings

WAIVED = frozenset(
    {
        Hindrance.timer_not_started,
        Hindrance.timer_running,
        Hindrance.incomplete,
        Hindrance.above_threshold,
        Hindrance.skipped,
    }
)
"""What does not keep a person from offsetting a loss at once."""


@dataclass(frozen=True)
class Picture:
    """All active groups, each with its timer as it is now; `losing` in the order in which they would be paid for."""

    groups: Mapping[UUID, Group]
    losing: Sequence[LosingGroup]
    hindrances: Mapping[UUID, Hindrance | None]

    def due(self) -> UUID | None:
        """The group that the engine pays for by itself now."""
        return next((each.id for each in self.losing if self.hindrances[each.id] is None), None)

    def by_hand(self) -> UUID | None:
        """The group that a person would have paid for now: the one that is due, else the worst loser."""
        return self.due() or next((each.id for each in self.losing if self.may_run(each.id)), None)

    def may_run(self, group_id: UUID) -> bool:
        """Whether a person may have this group paid for now."""
        found = next((each for each in self.losing if each.id == group_id), None)
        reason = self.hindrances.get(group_id)
        return found is not None and (reason is None or reason in WAIVED)


def picture(session: Session, account_id: UUID, settings: RiskSettings, now: datetime) -> Picture:
    """Of all that is stored now."""
    groups = queries.active_groups(session, account_id)
    states = StateRepository(session).of([group.id for group in groups])
    return judged(groups, states, settings, now)


def judged(
    groups: Sequence[Group], states: Mapping[UUID, RiskState], settings: RiskSettings, now: datetime
) -> Picture:
    """`states` are what is known of those groups that have any."""
    rules = settings.timer_rules
    seen = []
    for group in groups:
        state = states.get(group.id)
        timer = moved(timer_of(state), group.standing, rules, now)
        seen.append(
            group.losing(
                timer,
                is_blocked=state is not None and state.is_blocked,
                skip_once=state is not None and state.skip_once,
            )
        )
    reasons = {each.id: hindrance(each, rules, now) for each in seen}
    losing = worst_first(each for each in seen if each.pnl is not None and each.pnl < 0)
    return Picture({group.id: group for group in groups}, losing, reasons)


def timer_of(state: RiskState | None) -> Timer:
    return Timer() if state is None else Timer(state.timer_started_at, state.timer_expires_at)


def plan_for(picture: Picture, loser_id: UUID, settings: RiskSettings) -> Plan | None:
    """How winners of the same purse would pay for the loser; None without a price. Blocked groups are left alone."""
    loser = picture.groups[loser_id]
    holding = loser.holding
    if holding is None:
        return None
    left_alone = {each for each, reason in picture.hindrances.items() if reason in _LEFT_ALONE}
    winners = [
        each.holding
        for each in picture.groups.values()
        if each.purse == loser.purse and each.id not in left_alone and each.holding is not None
    ]
    return offset.plan(holding, [each for each in winners if each is not None], settings.knobs)


_LEFT_ALONE = frozenset({Hindrance.not_open, Hindrance.manual, Hindrance.blocked})
