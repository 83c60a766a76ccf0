"""Opening what waits: by itself as slots become free, and by hand."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.bus import nudge
from dollarclub.core.errors import Conflict, DomainError, NotFound
from dollarclub.core.logging import logger
from dollarclub.core.outbox import Event, emit
from dollarclub.pool import queries
from dollarclub.pool.events import POOL_DUE, queue_changed
from dollarclub.pool.models import QueueEntry, QueueStatus
from dollarclub.pool.queries import Standing
from dollarclub.pool.repository import PoolRepository, QueueRepository
from dollarclub.pool.rules.queue import drift_percent, has_drifted
from dollarclub.pool.rules.verdict import Step
from dollarclub.pool.schemas import PoolSettings
from dollarclub.pool.service.admission import carry_out
from dollarclub.pool.service.judging import judge
from dollarclub.pool.service.settings import current
from dollarclub.positions.queries import slots
from dollarclub.positions.rules.request import EntryRequest

SWEEP = timedelta(seconds=15)
_log = logger(__name__)


def promote_next(session: Session, *, now: datetime) -> UUID | None:
    """See to one account whose queue is due; the account, None when none is.

    At most one entry is opened, so that no lock is held for the sake of another one; the account is then due again.
    """
    pools = PoolRepository(session)
    account_id = pools.next_due()
    if account_id is None:
        return None
    settings, _ = current(session, account_id)
    changed = _drop_stale(session, account_id, settings, now)
    news, opened = _open_one(session, account_id, settings, now)
    if opened:
        pools.due_again(account_id, now)
    else:
        remains = queries.has_waiting(session, account_id)
        pools.due_again(account_id, now + SWEEP if remains else None)
    emit(session, *changed, *news)
    return account_id


def _drop_stale(session: Session, account_id: UUID, settings: PoolSettings, now: datetime) -> list[Event]:
    """What waited for too long, or whose price ran away."""
    queue = QueueRepository(session)
    events = []
    rows = queue.waiting(account_id)
    for each in queries.standings(session, account_id, rows, settings.priority, now):
        row = each.row
        if row.expires_at is not None and row.expires_at <= now:
            queue.settle(row, QueueStatus.expired, "It waited for too long.", now)
        elif has_drifted(row.entry_price, each.last, settings.max_drift_percent):
            drift = drift_percent(row.entry_price, each.last)
            words = f"The price went {drift:.2f} % from its signal's."
            queue.settle(row, QueueStatus.rejected, words, now)
        else:
            continue
        events.append(queue_changed(account_id, row.id))
    return events


def _open_one(
    session: Session, account_id: UUID, settings: PoolSettings, now: datetime
) -> tuple[list[Event], bool]:
    """By rank the first that can be opened; one that fails is put back or rejected, and the next one has its turn."""
    rows = QueueRepository(session).waiting(account_id)
    events: list[Event] = []
    is_full = slots.slots_used(session, account_id) >= settings.max_groups
    for each in queries.standings(session, account_id, rows, settings.priority, now):
        if is_full and not (each.row.is_continuation and settings.pyramids_bypass):
            continue
        try:
            with session.begin_nested():
                changed, opened = _try(session, each, settings, now)
        except (SQLAlchemyError, DomainError) as error:
            _log.warning("promotion_failed", queue_id=str(each.row.id), error=type(error).__name__)
            continue
        if changed:
            events.append(queue_changed(account_id, each.row.id))
        if opened:
            return events, True
    return events, False


def _try(session: Session, each: Standing, settings: PoolSettings, now: datetime) -> tuple[bool, bool]:
    """Whether the entry changed, and whether it was opened."""
    row, queue = each.row, QueueRepository(session)
    verdict = judge(session, each.request, settings, promoting=True)
    if verdict.step in (Step.open, Step.extend):
        group_id = carry_out(session, each.request, verdict)
        queue.settle(
            row, QueueStatus.promoted, verdict.message, now, group_id=group_id, explanation=each.explanation
        )
        return True, True
    if verdict.step is Step.refuse:
        queue.settle(row, QueueStatus.rejected, verdict.message, now, explanation=each.explanation)
        return True, False
    if verdict.message == row.reason:
        return False, False
    row.reason = verdict.message
    session.flush()
    return True, False


def promote_by_hand(
    session: Session, *, account_id: UUID, actor_id: UUID, entry_id: UUID, force: bool, now: datetime
) -> QueueEntry:
    """Open an entry now; with `force` beyond the limit of slots.

    Raises NotFound, Conflict (`not_queued`, `pool_full`, or why it cannot be opened); it then waits on.
    """
    row = _locked(session, account_id, entry_id)
    settings, _ = current(session, account_id)
    request = EntryRequest.from_json(row.request)
    verdict = judge(session, request, settings, promoting=True, forced=force)
    if verdict.step not in (Step.open, Step.extend):
        raise Conflict(verdict.message, code=verdict.code.value, queue_id=entry_id)
    group_id = carry_out(session, request, verdict)
    words = "Opened by hand beyond the limit." if force else "Opened by hand."
    QueueRepository(session).settle(row, QueueStatus.promoted, words, now, group_id=group_id)
    _record(session, row, actor_id, "forced" if force else "promoted")
    emit(session, queue_changed(account_id, entry_id))
    return row


def remove(
    session: Session, *, account_id: UUID, actor_id: UUID, entry_id: UUID, now: datetime
) -> QueueEntry:
    """Take an entry out of the queue. Raises NotFound, Conflict (`not_queued`)."""
    row = _locked(session, account_id, entry_id)
    QueueRepository(session).settle(row, QueueStatus.cancelled, "Removed by hand.", now)
    _record(session, row, actor_id, "removed")
    emit(session, queue_changed(account_id, entry_id))
    return row


def reorder(session: Session, *, account_id: UUID, actor_id: UUID, ids: list[UUID]) -> None:
    """Put entries first by hand, in this order; all others follow the rules. Raises NotFound."""
    PoolRepository(session).lock(account_id)
    rows = {row.id: row for row in QueueRepository(session).waiting(account_id)}
    if unknown := [each for each in ids if each not in rows]:
        raise NotFound("No such entry waits.", queue_id=unknown[0])
    places = {each: place for place, each in enumerate(dict.fromkeys(ids), start=1)}
    changed = [row for row in rows.values() if row.pinned != places.get(row.id)]
    for row in changed:
        row.pinned = places.get(row.id)
    session.flush()
    audit.record(
        session,
        account_id=account_id,
        actor_id=actor_id,
        action="queue.reordered",
        subject_kind="queue",
        after={"ids": [str(each) for each in places]},
    )
    PoolRepository(session).make_due(account_id)
    nudge(session, POOL_DUE)
    emit(session, *(queue_changed(account_id, row.id) for row in changed))


def look_again(session: Session, account_id: UUID) -> None:
    """Have the account's queue looked at now, if anything waits in it."""
    if queries.has_waiting(session, account_id):
        PoolRepository(session).make_due(account_id)
        nudge(session, POOL_DUE)


def _locked(session: Session, account_id: UUID, entry_id: UUID) -> QueueEntry:
    PoolRepository(session).lock(account_id)
    row = QueueRepository(session).found(entry_id, account_id)
    if row is None:
        raise NotFound("No such entry in the queue.", queue_id=entry_id)
    if row.status is not QueueStatus.queued:
        raise Conflict(f"The entry is {row.status} already.", code="not_queued", queue_id=entry_id)
    return row


def _record(session: Session, row: QueueEntry, actor_id: UUID, verb: str) -> None:
    audit.record(
        session,
        account_id=row.account_id,
        actor_id=actor_id,
        action=f"queue.{verb}",
        subject_kind="queue",
        subject_id=row.id,
        before={"status": QueueStatus.queued.value, "symbol": row.symbol, "side": row.side.value},
        after={"status": row.status.value, "group_id": str(row.group_id) if row.group_id else None},
    )
