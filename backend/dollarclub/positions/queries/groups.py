"""Groups as people see them: rows with their figures, and one group with everything that belongs to it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.exchanges import queries as prices
from dollarclub.exchanges.gateway import Catalog
from dollarclub.kit.clock import utc_now
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.kit.paging import Slice
from dollarclub.orders.queries.ledgers import fills_of_books, orders_of_books
from dollarclub.positions.models import Leg, PositionGroup, Pyramid
from dollarclub.positions.queries.views import catalog_of, steps_by_market, views_of
from dollarclub.positions.rules import ledger
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.ledger import Figures
from dollarclub.positions.rules.states import GroupStatus
from dollarclub.positions.rules.take_profit import leg_target
from dollarclub.positions.rules.view import GroupView, LegView
from dollarclub.positions.schemas import (
    FiguresOut,
    GroupDetailOut,
    GroupFillOut,
    GroupOrderOut,
    GroupOut,
    LegOut,
    LegState,
    PyramidOut,
    TargetOut,
)

TAKER_RATE = Decimal("0.001")
"""What an exit is assumed to cost in fees, as a fraction, where only an estimate is possible."""

FRESH = timedelta(seconds=120)
"""A price that is older than this is not known any more."""

_NOTHING = ledger.figures(PositionSide.long, ())


def groups_page(
    session: Session,
    *,
    account_id: UUID,
    statuses: Collection[GroupStatus] = (),
    symbol: str = "",
    key_id: UUID | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Slice[GroupOut]:
    """The account's groups, newest first; `symbol` is a part of the pair's name."""
    where: list[ColumnElement[bool]] = [PositionGroup.account_id == account_id]
    if statuses:
        where.append(PositionGroup.status.in_(statuses))
    if symbol:
        where.append(PositionGroup.symbol.icontains(symbol, autoescape=True))
    if key_id is not None:
        where.append(PositionGroup.key_id == key_id)
    total = session.scalar(select(func.count()).select_from(PositionGroup).where(*where)) or 0
    query = (
        select(PositionGroup)
        .where(*where)
        .order_by(PositionGroup.created_at.desc(), PositionGroup.id)
        .limit(limit)
        .offset(offset)
        .execution_options(populate_existing=True)
    )
    return Slice(_shown(session, session.scalars(query).all()), total, limit, offset)


def groups_by_id(session: Session, *, account_id: UUID, group_ids: Collection[UUID]) -> dict[UUID, GroupOut]:
    """Those of `group_ids` that belong to the account."""
    rows = session.scalars(
        select(PositionGroup)
        .where(PositionGroup.id.in_(group_ids), PositionGroup.account_id == account_id)
        .execution_options(populate_existing=True)
    ).all()
    return {shown.id: shown for shown in _shown(session, rows)}


def group(session: Session, *, account_id: UUID, group_id: UUID) -> GroupDetailOut:
    """One group with its pyramids, legs, orders and fills. Raises NotFound."""
    row = session.scalar(
        select(PositionGroup)
        .where(PositionGroup.id == group_id, PositionGroup.account_id == account_id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("No such position group.", group_id=group_id)
    view = _views(session, [row])[row.id]
    pyramids = session.scalars(
        select(Pyramid)
        .where(Pyramid.group_id == group_id)
        .order_by(Pyramid.number)
        .execution_options(populate_existing=True)
    ).all()
    legs = session.scalars(
        select(Leg)
        .where(Leg.group_id == group_id)
        .order_by(Leg.number)
        .execution_options(populate_existing=True)
    ).all()
    orders = orders_of_books(session, [group_id]).get(group_id, [])
    fills = fills_of_books(session, [group_id]).get(group_id, [])
    return GroupDetailOut(
        **_out(row, view).model_dump(),
        plan=row.plan,
        parts=[_pyramid(each, legs, view) for each in pyramids],
        orders=[GroupOrderOut.model_validate(each) for each in orders],
        fills=[GroupFillOut.model_validate(each) for each in fills],
    )


def _shown(session: Session, rows: Sequence[PositionGroup]) -> list[GroupOut]:
    views = _views(session, rows)
    return [_out(row, views[row.id]) for row in rows]


def _views(session: Session, rows: Sequence[PositionGroup]) -> dict[UUID, GroupView]:
    return views_of(session, rows, steps_by_market(session, rows), _lasts(session, rows))


def _lasts(session: Session, rows: Sequence[PositionGroup]) -> Mapping[tuple[Catalog, str], Decimal]:
    known = prices.last_prices(session, {(catalog_of(row), row.symbol) for row in rows})
    oldest = utc_now() - FRESH
    return {place: price.last for place, price in known.items() if price.seen_at > oldest}


def _out(row: PositionGroup, view: GroupView) -> GroupOut:
    resting = (
        PRECISE.multiply(each.to_come, each.price)
        for each in view.orders
        if each.is_entry and each.is_live and each.price is not None
    )
    return GroupOut(
        id=row.id,
        key_id=row.key_id,
        strategy_id=row.strategy_id,
        config_id=row.config_id,
        venue=row.venue,
        environment=row.environment,
        market_type=row.market_type,
        symbol=row.symbol,
        timeframe=row.timeframe,
        side=row.side,
        status=row.status,
        is_manual=row.is_manual,
        tp_mode=view.plan.tp_mode,
        stop_price=row.stop_price,
        close_reason=row.close_reason,
        close_note=row.close_note,
        close_signal_id=row.close_signal_id,
        problem=row.problem,
        pyramids=len(view.pyramids),
        max_pyramids=view.plan.max_pyramids,
        legs=len(view.legs),
        legs_filled=sum(leg.id in view.by_leg for leg in view.legs),
        resting=sum(resting, ZERO),
        created_at=row.created_at,
        closing_at=row.closing_at,
        closed_at=row.closed_at,
        figures=_figures(view, ledger.figures(view.side, view.fills, TAKER_RATE)),
        targets=[TargetOut.model_validate(each) for each in view.triggers],
    )


def _figures(view: GroupView, figures: Figures) -> FiguresOut:
    known = {name: value for name, value in asdict(figures).items() if name in FiguresOut.model_fields}
    if view.last is None:
        return FiguresOut(**known, last=None, gross_unrealised=None, unrealised=None, percent=None)
    net = ledger.unrealised(view.side, figures, view.last, TAKER_RATE)
    return FiguresOut(
        **known,
        last=view.last,
        gross_unrealised=ledger.gross_unrealised(view.side, figures, view.last),
        unrealised=net,
        percent=ledger.percent(net, figures.invested),
    )


def _pyramid(row: Pyramid, legs: Sequence[Leg], view: GroupView) -> PyramidOut:
    by_pyramid = ledger.by_pyramid(view.side, view.fills, TAKER_RATE)
    views = {each.id: each for each in view.legs}
    return PyramidOut(
        id=row.id,
        number=row.number,
        signal_id=row.signal_id,
        entry_price=row.entry_price,
        capital=row.capital,
        close_reason=row.close_reason,
        closing_at=row.closing_at,
        created_at=row.created_at,
        figures=_figures(view, by_pyramid.get(row.number, _NOTHING)),
        legs=[_leg(leg, views[leg.id], view) for leg in legs if leg.pyramid_id == row.id],
    )


def _leg(row: Leg, leg: LegView, view: GroupView) -> LegOut:
    figures = view.by_leg.get(leg.id, _NOTHING)
    price = figures.average_entry or row.price
    has_target = row.take_profit > ZERO
    return LegOut(
        id=row.id,
        number=row.number,
        gap=row.gap,
        weight=row.weight,
        take_profit=row.take_profit,
        price=row.price,
        amount=row.amount,
        cost=row.cost,
        is_market=row.is_market,
        is_held=row.is_held,
        state=_state(leg, figures, view),
        filled=figures.entered,
        average=figures.average_entry,
        held=figures.held,
        realised=figures.realised,
        target=leg_target(view.side, price, row.take_profit, view.steps.price_tick) if has_target else None,
        cancelled_at=row.cancelled_at,
        cancel_note=row.cancel_note,
        closing_at=row.closing_at,
    )


def _state(leg: LegView, figures: Figures, view: GroupView) -> LegState:
    entry = view.entry_of(leg)
    if figures.exited > ZERO and not view.is_sellable(figures.held):
        return LegState.taken
    if leg.is_closing:
        return LegState.closing
    if entry is not None and entry.is_live:
        if figures.entered > ZERO:
            return LegState.partially_filled
        return LegState.resting if entry.price is not None else LegState.sending
    if figures.entered > ZERO:
        return LegState.filled
    if entry is None:
        return LegState.waiting if view.may_enter(leg) else LegState.cancelled
    return LegState.refused if entry.status == "rejected" else LegState.cancelled
