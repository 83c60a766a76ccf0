"""`/api/risk` and `/api/audit`: limits, stopping and starting, offsets, and who did what."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.audit import AuditEntry
from dollarclub.core.schemas import Instant, Page
from dollarclub.core.web import ClockDep, Limit, Offset, SessionDep
from dollarclub.kit.paging import Slice
from dollarclub.risk.models import RiskOffset, RiskState
from dollarclub.risk.queries import offsets as queries
from dollarclub.risk.rules.limits import EFFECTS
from dollarclub.risk.schemas import (
    AuditOut,
    EngineOut,
    GroupRiskOut,
    OffsetOut,
    RiskOut,
    RiskSettingsIn,
    RiskSettingsOut,
    RunIn,
    StopIn,
)
from dollarclub.risk.service import groups, overview, planning, settings, state
from dollarclub.risk.service.settings import Settings

router = APIRouter(prefix="/api/risk", tags=["risk"])
audit_router = APIRouter(prefix="/api/audit", tags=["audit"])


@router.get("", response_model=RiskOut)
def get_risk(account: AccountDep, session: SessionDep, clock: ClockDep) -> RiskOut:
    """State, how much of each limit is used, losing positions with their timers, and what `run` would do now."""
    return overview.overview(session, account.id, clock())


@router.get("/settings", response_model=RiskSettingsOut)
def get_settings(account: AccountDep, session: SessionDep) -> RiskSettingsOut:
    return _settings_out(settings.read(session, account.id))


@router.put("/settings", response_model=RiskSettingsOut)
def put_settings(body: RiskSettingsIn, account: TraderDep, session: SessionDep) -> RiskSettingsOut:
    """In force at once. 409 `changed_meanwhile` when `version` is not the newest."""
    written = settings.write(
        session,
        account_id=account.id,
        values=body.settings,
        after=body.version,
        author_id=account.id,
        note=body.note,
    )
    return _settings_out(written)


@router.post("/stop", response_model=EngineOut)
def stop(body: StopIn, account: TraderDep, session: SessionDep, clock: ClockDep) -> EngineOut:
    """No entries and no promotions from now on; exits, take profits and offsets go on."""
    row = state.stop(session, account_id=account.id, by=account.id, reason=body.reason, now=clock())
    return overview.engine_out(row)


@router.post("/start", response_model=EngineOut)
def start(account: TraderDep, session: SessionDep, clock: ClockDep) -> EngineOut:
    """Lift the stop and the pause; the day's loss is counted anew from here."""
    return overview.engine_out(state.start(session, account_id=account.id, by=account.id, now=clock()))


@router.post("/run", status_code=202, response_model=OffsetOut)
def run(body: RunIn, account: TraderDep, session: SessionDep, clock: ClockDep) -> RiskOffset:
    """Have a losing position paid for at once, whatever its timer says."""
    offset_id = planning.run_now(
        session, account_id=account.id, group_id=body.group_id, by=account.id, now=clock()
    )
    return queries.offset_of(session, account_id=account.id, offset_id=offset_id)


@router.post("/groups/{group_id}/block", response_model=GroupRiskOut)
def block(group_id: UUID, account: TraderDep, session: SessionDep) -> RiskState:
    """Neither pay for this position nor pay with it, until it is unblocked."""
    return groups.block(session, account_id=account.id, group_id=group_id, by=account.id)


@router.post("/groups/{group_id}/unblock", response_model=GroupRiskOut)
def unblock(group_id: UUID, account: TraderDep, session: SessionDep) -> RiskState:
    return groups.unblock(session, account_id=account.id, group_id=group_id, by=account.id)


@router.post("/groups/{group_id}/skip", response_model=GroupRiskOut)
def skip(group_id: UUID, account: TraderDep, session: SessionDep) -> RiskState:
    """When it would be paid for next, its timer begins anew instead."""
    return groups.skip(session, account_id=account.id, group_id=group_id, by=account.id)


@router.get("/offsets", response_model=Page[OffsetOut])
def list_offsets(
    account: AccountDep, session: SessionDep, limit: Limit = 50, offset: Offset = 0
) -> Slice[RiskOffset]:
    return queries.offsets_page(session, account_id=account.id, limit=limit, offset=offset)


@router.get("/offsets/{offset_id}", response_model=OffsetOut)
def get_offset(offset_id: UUID, account: AccountDep, session: SessionDep) -> RiskOffset:
    return queries.offset_of(session, account_id=account.id, offset_id=offset_id)


@audit_router.get("", response_model=Page[AuditOut])
def list_audit(
    account: AccountDep,
    session: SessionDep,
    action: Annotated[str | None, Query(max_length=60, pattern=r"^[a-z0-9_.]*$")] = None,
    subject_id: UUID | None = None,
    since: Instant | None = None,
    until: Instant | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[AuditEntry]:
    """Newest first. `action` is the beginning of its name: `risk.` is all of risk."""
    return queries.audit_page(
        session,
        account_id=account.id,
        action=action,
        subject_id=subject_id,
        since=since,
        until=until,
        limit=limit,
        offset=offset,
    )


def _settings_out(found: Settings) -> RiskSettingsOut:
    return RiskSettingsOut(version=found.version, settings=found.values, effects=EFFECTS)
