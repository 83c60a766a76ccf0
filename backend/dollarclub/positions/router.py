"""`/api/groups`: positions with their figures, and what a person may do about them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.schemas import Page
from dollarclub.core.web import Limit, Offset, SessionDep
from dollarclub.kit.paging import Slice
from dollarclub.positions.queries import groups as queries
from dollarclub.positions.rules.states import CloseReason, GroupStatus
from dollarclub.positions.schemas import CloseIn, GroupDetailOut, GroupOut, GroupRef, ManualIn
from dollarclub.positions.service import closing

router = APIRouter(prefix="/api/groups", tags=["positions"])

Text = Annotated[str, Query(max_length=60, pattern=r"^[^\x00]*$")]


@router.get("", response_model=Page[GroupOut])
def list_groups(
    account: AccountDep,
    session: SessionDep,
    status: Annotated[list[GroupStatus] | None, Query()] = None,
    symbol: Text = "",
    key_id: UUID | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[GroupOut]:
    """Newest first."""
    return queries.groups_page(
        session,
        account_id=account.id,
        statuses=status or (),
        symbol=symbol,
        key_id=key_id,
        limit=limit,
        offset=offset,
    )


@router.get("/{group_id}", response_model=GroupDetailOut)
def get_group(group_id: UUID, account: AccountDep, session: SessionDep) -> GroupDetailOut:
    """With its pyramids, legs, orders and fills."""
    return queries.group(session, account_id=account.id, group_id=group_id)


@router.post("/{group_id}/close", status_code=202, response_model=GroupRef)
def close_group(group_id: UUID, body: CloseIn, account: TraderDep, session: SessionDep) -> GroupRef:
    """Cancel everything of the group and sell what it holds."""
    changed = closing.request_close(
        session, account_id=account.id, group_id=group_id, reason=CloseReason.manual, note=body.reason
    )
    return GroupRef(group_id=group_id, changed=changed)


@router.post("/{group_id}/sync", status_code=202, response_model=GroupRef)
def sync_group(group_id: UUID, account: TraderDep, session: SessionDep) -> GroupRef:
    """Read the exchange again, and see to the group."""
    closing.request_sync(session, account_id=account.id, group_id=group_id)
    return GroupRef(group_id=group_id, changed=True)


@router.post("/{group_id}/manual", status_code=202, response_model=GroupRef)
def set_manual(group_id: UUID, body: ManualIn, account: TraderDep, session: SessionDep) -> GroupRef:
    """Leave the group to its owner, or give it back to the engine."""
    closing.set_manual(session, account_id=account.id, group_id=group_id, on=body.on)
    return GroupRef(group_id=group_id, changed=True)


@router.post("/{group_id}/pyramids/{pyramid_id}/close", status_code=202, response_model=GroupRef)
def close_pyramid(group_id: UUID, pyramid_id: UUID, account: TraderDep, session: SessionDep) -> GroupRef:
    """Cancel what rests of one pyramid and sell what it holds."""
    changed = closing.request_pyramid_close(
        session, account_id=account.id, group_id=group_id, pyramid_id=pyramid_id
    )
    return GroupRef(group_id=group_id, changed=changed)


@router.post("/{group_id}/legs/{leg_id}/cancel", status_code=202, response_model=GroupRef)
def cancel_leg(group_id: UUID, leg_id: UUID, account: TraderDep, session: SessionDep) -> GroupRef:
    """Take back a leg's entry; what it filled stays."""
    changed = closing.cancel_leg(session, account_id=account.id, group_id=group_id, leg_id=leg_id)
    return GroupRef(group_id=group_id, changed=changed)


@router.post("/{group_id}/legs/{leg_id}/close", status_code=202, response_model=GroupRef)
def close_leg(group_id: UUID, leg_id: UUID, account: TraderDep, session: SessionDep) -> GroupRef:
    """Cancel what rests of a leg and sell what it holds."""
    changed = closing.close_leg(session, account_id=account.id, group_id=group_id, leg_id=leg_id)
    return GroupRef(group_id=group_id, changed=changed)
