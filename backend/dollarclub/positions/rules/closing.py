"""Closing a group, a pyramid or a leg: first nothing of it may rest any more, then what it holds is sold to the last step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.gateway import OrderType, TimeInForce
from dollarclub.kit.money import ZERO
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.positions.rules.config import RemainderPolicy
from dollarclub.positions.rules.decision import Decision, WantedOrder
from dollarclub.positions.rules.pricing import pause_after, worst_price
from dollarclub.positions.rules.states import GroupStatus
from dollarclub.positions.rules.view import GROUP, LEG, PYRAMID, GroupView, OrderView, coming

CLOSE = "close"
TOO_SMALL = frozenset({"below_min_notional", "below_min_amount", "min_notional", "amount_too_small"})
AGAIN = timedelta(seconds=1)
STILL_TRUE = timedelta(seconds=2)
"""For how long a price that was reached counts as the present one."""


@dataclass(frozen=True)
class Scope:
    """What is closed: its orders, what they hold by the ledger, and the name that its close orders go by."""

    origin: str
    origin_id: UUID
    orders: Sequence[OrderView]
    held: Decimal

    def is_own(self, order: OrderView) -> bool:
        return (
            order.origin == self.origin
            and order.origin_id == self.origin_id
            and order.name.startswith(CLOSE)
            and order.name[len(CLOSE) :].isdigit()
        )


def close_group(view: GroupView, now: datetime) -> Decision:
    """The next steps of a closing group; `finish` when the exchange holds nothing of it any more."""
    dropped = tuple(each.id for each in view.triggers)
    if view.is_flattening:
        return Decision(drop=dropped, look_in=AGAIN)
    scope = Scope(GROUP, view.id, view.orders, view.figures.held)
    decision = _close(view, scope, now, view.free)
    if decision is None:
        return Decision(drop=dropped, finish=GroupStatus.closed)
    return replace(decision, drop=dropped)


def close_parts(view: GroupView, now: datetime) -> list[Decision]:
    """The next steps of pyramids and legs that are to be closed while their group goes on; together never more than is free."""
    scopes = []
    for pyramid in view.pyramids:
        if pyramid.is_closing:
            legs = {leg.id for leg in view.legs if leg.pyramid_id == pyramid.id}
            own = [
                each
                for each in view.orders
                if (each.origin == LEG and each.origin_id in legs)
                or (each.origin == PYRAMID and each.origin_id == pyramid.id)
            ]
            figures = view.by_pyramid.get(pyramid.number)
            scopes.append(Scope(PYRAMID, pyramid.id, own, figures.held if figures else ZERO))
    for leg in view.legs:
        if leg.is_closing and leg.pyramid_id not in view.closing_pyramids:
            figures = view.by_leg.get(leg.id)
            scopes.append(Scope(LEG, leg.id, view.leg_orders[leg.id], figures.held if figures else ZERO))
    parts: list[Decision] = []
    free = view.free
    for scope in scopes:
        decision = _close(view, scope, now, free)
        if decision is not None:
            free -= decision.exits
            parts.append(decision)
    return parts


def is_over(view: GroupView) -> bool:
    """Whether nothing of the group is at the exchange, and all that was filled is known."""
    return all(each.is_settled for each in view.orders)


def _close(view: GroupView, scope: Scope, now: datetime, free: Decimal) -> Decision | None:
    """None when nothing is left to do."""
    own = [each for each in scope.orders if scope.is_own(each)]
    others = [each for each in scope.orders if not scope.is_own(each)]
    cancels = tuple(each.id for each in others if each.can_cancel and each.origin in (LEG, PYRAMID, GROUP))
    # What an unknown order did is not known, so what is held without it is what is held for certain.
    if any(not each.is_settled and each.status is not OrderStatus.unknown for each in [*others, *own]):
        return Decision(cancels=cancels, look_in=AGAIN)
    spoken_for = coming(each for each in scope.orders if not each.is_entry)
    rest = min(scope.held - spoken_for, free)
    expected = _expected(view, now)
    order = None if _is_too_small(own) else _order(view, scope, rest, own, expected)
    if order is None:
        unknown = any(not each.is_settled for each in scope.orders)
        return Decision(cancels=cancels, look_in=AGAIN) if unknown or cancels else None
    pause = pause_after(own, now)
    if pause > timedelta(0):
        latest = own[-1]
        problem = f"A close was refused: {latest.detail or latest.code}"
        return Decision(cancels=cancels, problem=problem, look_in=pause)
    if expected is None and view.plan.max_slippage_percent is not None:
        return Decision(cancels=cancels, asks_price=True, look_in=AGAIN)
    return Decision(orders=(order,), cancels=cancels)


def _expected(view: GroupView, now: datetime) -> Decimal | None:
    """The price now: the latest one, or the one that has just been reached."""
    if view.last is not None:
        return view.last
    fired = [
        (each.fired_at, each.fired_price)
        for each in view.triggers
        if each.fired_at is not None and each.fired_price is not None and each.fired_at > now - STILL_TRUE
    ]
    return max(fired)[1] if fired else None


def _is_too_small(own: Sequence[OrderView]) -> bool:
    """Whether the exchange itself said that what is left is less than it takes."""
    return bool(own) and own[-1].status is OrderStatus.rejected and own[-1].code in TOO_SMALL


def _order(
    view: GroupView, scope: Scope, rest: Decimal, own: Sequence[OrderView], expected: Decimal | None
) -> WantedOrder | None:
    """The order that sells `rest`; None when that is less than the exchange takes."""
    name = f"{CLOSE}{len(own) + 1}"
    limit = None if expected is None else worst_price(view, expected, is_entry=False)
    if limit is None or (own and view.plan.remainder is RemainderPolicy.market):
        amount = view.sendable(rest, is_market=True)
        price = expected or view.figures.average_entry or ZERO
        if amount <= ZERO or amount < view.least(price, is_market=True):
            return None
        return WantedOrder(scope.origin, scope.origin_id, name, False, OrderType.market, amount)
    amount = view.sendable(rest, is_market=False)
    if amount <= ZERO or amount < view.least(limit, is_market=False):
        return None
    rests = bool(own) and view.plan.remainder is RemainderPolicy.rest
    lasts = TimeInForce.gtc if rests else TimeInForce.ioc
    return WantedOrder(scope.origin, scope.origin_id, name, False, OrderType.limit, amount, limit, lasts)
