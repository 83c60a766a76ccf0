"""Signals as people see them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.kit.paging import Slice
from dollarclub.signals.models import Signal
from dollarclub.signals.queries.outcomes import EXECUTED, REFUSED
from dollarclub.signals.rules.states import Outcome, SignalStatus
from dollarclub.signals.schemas import ChartHourOut, SignalOut


def view(row: Signal) -> SignalOut:
    """A signal as lists show it."""
    return SignalOut(
        id=row.id,
        strategy_id=row.strategy_id,
        status=row.status,
        outcome=row.outcome,
        message=row.message,
        symbol=row.symbol,
        raw_symbol=row.alert.get("raw_symbol"),
        action=row.alert.get("action"),
        address=row.address,
        told_at=row.told_at,
        received_at=row.received_at,
        claimed_at=row.claimed_at,
        decided_at=row.decided_at,
        settled_at=row.settled_at,
        repeats=row.repeats,
        replay_of=row.replay_of,
        key_id=row.key_id,
    )


def signal_row(session: Session, *, account_id: UUID, signal_id: UUID) -> Signal:
    """A stored signal of the account. Raises NotFound."""
    row = session.scalar(
        select(Signal)
        .where(Signal.id == signal_id, Signal.account_id == account_id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("No such signal.", signal_id=signal_id)
    return row


def signals_by_id(session: Session, *, account_id: UUID, signal_ids: Sequence[UUID]) -> dict[UUID, SignalOut]:
    """Those of `signal_ids` that belong to the account."""
    rows = session.scalars(select(Signal).where(Signal.id.in_(signal_ids), Signal.account_id == account_id))
    return {row.id: view(row) for row in rows}


def signals_page(
    session: Session,
    *,
    account_id: UUID,
    statuses: Sequence[SignalStatus] = (),
    outcomes: Sequence[Outcome] = (),
    strategy_id: UUID | None = None,
    symbol: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Slice[SignalOut]:
    """The account's signals, newest first. `symbol` is part of the pair, as we write it or as it came."""
    where = [Signal.account_id == account_id]
    if statuses:
        where.append(Signal.status.in_(statuses))
    if outcomes:
        where.append(Signal.outcome.in_(outcomes))
    if strategy_id is not None:
        where.append(Signal.strategy_id == strategy_id)
    if symbol:
        raw = Signal.alert["raw_symbol"].astext
        where.append(
            Signal.symbol.icontains(symbol, autoescape=True) | raw.icontains(symbol, autoescape=True)
        )
    if since is not None:
        where.append(Signal.received_at >= since)
    if until is not None:
        where.append(Signal.received_at < until)
    total = session.scalar(select(func.count()).select_from(Signal).where(*where)) or 0
    query = select(Signal).where(*where).order_by(Signal.received_at.desc(), Signal.id.desc())
    rows = session.scalars(query.limit(limit).offset(offset))
    return Slice([view(row) for row in rows], total, limit, offset)


def chart(session: Session, *, account_id: UUID, hours: int, now: datetime) -> list[ChartHourOut]:
    """Counts of each of the last `hours` clock hours, the present one last; hours without signals are zero."""
    last = now.replace(minute=0, second=0, microsecond=0)
    first = last - timedelta(hours=hours - 1)
    hour = func.date_trunc("hour", Signal.received_at, "UTC").label("hour")
    rows = session.execute(
        select(hour, func.count(), func.count().filter(EXECUTED), func.count().filter(REFUSED))
        .where(Signal.account_id == account_id, Signal.received_at >= first)
        .group_by(hour)
    )
    counts = {row[0]: (row[1], row[2], row[3]) for row in rows}
    wanted = (first + timedelta(hours=number) for number in range(hours))
    return [
        ChartHourOut(hour=each, received=received, executed=executed, refused=refused)
        for each in wanted
        for received, executed, refused in [counts.get(each, (0, 0, 0))]
    ]
