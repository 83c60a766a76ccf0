"""The risk page: state, how much of each limit is used, who would be paid for, and by whom. Changes nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.kit.money import ZERO, nearest_to
from dollarclub.risk.models import RiskEngine
from dollarclub.risk.queries import groups as queries
from dollarclub.risk.queries.exposure import GroupExposure, exposures
from dollarclub.risk.repository.engines import EngineRepository
from dollarclub.risk.repository.offsets import OffsetRepository
from dollarclub.risk.rules.group import Group
from dollarclub.risk.rules.limits import usages
from dollarclub.risk.rules.losers import LosingGroup
from dollarclub.risk.rules.pretrade import Exposure, Limits
from dollarclub.risk.schemas import (
    CandidateOut,
    EngineOut,
    EngineState,
    PlanOut,
    RiskOut,
    RiskSettings,
    SliceOut,
    UsageOut,
)
from dollarclub.risk.service import settings
from dollarclub.risk.service.judging import Picture, picture, plan_for
from dollarclub.risk.service.pretrade import exposure_of
from dollarclub.risk.service.state import counted_since, reason_of

_SHOWN = Decimal("0.0001")


def overview(session: Session, account_id: UUID, now: datetime) -> RiskOut:
    values = settings.read(session, account_id).values
    seen = picture(session, account_id, values, now)
    row = EngineRepository(session).read(account_id)
    realised = queries.realised_since(session, account_id, counted_since(row, now))
    entered = queries.entries_since(session, account_id, counted_since(None, now))
    running = OffsetRepository(session).running(account_id)
    return RiskOut(
        engine=engine_out(row),
        realised_today=realised,
        limits=_limits(values.limits, exposures(session, account_id), realised, entered),
        candidates=[_candidate(seen, each) for each in seen.losing],
        plan=_plan(seen, values),
        running_offset_id=running.id if running else None,
    )


def engine_out(row: RiskEngine | None) -> EngineOut:
    if row is None:
        return EngineOut(
            state=EngineState.running, reason="", stopped_at=None, loss_paused_at=None, restarted_at=None
        )
    if row.stopped_at is not None:
        state = EngineState.stopped
    else:
        state = EngineState.running if row.loss_paused_at is None else EngineState.paused
    return EngineOut(
        state=state,
        reason=reason_of(row) or "",
        stopped_at=row.stopped_at,
        loss_paused_at=row.loss_paused_at,
        restarted_at=row.restarted_at,
    )


def _limits(
    limits: Limits,
    groups: Sequence[GroupExposure],
    realised: Mapping[str, Decimal],
    entered: Mapping[str, int],
) -> list[UsageOut]:
    by_purse: dict[str, list[GroupExposure]] = defaultdict(list)
    for group in groups:
        by_purse[group.purse].append(group)
    shown = []
    for purse in sorted(by_purse.keys() | realised.keys() | entered.keys()):
        exposure = _fullest(by_purse[purse], realised.get(purse, ZERO), entered.get(purse, 0))
        for usage in usages(limits, exposure):
            shown.append(
                UsageOut(
                    purse=purse,
                    name=usage.name,
                    effect=usage.effect,
                    used=usage.used,
                    limit=usage.limit,
                    is_reached=usage.is_reached,
                )
            )
    return shown


def _fullest(groups: list[GroupExposure], realised: Decimal, entered: int) -> Exposure:
    """Per symbol the largest of all symbols."""
    of_symbols = [
        exposure_of(groups, symbol, realised_today=realised, trades_today=entered)
        for symbol in {each.symbol for each in groups}
    ]
    return Exposure(
        groups_of_symbol=max((each.groups_of_symbol for each in of_symbols), default=0),
        exposure_of_symbol=max((each.exposure_of_symbol for each in of_symbols), default=ZERO),
        exposure_total=sum((each.amount for each in groups), ZERO),
        realised_today=realised,
        trades_today=entered,
    )


def _candidate(seen: Picture, losing: LosingGroup) -> CandidateOut:
    group = seen.groups[losing.id]
    percent = losing.standing.pnl_percent
    return CandidateOut(
        group_id=losing.id,
        symbol=group.symbol,
        side=group.view.side.value,
        purse=group.purse,
        pnl=losing.pnl,
        pnl_percent=None if percent is None else nearest_to(percent, _SHOWN),
        pyramids=losing.standing.pyramids,
        open_legs=losing.standing.open_legs,
        timer_started_at=losing.timer.started_at,
        timer_expires_at=losing.timer.expires_at,
        is_blocked=losing.is_blocked,
        skip_once=losing.skip_once,
        hindrance=seen.hindrances[losing.id],
    )


def _plan(seen: Picture, values: RiskSettings) -> PlanOut | None:
    due = seen.due()
    loser = seen.by_hand()
    plan = None if loser is None else plan_for(seen, loser, values)
    if plan is None:
        return None
    return PlanOut(
        loser_id=plan.loser,
        symbol=seen.groups[plan.loser].symbol,
        need=plan.need,
        expected=plan.expected,
        covers=plan.covers,
        note=plan.note,
        is_due=due == plan.loser and values.offset_enabled,
        slices=[
            SliceOut(
                group_id=each.group,
                symbol=seen.groups[each.group].symbol,
                amount=each.amount,
                expected=each.expected,
                is_whole=_is_whole(seen.groups[each.group], each.amount),
            )
            for each in plan.slices
        ],
    )


def _is_whole(group: Group, amount: Decimal) -> bool:
    """Whether nothing but dust would be left."""
    return group.view.figures.held - amount < group.view.steps.amount_step
