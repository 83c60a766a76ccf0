"""`/api/halt` and `/api/halts`: the kill switch."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.accounts.rules import CurrentAccount, Role
from dollarclub.core.errors import Forbidden
from dollarclub.core.schemas import Page
from dollarclub.core.web import Limit, SessionDep
from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.paging import Slice
from dollarclub.orders.models import Halt
from dollarclub.orders.queries import halts as queries
from dollarclub.orders.schemas.halts import HaltIn, HaltOut, HaltScope, HaltsOut, LiftIn, PreviewOut
from dollarclub.orders.service import halts as service
from dollarclub.vault.queries import tradable_keys

router = APIRouter(tags=["halt"])


@router.get("/api/halt", response_model=HaltsOut)
def state(account: AccountDep, session: SessionDep) -> HaltsOut:
    """What is engaged, and what engaging would do."""
    preview = queries.preview(session, account_id=account.id, spot_keys=_spot_keys(session, account.id))
    own, everybody = queries.active_halt(session, account.id), queries.active_halt(session, None)
    return HaltsOut(
        account=_out(own, account) if own else None,
        installation=_out(everybody, account) if everybody else None,
        preview=PreviewOut.model_validate(preview),
    )


@router.post("/api/halt", status_code=201, response_model=HaltOut)
def engage(body: HaltIn, account: TraderDep, session: SessionDep) -> HaltOut:
    """Entries are refused from now on; open orders are cancelled and, if wished, positions closed by a worker."""
    halt = service.engage(
        session,
        account_id=_scope(body.scope, account),
        by=account.id,
        reason=body.reason,
        flatten=body.flatten,
    )
    return _out(halt, account)


@router.post("/api/halt/lift", response_model=HaltOut)
def lift(body: LiftIn, account: TraderDep, session: SessionDep) -> HaltOut:
    halt = service.lift(session, account_id=_scope(body.scope, account), by=account.id)
    return _out(halt, account)


@router.get("/api/halts", response_model=Page[HaltOut])
def history(
    account: AccountDep,
    session: SessionDep,
    limit: Limit = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> Slice[HaltOut]:
    """Every use of the kill switch that concerned this account, newest first."""
    page = queries.halts_page(session, account.id, limit=limit, offset=offset)
    return Slice([_out(halt, account) for halt in page.items], page.total, page.limit, page.offset)


def _scope(scope: HaltScope, account: CurrentAccount) -> UUID | None:
    if scope is HaltScope.account:
        return account.id
    if account.role is not Role.admin:
        raise Forbidden("Only an administrator may halt the whole installation.", code="role_required")
    return None


def _out(halt: Halt, account: CurrentAccount) -> HaltOut:
    return HaltOut.seen_by(halt, account.id, all_keys=account.role is Role.admin)


def _spot_keys(session: Session, account_id: UUID) -> set[UUID]:
    return {
        key.id
        for key in tradable_keys(session)
        if key.account_id == account_id and key.catalog.market_type is MarketType.spot
    }
