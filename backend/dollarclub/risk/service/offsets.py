"""Carrying out an offset: winners first, then the loser by as much as they truly realised.

Each step is derived from the plan and from the orders that exist, and written in one transaction, so a process may die
anywhere. An order is reserved together with the wish to cancel what rests in its way: the engine sees it in the book
from then on and rests nothing anew for what it sells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.outbox import emit
from dollarclub.exchanges.gateway import OrderType, TimeInForce
from dollarclub.kit.money import PRECISE, ZERO, plain
from dollarclub.orders.queries.fills import fills_of
from dollarclub.orders.rules.states import Purpose
from dollarclub.orders.service.cancels import request_cancel_all
from dollarclub.orders.service.halts import is_halted
from dollarclub.orders.service.intents import Intent, Reserved, reserve
from dollarclub.positions.rules.pricing import pause_after, worst_price
from dollarclub.positions.rules.view import RISK, OrderView
from dollarclub.positions.service.groups import wake
from dollarclub.risk.events import offset_changed
from dollarclub.risk.models import OffsetStatus, RiskOffset
from dollarclub.risk.queries import groups as queries
from dollarclub.risk.repository.offsets import OffsetRepository
from dollarclub.risk.rules.group import Group
from dollarclub.risk.rules.offset import size_loser
from dollarclub.risk.rules.progress import Done, Part, done, name_of, own_orders, to_free
from dollarclub.risk.rules.purse import quote_of


@dataclass(frozen=True)
class Step:
    """What was written. `order` is to be sent when `cancels` are through. `pause`: nothing can be done before."""

    order: Reserved | None = None
    key_id: UUID | None = None
    cancels: tuple[UUID, ...] = ()
    pause: timedelta = timedelta(0)
    is_over: bool = False


WAIT = Step(pause=timedelta(milliseconds=50))
BLIND = Step(pause=timedelta(seconds=5))


@dataclass(frozen=True)
class _Sender:
    session: Session
    offset: RiskOffset
    now: datetime
    worker: str
    lease: timedelta
    is_halted: bool


def step(session: Session, *, account_id: UUID, now: datetime, worker: str, lease: timedelta) -> Step:
    """The next step of the account's running offset; `is_over` when none runs."""
    offset = OffsetRepository(session).running(account_id, lock=True)
    if offset is None:
        return Step(is_over=True)
    sender = _Sender(session, offset, now, worker, lease, is_halted(session, account_id))
    if offset.status is OffsetStatus.closing_winners:
        return _winners(sender)
    return _loser(sender)


def _winners(sender: _Sender) -> Step:
    realised = ZERO
    for stored in sender.offset.plan["slices"]:
        part = Part.from_json(stored)
        progress, waiting = _part(sender, part)
        if waiting is not None:
            return waiting
        realised += progress.realised
    return _size(sender, realised)


def _size(sender: _Sender, realised: Decimal) -> Step:
    """The winners are through: how much of the loser that pays for."""
    loser_id = sender.offset.loser_id
    loser = queries.groups(sender.session, sender.offset.account_id, [loser_id]).get(loser_id)
    if realised <= ZERO:
        return _end(
            sender, OffsetStatus.aborted, "The winners realised nothing, so the loser was left alone."
        )
    if loser is None or not loser.is_open or loser.view.is_manual or sender.is_halted:
        note = "The loser is closed otherwise or trading is halted; what the winners realised stays realised."
        return _end(sender, OffsetStatus.aborted, note, realised=realised)
    holding = loser.holding
    if holding is None:
        return BLIND if loser.view.figures.held > ZERO else _gone(sender, realised)
    amount = size_loser(holding, realised)
    if amount <= ZERO:
        note = "What the winners realised does not pay for the least order of the loser."
        return _end(sender, OffsetStatus.aborted, note, realised=realised)
    part = Part(loser.id, holding.side, amount, holding.average, holding.fee_rate)
    plan = sender.offset.plan | {"loser_part": part.as_json()}
    _move(sender, (OffsetStatus.closing_winners,), OffsetStatus.closing_loser, realised=realised, plan=plan)
    return Step()


def _gone(sender: _Sender, realised: Decimal) -> Step:
    return _end(sender, OffsetStatus.aborted, "The loser holds nothing any more.", realised=realised)


def _loser(sender: _Sender) -> Step:
    part = Part.from_json(sender.offset.plan["loser_part"])
    progress, waiting = _part(sender, part)
    if waiting is not None:
        return waiting
    if progress.filled <= ZERO:
        return _end(sender, OffsetStatus.aborted, "Nothing of the loser could be closed.", loss=ZERO)
    loss = -progress.realised
    realised = sender.offset.realised or ZERO
    note = f"{plain(realised)} realised for a loss of {plain(loss)}."
    return _end(sender, OffsetStatus.done, note, loss=loss)


