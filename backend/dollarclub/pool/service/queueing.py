"""Entries that wait. Call these with the account's pool locked, unless told otherwise."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import nudge
from dollarclub.core.outbox import Event, emit
from dollarclub.pool.events import POOL_DUE, queue_changed
from dollarclub.pool.models import QueueEntry, QueueStatus
from dollarclub.pool.repository import PoolRepository, QueueRepository
from dollarclub.pool.rules.queue import Arrival, Waiting, expires_at, judge_arrival, replaced
from dollarclub.pool.rules.verdict import Code
from dollarclub.pool.schemas import PoolSettings
from dollarclub.positions.rules.request import EntryRequest


@dataclass(frozen=True)
class Queued:
    """`superseded` is the signal whose place was taken."""

    code: Code
    message: str
    queue_id: UUID | None = None
    superseded: UUID | None = None


def enqueue(
    session: Session,
    request: EntryRequest,
    settings: PoolSettings,
    *,
    continues: bool,
    why: str,
    now: datetime,
) -> Queued:
    """Let an entry wait, in the place of an earlier one of its kind if there is one; or say why it cannot."""
    queue = QueueRepository(session)
    found = queue.twins(
        request.account_id,
        key_id=request.key_id,
        symbol=request.symbol,
        timeframe=request.timeframe,
        sides=(request.side,),
    )
    row = found[0] if found else None
    waiting = None if row is None else _waiting(row)
    size = len(queue.waiting(request.account_id)) if row is None else 0
    arrival = judge_arrival(waiting, bar=request.bar(), size=size, max_size=settings.max_queue)
    if arrival is Arrival.full:
        return Queued(Code.queue_full, f"{why} The queue is full as well ({size}).")
    if arrival is Arrival.same_bar:
        return Queued(Code.duplicate_bar, "An entry of this candle waits already.")
    if row is not None and not settings.replace:
        return Queued(Code.already_queued, "An entry of this pair, timeframe and side waits already.")
    ttl = None if settings.expiry_seconds is None else timedelta(seconds=settings.expiry_seconds)
    superseded = None
    if row is None or waiting is None:
        fresh = Waiting(request.bar(), request.price, 0, now, now)
        row = queue.add(**_columns(request), first_queued_at=now, reason=why, is_continuation=continues)
    else:
        superseded = row.signal_id
        fresh = replaced(waiting, bar=request.bar(), price=request.price, now=now)
        for name, value in _columns(request).items():
            setattr(row, name, value)
        row.replacements, row.replaced_at = fresh.replacements, now
        row.reason, row.is_continuation = why, continues
    row.expires_at = expires_at(fresh, ttl)
    session.flush()
    PoolRepository(session).make_due(request.account_id)
    nudge(session, POOL_DUE)
    emit(session, queue_changed(request.account_id, row.id))
    code = Code.queued if superseded is None and row.replacements == 0 else Code.replaced
    return Queued(code, why, row.id, superseded)


def take_out(
    session: Session,
    *,
    account_id: UUID,
    key_id: UUID,
    symbol: str,
    timeframe: int | None,
    reason: str,
    now: datetime,
) -> list[Event]:
    """Cancel what waits for a symbol on a key, of any timeframe when it is None; the news of it, to be emitted last.

    Locks the pool itself.
    """
    PoolRepository(session).lock(account_id)
    queue = QueueRepository(session)
    found = queue.twins(account_id, key_id=key_id, symbol=symbol, timeframe=timeframe)
    for row in found:
        queue.settle(row, QueueStatus.cancelled, reason, now)
    return [queue_changed(account_id, row.id) for row in found]


def cancel_twin(session: Session, request: EntryRequest, group_id: UUID, now: datetime) -> list[UUID]:
    """A newer entry of its kind was opened directly: what waited is not wanted any more; the queue entries' ids."""
    queue = QueueRepository(session)
    found = queue.twins(
        request.account_id,
        key_id=request.key_id,
        symbol=request.symbol,
        timeframe=request.timeframe,
        sides=(request.side,),
    )
    for row in found:
        words = "A later alert was carried out directly."
        queue.settle(row, QueueStatus.cancelled, words, now, group_id=group_id)
    return [row.id for row in found]


def _waiting(row: QueueEntry) -> Waiting:
    return Waiting(
        bar=EntryRequest.from_json(row.request).bar(),
        price=row.entry_price,
        replacements=row.replacements,
        first_queued_at=row.first_queued_at,
        told_at=row.replaced_at or row.first_queued_at,
    )


def _columns(request: EntryRequest) -> dict[str, object]:
    return {
        "account_id": request.account_id,
        "key_id": request.key_id,
        "market_type": request.market_type,
        "symbol": request.symbol,
        "timeframe": request.timeframe,
        "side": request.side,
        "strategy_id": request.strategy_id,
        "signal_id": request.signal_id,
        "entry_price": request.price,
        "request": request.as_json(),
    }
