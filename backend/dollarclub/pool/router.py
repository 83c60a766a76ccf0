"""`/api/pool` and `/api/queue`: slots, what waits for one, and in which order."""

from uuid import UUID

from fastapi import APIRouter

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.schemas import Page
from dollarclub.core.web import ClockDep, Limit, Offset, SessionDep
from dollarclub.kit.paging import Slice
from dollarclub.pool import queries
from dollarclub.pool.models import QueueEntry
from dollarclub.pool.schemas import (
    PoolOut,
    PoolSettingsIn,
    PoolSettingsOut,
    QueueEntryOut,
    RankedOut,
    ReorderIn,
)
from dollarclub.pool.service import promotion
from dollarclub.pool.service.settings import current, replace
from dollarclub.positions.queries.slots import slots_used

pool_router = APIRouter(prefix="/api/pool", tags=["pool"])
queue_router = APIRouter(prefix="/api/queue", tags=["pool"])


@pool_router.get("", response_model=PoolOut)
def get_pool(account: AccountDep, session: SessionDep) -> PoolOut:
    settings, _ = current(session, account.id)
    return PoolOut(
        used=slots_used(session, account.id),
        limit=settings.max_groups,
        waiting=queries.waiting_count(session, account.id),
    )


@pool_router.get("/settings", response_model=PoolSettingsOut)
def get_settings(account: AccountDep, session: SessionDep) -> PoolSettingsOut:
    settings, version = current(session, account.id)
    return PoolSettingsOut(version=version, settings=settings)


@pool_router.put("/settings", response_model=PoolSettingsOut)
def put_settings(body: PoolSettingsIn, account: TraderDep, session: SessionDep) -> PoolSettingsOut:
    """In force at once."""
    version = replace(
        session, account_id=account.id, actor_id=account.id, settings=body.settings, version=body.version
    )
    return PoolSettingsOut(version=version, settings=body.settings)


@queue_router.get("", response_model=Page[RankedOut])
def list_queue(
    account: AccountDep, session: SessionDep, clock: ClockDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[RankedOut]:
    """What waits, the next to be opened first, each with why it stands where it does."""
    settings, _ = current(session, account.id)
    return queries.ranked_page(
        session, account_id=account.id, rules=settings.priority, now=clock(), limit=limit, offset=offset
    )


@queue_router.get("/history", response_model=Page[QueueEntryOut])
def list_history(
    account: AccountDep, session: SessionDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[QueueEntry]:
    return queries.history_page(session, account_id=account.id, limit=limit, offset=offset)


@queue_router.post("/reorder", status_code=204)
def reorder(body: ReorderIn, account: TraderDep, session: SessionDep) -> None:
    """These come first, in this order; an empty list leaves everything to the rules."""
    promotion.reorder(session, account_id=account.id, actor_id=account.id, ids=body.ids)


@queue_router.get("/{queue_id}", response_model=QueueEntryOut)
def get_entry(queue_id: UUID, account: AccountDep, session: SessionDep) -> QueueEntry:
    return queries.entry(session, account_id=account.id, entry_id=queue_id)


@queue_router.post("/{queue_id}/promote", response_model=QueueEntryOut)
def promote(queue_id: UUID, account: TraderDep, session: SessionDep, clock: ClockDep) -> QueueEntry:
    """Open it now if there is a slot; 409 `pool_full` if not."""
    return promotion.promote_by_hand(
        session, account_id=account.id, actor_id=account.id, entry_id=queue_id, force=False, now=clock()
    )


@queue_router.post("/{queue_id}/force", response_model=QueueEntryOut)
def force(queue_id: UUID, account: TraderDep, session: SessionDep, clock: ClockDep) -> QueueEntry:
    """Open it now, beyond the limit of slots."""
    return promotion.promote_by_hand(
        session, account_id=account.id, actor_id=account.id, entry_id=queue_id, force=True, now=clock()
    )


@queue_router.post("/{queue_id}/remove", response_model=QueueEntryOut)
def remove(queue_id: UUID, account: TraderDep, session: SessionDep, clock: ClockDep) -> QueueEntry:
    return promotion.remove(
        session, account_id=account.id, actor_id=account.id, entry_id=queue_id, now=clock()
    )
