"""Alerts of grid strategies: they open, add to and close position groups instead of ordering by themselves."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.outbox import emit
from dollarclub.exchanges.gateway import MarketType
from dollarclub.pool.service.admission import admit
from dollarclub.pool.service.queueing import take_out
from dollarclub.positions.queries import slots
from dollarclub.positions.queries.slots import ActiveGroup
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.request import EntryRequest
from dollarclub.positions.rules.states import CloseReason
from dollarclub.positions.service.closing import request_close
from dollarclub.positions.service.holding import hold_groups
from dollarclub.signals.events import signal_changed
from dollarclub.signals.repository.execution import Claimed, ExecutionRepository
from dollarclub.signals.rules.payload import Action, Alert, Intent
from dollarclub.signals.rules.route import wants_balance
from dollarclub.signals.rules.sizing import size_of
from dollarclub.signals.rules.states import Outcome
from dollarclub.signals.rules.timeframes import minutes_of
from dollarclub.signals.service.execution import Moment, end, overtake, terms_of
from dollarclub.signals.service.lookups import Ended, Target

_SUPERSEDED = "A later alert took its place in the queue."
_EXIT = "An exit came before there was a slot."


def wants_exchange(claimed: Claimed, alert: Alert) -> bool:
    """Whether the price or the balance must be asked for before `carry_out`."""
    if alert.intent not in (Intent.entry, Intent.reverse):
        return False
    return alert.price is None or wants_balance(alert, terms_of(claimed))


def carry_out(
    session: Session, claimed: Claimed, alert: Alert, target: Target, moment: Moment, *, now: datetime
) -> None:
    """Do what the alert says and end its signal, in this transaction.

    Raises ClaimLost, and Conflict for one that has to be tried again.
    """
    match alert.intent:
        case Intent.entry:
            ended = _enter(session, claimed, alert, target, moment, now)
        case Intent.reverse:
            ended = _reverse(session, claimed, alert, target, moment, now)
        case Intent.exit:
            ended = _leave(session, claimed, alert, target, now)
        case Intent.reduce:
            words = "A grid strategy closes a position as a whole; send an exit."
            ended = Ended(Outcome.action_unknown, words, target.key.id, target.market.symbol)
    if alert.intent is Intent.exit:
        overtake(session, claimed)
    end(session, claimed, ended)


def _enter(
    session: Session,
    claimed: Claimed,
    alert: Alert,
    target: Target,
    moment: Moment,
    now: datetime,
    *,
    reverses: bool = False,
) -> Ended:
    key_id, symbol = target.key.id, target.market.symbol
    side = PositionSide.long if alert.action is Action.buy else PositionSide.short
    if target.place.market_type is MarketType.spot and side is PositionSide.short:
        words = "A sell on spot must be an exit: set execution_intent.type (or intent) to exit."
        return Ended(Outcome.short_not_supported, words, key_id, symbol)
    price = alert.price or moment.last
    if price is None:
        return Ended(Outcome.exchange_error, "The exchange tells no price for this market.", key_id, symbol)
    terms = terms_of(claimed)
    size = size_of(alert, terms, target.place, moment.free)
    if size is None:
        words = f"There is no free {target.place.quote} to take a share of."
        return Ended(Outcome.insufficient_funds, words, key_id, symbol)
    request = _request(claimed, alert, target, side, price, size[0], size[1])
    admission = admit(session, request, now=now, reverses=reverses, max_cost=terms.max_cost)
    if admission.superseded is not None and admission.superseded != claimed.signal_id:
        _retell(session, claimed.account_id, admission.superseded, Outcome.superseded, _SUPERSEDED)
    return Ended(Outcome(admission.code.value), admission.message, key_id, symbol)


def _reverse(
    session: Session, claimed: Claimed, alert: Alert, target: Target, moment: Moment, now: datetime
) -> Ended:
    """Close the other side, then enter; on spot, which has no other side, a sell only closes."""
    if target.place.market_type is MarketType.spot and alert.action is not Action.buy:
        return _leave(session, claimed, alert, target, now)
    return _enter(session, claimed, alert, target, moment, now, reverses=True)


def _leave(session: Session, claimed: Claimed, alert: Alert, target: Target, now: datetime) -> Ended:
    """Close every matching group, of any timeframe when the alert names none, and forget what waits for a slot."""
    key_id, symbol = target.key.id, target.market.symbol
    timeframe = (minutes_of(alert.raw_timeframe) or 0) if alert.raw_timeframe else None
    removed = take_out(
        session,
        account_id=claimed.account_id,
        key_id=key_id,
        symbol=symbol,
        timeframe=timeframe,
        reason=_EXIT,
        now=now,
    )
    groups = [
        group
        for group in slots.active_groups(session, account_id=claimed.account_id, key_id=key_id, symbol=symbol)
        if timeframe is None or group.timeframe == timeframe
    ]
    hold_groups(session, account_id=claimed.account_id, group_ids=[group.id for group in groups])
    closed = [group for group in groups if _close(session, claimed, group)]
    emit(session, *removed)
    if closed:
        words = "Closes the position." if len(closed) == 1 else f"Closes {len(closed)} positions."
        return Ended(Outcome.exit_executed, words, key_id, symbol)
    if groups:
        return Ended(Outcome.exit_no_position, "It is being closed already.", key_id, symbol)
    if removed:
        words = "No position was open; the entry that waited for a slot was dropped."
        return Ended(Outcome.unqueued, words, key_id, symbol)
    return Ended(Outcome.exit_no_position, "No position of this symbol is open.", key_id, symbol)


def _close(session: Session, claimed: Claimed, group: ActiveGroup) -> bool:
    return request_close(
        session,
        account_id=claimed.account_id,
        group_id=group.id,
        reason=CloseReason.signal,
        note=f"An exit of the strategy {claimed.strategy.name}.",
        signal_id=claimed.signal_id,
    )


def _request(
    claimed: Claimed,
    alert: Alert,
    target: Target,
    side: PositionSide,
    price: Decimal,
    amount: Decimal | None,
    unit: str,
) -> EntryRequest:
    catalog = target.key.catalog
    return EntryRequest(
        account_id=claimed.account_id,
        key_id=target.key.id,
        venue=catalog.venue,
        environment=catalog.environment,
        market_type=catalog.market_type,
        symbol=target.market.symbol,
        timeframe=minutes_of(alert.raw_timeframe) or 0,
        side=side,
        price=price,
        amount=amount,
        unit="base" if unit == "base" else "quote",
        strategy_id=claimed.strategy_id,
        signal_id=claimed.signal_id,
        told_at=alert.told_at,
        received_at=claimed.received_at,
        stop_loss=alert.stop_loss,
        take_profit=alert.take_profit,
        max_slippage_percent=alert.max_slippage_percent,
    )


def _retell(session: Session, account_id: UUID, signal_id: UUID, outcome: Outcome, message: str) -> None:
    if ExecutionRepository(session).retell(signal_id, account_id, outcome, message):
        emit(session, signal_changed(account_id, signal_id))


def waited(session: Session, *, account_id: UUID, signal_id: UUID, outcome: Outcome, message: str) -> None:
    """Tell what has become of a signal whose entry waited in the queue."""
    _retell(session, account_id, signal_id, outcome, message)