def _part(sender: _Sender, part: Part) -> tuple[Done, Step | None]:
    """What was done of the part, and the step that goes on with it; None when nothing more is to be done."""
    progress, group, waiting = _look(sender, part)
    if group is None or waiting is not None:
        return progress, waiting
    # The update locks the group: the engine decides nothing about it until this is committed.
    wake(sender.session, part.group)
    progress, group, waiting = _look(sender, part)
    if group is None or waiting is not None:
        return progress, waiting
    return progress, _order(sender, group, part, progress)


def _look(sender: _Sender, part: Part) -> tuple[Done, Group | None, Step | None]:
    """What was done of the part; the group, when a further order may be sent; what is to be waited for."""
    session, offset = sender.session, sender.offset
    group = queries.groups(session, offset.account_id, [part.group]).get(part.group)
    if group is None:
        return Done(ZERO, ZERO, 0, True), None, None
    orders = own_orders(group.view, offset.id)
    progress = done(part, orders, _fees(session, group, orders))
    if not progress.is_settled:
        return progress, None, WAIT
    stopped = not group.is_open or group.view.is_manual or sender.is_halted
    if stopped or not progress.may_try(part):
        return progress, None, None
    pause = pause_after(orders, sender.now)
    return progress, group, Step(pause=pause) if pause > timedelta(0) else None


def _order(sender: _Sender, group: Group, part: Part, progress: Done) -> Step | None:
    """Write the next order of the part; None when what is left of it is less than the exchange takes."""
    view = group.view
    wanted = min(part.amount - progress.filled, view.figures.held)
    price = None if view.last is None else worst_price(view, view.last, is_entry=False)
    is_market = price is None
    amount = view.sendable(wanted, is_market=is_market)
    least = view.least(price or view.last or part.average, is_market=is_market)
    if amount <= ZERO or amount < least:
        return None
    cancels = tuple(each.id for each in to_free(view, amount))
    request_cancel_all(sender.session, cancels)
    intent = Intent(
        account_id=group.account_id,
        key_id=group.key_id,
        book_id=group.id,
        origin=RISK,
        origin_id=sender.offset.id,
        leg=name_of(group.id, progress.tries + 1),
        purpose=Purpose.exit,
        symbol=group.symbol,
        market_type=view.market_type,
        side=view.side.exit,
        type=OrderType.market if is_market else OrderType.limit,
        amount=amount,
        price=price,
        time_in_force=None if is_market else TimeInForce.ioc,
        reduce_only=view.is_reducing,
    )
    reserved = reserve(sender.session, intent, worker=sender.worker, lease=sender.lease)
    return Step(order=reserved, key_id=group.key_id, cancels=cancels)


def _fees(session: Session, group: Group, orders: Sequence[OrderView]) -> Mapping[UUID, Decimal]:
    """What the fees of orders whose fills are all known were worth in quote units; one in a third asset is left out."""
    base, quote = group.symbol.split("/", 1)[0], quote_of(group.symbol)
    fees: dict[UUID, Decimal] = {}
    for order_id, fills in fills_of(session, [each.id for each in orders]).items():
        if all(fill.fee_asset in (base, quote) for fill in fills):
            fees[order_id] = sum(
                (
                    fill.fee_amount
                    if fill.fee_asset == quote
                    else PRECISE.multiply(fill.fee_amount, fill.price)
                    for fill in fills
                ),
                ZERO,
            )
    return fees


def _end(sender: _Sender, target: OffsetStatus, note: str, **values: Any) -> Step:
    sources = (OffsetStatus.closing_winners, OffsetStatus.closing_loser)
    _move(sender, sources, target, note=note, **values)
    return Step(is_over=True)


def _move(sender: _Sender, sources: Sequence[OffsetStatus], target: OffsetStatus, **values: Any) -> None:
    session, offset = sender.session, sender.offset
    if not OffsetRepository(session).move(offset.id, sources=sources, target=target, **values):
        return
    audit.record(
        session,
        account_id=offset.account_id,
        action="risk.offset",
        subject_kind="risk_offset",
        subject_id=offset.id,
        before={"status": offset.status.value},
        after={"status": target.value}
        | {name: plain(values[name]) for name in ("realised", "loss") if values.get(name) is not None},
        note=values.get("note", ""),
    )
    emit(session, offset_changed(offset.account_id, offset.id))
