"""One step of a group: read what is, decide, and write all that was decided in the same transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.errors import Conflict
from dollarclub.core.outbox import emit
from dollarclub.exchanges.gateway import Catalog, MarginMode, MarketType
from dollarclub.exchanges.rules.precision import Steps
from dollarclub.orders.queries.halts import active_halt
from dollarclub.orders.rules.states import Purpose
from dollarclub.orders.service.cancels import request_cancel_all
from dollarclub.orders.service.intents import Intent, Reserved, reserve
from dollarclub.positions.events import group_changed, group_closed
from dollarclub.positions.models import PositionGroup
from dollarclub.positions.queries.views import catalog_of, views_of
from dollarclub.positions.repository.groups import GroupRepository
from dollarclub.positions.rules.decide import decide
from dollarclub.positions.rules.decision import Decision, WantedOrder
from dollarclub.positions.rules.result import result_of
from dollarclub.positions.rules.states import ACTIVE
from dollarclub.positions.rules.view import GroupView
from dollarclub.positions.service.triggers import BLIND, arm, drop

BLOCKED = timedelta(milliseconds=500)


@dataclass(frozen=True)
class Planned:
    """An order that was written, and whether it is an exit."""

    reserved: Reserved
    is_exit: bool


@dataclass(frozen=True)
class SetUp:
    """How a futures pair shall be traded; None is left as it is."""

    leverage: int | None
    margin_mode: MarginMode | None


@dataclass(frozen=True)
class Step:
    """What was written: `orders` are to be sent, `cancels` to be cancelled. `is_last`: nothing is to be done any more.

    `asks_price`: it would go on if the latest price were told. `asks_set_up`: entries wait until the pair has this
    leverage and margin mode.
    """

    orders: tuple[Planned, ...]
    cancels: tuple[UUID, ...]
    is_last: bool
    look_in: timedelta | None
    asks_price: bool = False
    asks_set_up: SetUp | None = None


def advance(
    session: Session,
    group: PositionGroup,
    *,
    steps: Mapping[tuple[Catalog, str], Steps],
    last: Decimal | None,
    is_set_up: bool,
    now: datetime,
    worker: str,
    lease: timedelta,
) -> Step:
    """Decide about a group that the caller has locked, and write what was decided.

    `last` is the price now, if it was asked for; `is_set_up`: its pair has the leverage and the margin mode of its
    configuration.
    """
    if group.status not in ACTIVE:
        return Step((), (), True, None)
    halts = [each for each in (active_halt(session, None), active_halt(session, group.account_id)) if each]
    views = views_of(
        session,
        [group],
        steps,
        {} if last is None else {(catalog_of(group), group.symbol): last},
        is_halted=bool(halts),
        is_flattening=any(each.flatten and each.proven_at is None for each in halts),
    )
    view = views[group.id]
    decision = decide(view, now)
    if not is_set_up and any(order.is_entry for order in decision.orders):
        wish = _set_up_of(group, view)
        if wish is not None:
            return Step((), (), True, None, asks_set_up=wish)
    return _apply(session, group, view, decision, worker=worker, lease=lease)


def _apply(
    session: Session,
    group: PositionGroup,
    view: GroupView,
    decision: Decision,
    *,
    worker: str,
    lease: timedelta,
) -> Step:
    repository = GroupRepository(session)
    if decision.close is not None:
        repository.begin_close(group.id, decision.close)
    for pyramid_id, reason in decision.close_pyramids:
        repository.close_pyramid(pyramid_id, group.id, reason)
    for leg_id, note in decision.cancel_legs:
        repository.cancel_leg(leg_id, group.id, note)
    drop(session, decision.drop)
    for wanted in decision.arm:
        arm(
            session,
            group=group,
            kind=wanted.kind,
            subject_id=wanted.subject_id,
            direction=wanted.direction,
            price=wanted.price,
            trail_percent=wanted.trail_percent,
        )
    request_cancel_all(session, decision.cancels)
    planned: list[Planned] = []
    blocked = False
    for order in decision.orders:
        try:
            reserved = reserve(session, _intent(group, order), worker=worker, lease=lease)
        except Conflict:
            blocked = True
            continue
        planned.append(Planned(reserved, not order.is_entry))
    told = (
        repository.tell_problem(group.id, decision.problem, spared=BLIND)
        if decision.finish is None
        else False
    )
    events = []
    if decision.finish is not None:
        repository.finish(group.id, decision.finish, result_of(view.figures), decision.problem)
        events.append(group_closed(group.account_id, group.id))
    if told or not decision.is_empty:
        events.append(group_changed(group.account_id, group.id))
    emit(session, *events)
    waits = blocked and not planned
    look_in = decision.look_in
    if blocked:
        look_in = BLOCKED if look_in is None else min(look_in, BLOCKED)
    is_last = decision.is_empty or decision.finish is not None or waits
    return Step(tuple(planned), decision.cancels, is_last, look_in, decision.asks_price)


def tell_problem(session: Session, group: PositionGroup, problem: str) -> None:
    """Store why a group does not go on."""
    if GroupRepository(session).tell_problem(group.id, problem, spared=BLIND):
        emit(session, group_changed(group.account_id, group.id))


def _set_up_of(group: PositionGroup, view: GroupView) -> SetUp | None:
    plan = view.plan
    if group.market_type is not MarketType.usdm or (plan.leverage is None and plan.margin_mode is None):
        return None
    mode = None if plan.margin_mode is None else MarginMode(plan.margin_mode.value)
    return SetUp(plan.leverage, mode)


def _intent(group: PositionGroup, order: WantedOrder) -> Intent:
    return Intent(
        account_id=group.account_id,
        key_id=group.key_id,
        book_id=group.id,
        origin=order.origin,
        origin_id=order.origin_id,
        leg=order.name,
        purpose=Purpose.entry if order.is_entry else Purpose.exit,
        symbol=group.symbol,
        market_type=group.market_type,
        side=group.side.entry if order.is_entry else group.side.exit,
        type=order.type,
        amount=order.amount,
        price=order.price,
        time_in_force=order.time_in_force,
        reduce_only=not order.is_entry and group.market_type is MarketType.usdm,
    )
