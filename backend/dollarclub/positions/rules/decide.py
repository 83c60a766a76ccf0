"""What is to be done about a group now. The same view always gives the same decision, so a process may die anywhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dollarclub.kit.money import ZERO
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.positions.rules.closing import close_group, close_parts
from dollarclub.positions.rules.config import TakeProfitMode
from dollarclub.positions.rules.decision import Decision, WantedTrigger, together
from dollarclub.positions.rules.entries import enter, held_entries, may_still_enter
from dollarclub.positions.rules.exits import (
    TAKE_PROFIT,
    fired_close,
    fired_pyramids,
    take_profits,
    watched_exits,
)
from dollarclub.positions.rules.states import CloseReason, GroupStatus, TriggerKind
from dollarclub.positions.rules.view import GROUP, LEG, PYRAMID, RISK, GroupView

HALTED_LOOK = timedelta(seconds=5)
_OWN = frozenset({LEG, PYRAMID, GROUP, RISK})


def decide(view: GroupView, now: datetime) -> Decision:
    """The next steps of a group; empty when there is nothing to do until something happens."""
    if view.status is GroupStatus.closing:
        return close_group(view, now)
    if view.status is not GroupStatus.open:
        return Decision()
    ended = _ended(view)
    if ended is not None:
        return ended
    if view.is_halted:
        return Decision(look_in=HALTED_LOOK)
    parts = close_parts(view, now)
    if view.is_manual:
        dropped = tuple(each.id for each in view.triggers)
        return together([*parts, _taken_back(view), Decision(drop=dropped)])
    reason = fired_close(view)
    if reason is not None:
        return Decision(close=reason)
    pyramids = fired_pyramids(view)
    if pyramids:
        return Decision(close_pyramids=pyramids)
    wanted = [*held_entries(view), *watched_exits(view)]
    free = view.free - sum((part.exits for part in parts), ZERO)
    return together([*parts, enter(view, now), *take_profits(view, now, free), _watch(view, wanted)])


def _ended(view: GroupView) -> Decision | None:
    """The end of an open group: nothing was filled and nothing will be, or all that was filled is sold again."""
    figures = view.figures
    if any(not each.is_settled and not each.is_entry for each in view.orders):
        return None
    if any(not each.is_settled and (not each.is_live or each.filled > ZERO) for each in view.orders):
        return None
    waiting = may_still_enter(view)
    if figures.entered == ZERO:
        return None if waiting else _never_filled(view)
    if view.is_sellable(figures.held):
        return Decision(close=_reason(view)) if _is_left_in_parts(view) else None
    per_pyramid = view.plan.tp_mode is TakeProfitMode.pyramid_aggregate
    if waiting and (figures.exited == ZERO or per_pyramid):
        return None
    return Decision(close=_reason(view))


def _is_left_in_parts(view: GroupView) -> bool:
    """Whether every pyramid is to be closed and what each still holds is too little to sell, but not all of it together."""
    return all(each.is_closing for each in view.pyramids) and not any(
        view.is_sellable(each.held) for each in view.by_pyramid.values()
    )


def _never_filled(view: GroupView) -> Decision:
    entries = [each for leg in view.legs if (each := view.entry_of(leg)) is not None]
    refused = [each for each in entries if each.status is OrderStatus.rejected]
    if refused and len(refused) == len(view.legs):
        dropped = tuple(each.id for each in view.triggers)
        return Decision(
            finish=GroupStatus.failed,
            drop=dropped,
            problem=f"The exchange refused every entry: {refused[0].detail or refused[0].code}",
        )
    return Decision(close=CloseReason.never_filled)


def _reason(view: GroupView) -> CloseReason:
    """Who sold the last of it."""
    exits = [each for each in view.orders if not each.is_entry and each.filled > ZERO]
    if not exits:
        return CloseReason.never_filled
    latest = exits[-1]
    if latest.origin not in _OWN:
        return CloseReason.kill_switch
    if latest.origin == RISK:
        return CloseReason.risk_offset
    if latest.origin == LEG and latest.name.startswith(TAKE_PROFIT):
        return CloseReason.take_profit
    reasons = [each.close_reason for each in view.pyramids if each.id == latest.origin_id]
    return reasons[0] if reasons and reasons[0] is not None else CloseReason.manual


def _taken_back(view: GroupView) -> Decision:
    """Entries of legs that a person cancelled."""
    entries = [each for leg in view.legs if leg.is_cancelled and (each := view.entry_of(leg)) is not None]
    return Decision(cancels=tuple(each.id for each in entries if each.can_cancel))


def _watch(view: GroupView, wanted: Sequence[WantedTrigger]) -> Decision:
    """Make the watched prices what they should be; one that was reached stays until it has been acted on."""
    known = {(each.kind, each.subject_id): each for each in view.triggers}
    arm = []
    for each in wanted:
        found = known.pop((each.kind, each.subject_id), None)
        if found is None:
            arm.append(each)
        elif found.fired_at is not None:
            if each.kind is TriggerKind.cancel_beyond:
                known[each.kind, each.subject_id] = found
        elif (found.direction, found.price, found.trail_percent) != (
            each.direction,
            each.price,
            each.trail_percent,
        ):
            arm.append(each)
    return Decision(arm=tuple(arm), drop=tuple(each.id for each in known.values()))
