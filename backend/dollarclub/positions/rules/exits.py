"""Taking profit and stopping losses: what rests at the exchange, and which prices are watched."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.gateway import OrderType, TimeInForce
from dollarclub.kit.money import ZERO
from dollarclub.positions.rules.config import PositionSide, TakeProfitMode
from dollarclub.positions.rules.decision import Decision, WantedOrder, WantedTrigger
from dollarclub.positions.rules.entries import may_still_enter
from dollarclub.positions.rules.percents import moved
from dollarclub.positions.rules.pricing import pause_after
from dollarclub.positions.rules.states import CloseReason, Direction, TriggerKind
from dollarclub.positions.rules.stops import beyond_price, stop_price
from dollarclub.positions.rules.take_profit import aggregate_target, leg_target, rest_of
from dollarclub.positions.rules.view import LEG, GroupView, LegView, coming

TAKE_PROFIT = "tp"
PER_LEG = frozenset({TakeProfitMode.per_leg, TakeProfitMode.hybrid})
PER_GROUP = frozenset({TakeProfitMode.aggregate, TakeProfitMode.hybrid})
_CLOSES = {
    TriggerKind.stop_loss: CloseReason.stop_loss,
    TriggerKind.trailing: CloseReason.trailing,
    TriggerKind.take_profit: CloseReason.take_profit,
}


def fired_close(view: GroupView) -> CloseReason | None:
    """Why the whole group is to be closed by a price that was reached; of several, the one that was reached first."""
    fired = [
        (each.fired_at, _CLOSES[each.kind])
        for each in view.triggers
        if each.fired_at is not None and each.kind in _CLOSES and each.subject_id == view.id
    ]
    return min(fired)[1] if fired else None


def fired_pyramids(view: GroupView) -> tuple[tuple[UUID, CloseReason], ...]:
    """Pyramids whose own target was reached."""
    own = {each.id for each in view.pyramids if not each.is_closing}
    return tuple(
        (each.subject_id, CloseReason.take_profit)
        for each in view.triggers
        if each.fired_at is not None and each.kind is TriggerKind.take_profit and each.subject_id in own
    )


def take_profits(view: GroupView, now: datetime, free: Decimal) -> list[Decision]:
    """Resting take profits of the legs, for what each holds and no other order speaks for: together at most `free`."""
    if view.plan.tp_mode not in PER_LEG:
        return []
    parts: list[Decision] = []
    for leg in view.legs:
        if leg.is_closing or leg.pyramid_id in view.closing_pyramids:
            continue
        decision = _of_leg(view, leg, free, now)
        if decision is not None:
            free -= decision.exits
            parts.append(decision)
    return parts


def watched_exits(view: GroupView) -> list[WantedTrigger]:
    """The prices at which the group or one of its pyramids is closed, and its entries are taken back."""
    figures = view.figures
    wanted = []
    if view.is_sellable(figures.held) and figures.average is not None:
        wanted += _stops(view, figures.average)
        if view.plan.tp_mode in PER_GROUP and view.plan.tp_percent is not None:
            wanted.append(
                _target(view, view.id, aggregate_target(view.side, figures.average, view.plan.tp_percent))
            )
        elif view.plan.tp_mode is TakeProfitMode.pyramid_aggregate:
            wanted += _of_pyramids(view) or _of_pyramid_remnants(view)
        elif view.plan.tp_mode is TakeProfitMode.per_leg:
            wanted += _of_remnants(view)
    percent = view.plan.cancel_beyond_percent
    if percent is not None and may_still_enter(view) and view.pyramids:
        base = figures.average if figures.average is not None else view.pyramids[-1].entry_price
        wanted.append(
            WantedTrigger(
                TriggerKind.cancel_beyond, view.id, _losing(view), beyond_price(view.side, base, percent)
            )
        )
    return wanted


def _of_leg(view: GroupView, leg: LegView, free: Decimal, now: datetime) -> Decision | None:
    figures = view.by_leg.get(leg.id)
    if figures is None or figures.average_entry is None or figures.held <= ZERO:
        return None
    entry = view.entry_of(leg)
    exits = [each for each in view.leg_orders[leg.id] if not each.is_entry]
    resting = coming(exits)
    price = leg_target(view.side, figures.average_entry, leg.take_profit, view.steps.price_tick)
    rest = rest_of(
        view.steps,
        target=price,
        held=min(figures.held, free + resting),
        resting=resting,
        is_complete=entry is None or entry.is_settled,
        reduce_only=view.is_reducing,
    )
    if rest.recall:
        live = [each for each in exits if each.is_live]
        return Decision(cancels=(live[-1].id,)) if live and all(each.can_cancel for each in live) else None
    if rest.place <= ZERO:
        return None
    pause = pause_after(exits, now)
    if pause > timedelta(0):
        problem = f"A take profit was refused: {exits[-1].detail or exits[-1].code}"
        return Decision(problem=problem, look_in=pause)
    name = f"{TAKE_PROFIT}{len(exits) + 1}"
    order = WantedOrder(LEG, leg.id, name, False, OrderType.limit, rest.place, price, TimeInForce.gtc)
    return Decision(orders=(order,))


def _stops(view: GroupView, average: Decimal) -> list[WantedTrigger]:
    wanted = []
    stop = stop_price(view.side, average, view.plan.stop_loss_percent, view.stop_price)
    if stop is not None:
        wanted.append(WantedTrigger(TriggerKind.stop_loss, view.id, _losing(view), stop))
    if view.plan.trailing_percent is not None:
        begins = moved(average, view.side.sign * (view.plan.trailing_activation_percent or ZERO))
        wanted.append(
            WantedTrigger(TriggerKind.trailing, view.id, _winning(view), begins, view.plan.trailing_percent)
        )
    return wanted


def _of_pyramids(view: GroupView) -> list[WantedTrigger]:
    wanted = []
    for pyramid in view.pyramids:
        figures = view.by_pyramid.get(pyramid.number)
        percent = pyramid.plan.tp_percent_of(pyramid.number)
        if pyramid.is_closing or figures is None or figures.average is None or percent is None:
            continue
        if view.is_sellable(figures.held):
            wanted.append(_target(view, pyramid.id, aggregate_target(view.side, figures.average, percent)))
    return wanted


def _of_remnants(view: GroupView) -> list[WantedTrigger]:
    """Parts of legs that are each too little to rest, but not together: sold when the farthest target is reached."""
    if may_still_enter(view) or any(each.is_live for each in view.orders):
        return []
    targets = []
    for leg in view.legs:
        figures = view.by_leg.get(leg.id)
        if figures is not None and figures.average_entry is not None and figures.held > ZERO:
            targets.append(
                leg_target(view.side, figures.average_entry, leg.take_profit, view.steps.price_tick)
            )
    return [_target(view, view.id, _farthest(view, targets))] if targets else []


def _of_pyramid_remnants(view: GroupView) -> list[WantedTrigger]:
    """The same of pyramids: an offset takes from each in proportion, which may leave all of them below a step."""
    if may_still_enter(view) or any(each.is_live for each in view.orders):
        return []
    targets = []
    for pyramid in view.pyramids:
        figures = view.by_pyramid.get(pyramid.number)
        percent = pyramid.plan.tp_percent_of(pyramid.number)
        if (
            not pyramid.is_closing
            and figures is not None
            and figures.average is not None
            and percent is not None
        ):
            targets.append(aggregate_target(view.side, figures.average, percent))
    return [_target(view, view.id, _farthest(view, targets))] if targets else []


def _farthest(view: GroupView, targets: Sequence[Decimal]) -> Decimal:
    return max(targets) if view.side is PositionSide.long else min(targets)


def _target(view: GroupView, subject_id: UUID, price: Decimal) -> WantedTrigger:
    return WantedTrigger(TriggerKind.take_profit, subject_id, _winning(view), price)


def _winning(view: GroupView) -> Direction:
    return Direction.above if view.side is PositionSide.long else Direction.below


def _losing(view: GroupView) -> Direction:
    return Direction.below if view.side is PositionSide.long else Direction.above
