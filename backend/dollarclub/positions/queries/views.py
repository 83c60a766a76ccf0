"""Groups as the rules see them: rows of groups, pyramids, legs, triggers, orders and fills put together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session

from dollarclub.exchanges import queries as markets
from dollarclub.exchanges.gateway import Catalog, MarketType
from dollarclub.exchanges.rules.precision import Steps
from dollarclub.exchanges.steps import steps_of
from dollarclub.kit.money import ZERO
from dollarclub.orders.queries.ledgers import BookFill, BookOrder, fills_of_books, orders_of_books
from dollarclub.orders.rules.states import Purpose
from dollarclub.positions.models import Leg, PositionGroup, PriceTrigger, Pyramid
from dollarclub.positions.rules.config import GridPlan
from dollarclub.positions.rules.ledger import LedgerFill
from dollarclub.positions.rules.view import (
    LEG,
    PYRAMID,
    GroupView,
    LegView,
    OrderView,
    PyramidView,
    TriggerView,
)

NO_STEPS = Steps(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, active=False)
"""Of a pair that the exchange does not list any more."""

_IDS: BindParameter[UUID] = bindparam("groups", expanding=True)
_PYRAMIDS: Select[*tuple[Any, ...]] = (
    select(
        Pyramid.group_id,
        Pyramid.id,
        Pyramid.number,
        Pyramid.entry_price,
        Pyramid.plan,
        Pyramid.created_at,
        Pyramid.closing_at.is_not(None),
        Pyramid.close_reason,
    )
    .where(Pyramid.group_id.in_(_IDS))
    .order_by(Pyramid.number)
)
_LEGS: Select[*tuple[Any, ...]] = (
    select(
        Leg.group_id,
        Leg.id,
        Leg.pyramid_id,
        Pyramid.number,
        Leg.number,
        Leg.price,
        Leg.amount,
        Leg.take_profit,
        Leg.is_market,
        Leg.is_held,
        Leg.cancelled_at.is_not(None),
        Leg.closing_at.is_not(None),
    )
    .join(Pyramid, Pyramid.id == Leg.pyramid_id)
    .where(Leg.group_id.in_(_IDS))
    .order_by(Pyramid.number, Leg.number)
)
_TRIGGERS: Select[*tuple[Any, ...]] = select(
    PriceTrigger.group_id,
    PriceTrigger.id,
    PriceTrigger.kind,
    PriceTrigger.subject_id,
    PriceTrigger.direction,
    PriceTrigger.price,
    PriceTrigger.trail_percent,
    PriceTrigger.fired_at,
    PriceTrigger.fired_price,
).where(PriceTrigger.group_id.in_(_IDS))


def catalog_of(group: PositionGroup) -> Catalog:
    return Catalog(group.venue, group.market_type, group.environment)


def steps_by_market(session: Session, groups: Iterable[PositionGroup]) -> dict[tuple[Catalog, str], Steps]:
    """The steps of every pair that the groups trade; of one that is not listed, `NO_STEPS`."""
    wanted = {(catalog_of(group), group.symbol) for group in groups}
    found = {}
    for catalog, symbol in wanted:
        market = markets.market(session, catalog, symbol)
        found[catalog, symbol] = NO_STEPS if market is None else steps_of(market)
    return found


def views_of(
    session: Session,
    groups: Sequence[PositionGroup],
    steps: Mapping[tuple[Catalog, str], Steps],
    lasts: Mapping[tuple[Catalog, str], Decimal],
    *,
    is_halted: bool = False,
    is_flattening: bool = False,
) -> dict[UUID, GroupView]:
    """A view of each group; whether they are halted is the same for all."""
    ids = [group.id for group in groups]
    if not ids:
        return {}
    parameters = {"groups": ids}
    pyramids: dict[UUID, list[PyramidView]] = defaultdict(list)
    for group_id, pyramid_id, number, price, plan, *rest in session.execute(_PYRAMIDS, parameters):
        pyramids[group_id].append(PyramidView(pyramid_id, number, price, GridPlan.from_json(plan), *rest))
    legs: dict[UUID, list[LegView]] = defaultdict(list)
    for row in session.execute(_LEGS, parameters):
        legs[row[0]].append(LegView(*row[1:]))
    triggers: dict[UUID, list[TriggerView]] = defaultdict(list)
    for row in session.execute(_TRIGGERS, parameters):
        triggers[row[0]].append(TriggerView(*row[1:]))
    # Orders first: a fill that comes in between is then counted by the order as still to come, never twice.
    orders = orders_of_books(session, ids)
    fills = fills_of_books(session, ids)
    views = {}
    for group in groups:
        market = (catalog_of(group), group.symbol)
        own_orders, own_fills = orders.get(group.id, []), fills.get(group.id, [])
        views[group.id] = GroupView(
            id=group.id,
            side=group.side,
            market_type=group.market_type,
            status=group.status,
            plan=GridPlan.from_json(group.plan),
            steps=steps.get(market, NO_STEPS),
            pyramids=tuple(pyramids[group.id]),
            legs=tuple(legs[group.id]),
            orders=_orders(own_orders, own_fills),
            fills=_fills(group, own_fills, own_orders, legs[group.id], pyramids[group.id]),
            triggers=tuple(triggers[group.id]),
            stop_price=group.stop_price,
            is_manual=group.is_manual,
            last=lasts.get(market),
            is_halted=is_halted,
            is_flattening=is_flattening,
        )
    return views


def _orders(orders: Sequence[BookOrder], fills: Sequence[BookFill]) -> tuple[OrderView, ...]:
    known: dict[UUID | None, Decimal] = defaultdict(Decimal)
    for fill in fills:
        known[fill.order_id] += fill.amount
    return tuple(
        OrderView(
            id=each.id,
            origin=each.origin,
            origin_id=each.origin_id,
            name=each.leg,
            is_entry=each.purpose is Purpose.entry,
            status=each.status,
            amount=each.filled if each.amount is None else each.amount,
            price=each.price,
            filled=each.filled,
            known=known[each.id],
            cancel_requested=each.cancel_requested,
            created_at=each.created_at,
            average=each.average,
            code=each.code,
            detail=each.detail,
        )
        for each in orders
    )


def _fills(
    group: PositionGroup,
    fills: Sequence[BookFill],
    orders: Sequence[BookOrder],
    legs: Sequence[LegView],
    pyramids: Sequence[PyramidView],
) -> tuple[LedgerFill, ...]:
    by_id = {order.id: order for order in orders}
    pyramid_of_leg = {leg.id: leg.pyramid for leg in legs}
    numbers = {pyramid.id: pyramid.number for pyramid in pyramids}
    found = []
    for fill in fills:
        order = by_id.get(fill.order_id) if fill.order_id is not None else None
        is_entry = order.purpose is Purpose.entry if order else fill.side is group.side.entry
        leg = order.origin_id if order and order.origin == LEG else None
        pyramid = pyramid_of_leg.get(leg) if leg is not None else None
        if order and order.origin == PYRAMID:
            pyramid = numbers.get(order.origin_id)
        fee_base, fee_quote = _fees(group, fill)
        found.append(
            LedgerFill(
                is_entry=is_entry,
                amount=fill.amount,
                price=fill.price,
                cost=fill.cost,
                fee_quote=fee_quote,
                fee_base=fee_base,
                pyramid=pyramid,
                leg=leg if pyramid is not None else None,
                at=fill.traded_at,
            )
        )
    return tuple(found)


def _fees(group: PositionGroup, fill: BookFill) -> tuple[Decimal, Decimal]:
    """(taken in the base asset, worth in quote units); a fee in a third asset is not valued."""
    pair, _, settle = group.symbol.partition(":")
    base, _, quote = pair.partition("/")
    if fill.fee_asset in (quote, settle or quote):
        return ZERO, fill.fee_amount
    if fill.fee_asset == base and group.market_type is MarketType.spot:
        return fill.fee_amount, ZERO
    return ZERO, ZERO
