"""Entering: which legs are ordered now, which wait for their price, which are no longer wanted."""

from datetime import datetime, timedelta

from dollarclub.exchanges.gateway import OrderType, TimeInForce
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.decision import Decision, WantedOrder, WantedTrigger
from dollarclub.positions.rules.pricing import worst_price
from dollarclub.positions.rules.states import Direction, TriggerKind
from dollarclub.positions.rules.view import ENTRY, LEG, GroupView, LegView, TriggerView

EXPIRED = "Not filled within the time that its configuration gives it."
TOO_FAR = "The price went further than its configuration allows."


def enter(view: GroupView, now: datetime) -> Decision:
    """Order what is due, hold what waits for its price, take back what is not wanted any more."""
    fired = {
        each.subject_id: each
        for each in view.triggers
        if each.kind is TriggerKind.entry and each.fired_at is not None
    }
    expiry = _expiry(view)
    too_far = any(each.kind is TriggerKind.cancel_beyond and each.fired_at for each in view.triggers)
    orders: list[WantedOrder] = []
    cancels = []
    unwanted = []
    looks: list[timedelta] = []
    for leg in view.legs:
        entry = view.entry_of(leg)
        ends_at = expiry.get(leg.pyramid)
        if not view.may_enter(leg):
            if entry is not None and entry.can_cancel:
                cancels.append(entry.id)
        elif entry is not None and not entry.is_live:
            continue
        elif too_far or (ends_at is not None and ends_at <= now):
            unwanted.append((leg.id, TOO_FAR if too_far else EXPIRED))
            if entry is not None and entry.can_cancel:
                cancels.append(entry.id)
        else:
            if ends_at is not None:
                looks.append(ends_at - now)
            if entry is None and (not leg.is_held or leg.id in fired):
                orders.append(_entry(view, leg, fired.get(leg.id)))
    return Decision(
        orders=tuple(orders),
        cancels=tuple(cancels),
        cancel_legs=tuple(unwanted),
        problem=_refusal(view),
        look_in=min(looks, default=None),
    )


def held_entries(view: GroupView) -> list[WantedTrigger]:
    """The prices at which legs that the engine holds are sent."""
    direction = Direction.below if view.side is PositionSide.long else Direction.above
    return [
        WantedTrigger(TriggerKind.entry, leg.id, direction, leg.price)
        for leg in view.legs
        if leg.is_held and view.may_enter(leg) and view.entry_of(leg) is None
    ]


def may_still_enter(view: GroupView) -> bool:
    """Whether any entry rests, is on its way or is still to be sent."""
    for leg in view.legs:
        entry = view.entry_of(leg)
        if entry is not None and entry.is_live:
            return True
        if entry is None and view.may_enter(leg):
            return True
    return False


def _entry(view: GroupView, leg: LegView, fired: TriggerView | None) -> WantedOrder:
    if not leg.is_market and not leg.is_held:
        return WantedOrder(LEG, leg.id, ENTRY, True, OrderType.limit, leg.amount, leg.price, TimeInForce.gtc)
    expected = fired.fired_price if fired is not None and fired.fired_price is not None else leg.price
    limit = worst_price(view, expected, is_entry=True)
    if limit is None:
        return WantedOrder(LEG, leg.id, ENTRY, True, OrderType.market, leg.amount)
    return WantedOrder(LEG, leg.id, ENTRY, True, OrderType.limit, leg.amount, limit, TimeInForce.ioc)


def _expiry(view: GroupView) -> dict[int, datetime]:
    return {
        each.number: each.created_at + timedelta(seconds=each.plan.entry_ttl_seconds)
        for each in view.pyramids
        if each.plan.entry_ttl_seconds is not None
    }


def _refusal(view: GroupView) -> str | None:
    """Why the exchange refused an entry, if it did."""
    for leg in view.legs:
        entry = view.entry_of(leg)
        if entry is not None and entry.status is OrderStatus.rejected:
            return f"Leg {leg.number + 1} of pyramid {leg.pyramid} was refused: {entry.detail or entry.code}"
    return None
