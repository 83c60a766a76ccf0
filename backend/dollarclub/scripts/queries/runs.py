"""Runs as people see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from dollarclub.kit.paging import Slice
from dollarclub.scripts.models import Run, Script, Version
from dollarclub.scripts.rules.states import RunStatus
from dollarclub.scripts.schemas import RunLimitsOut, RunOut

_waiting = aliased(Run)
_PLACE = (
    select(func.count())
    .where(
        _waiting.status == RunStatus.queued,
        _waiting.queued_at <= Run.queued_at,
        Run.status == RunStatus.queued,
    )
    .correlate(Run)
    .scalar_subquery()
)


def _base() -> Select[Run, str, int, int]:
    return (
        select(Run, Script.name, Version.number, _PLACE)
        .join(Script, Script.id == Run.script_id)
        .join(Version, Version.id == Run.version_id)
    )


def _view(run: Run, script_name: str, version: int, place: int) -> RunOut:
    end = run.finished_at
    begin = run.started_at
    return RunOut(
        id=run.id,
        script_id=run.script_id,
        script_name=script_name,
        version=version,
        status=run.status,
        reason=run.reason,
        explanation=run.explanation,
        queue_position=place or None,
        queued_at=run.queued_at,
        started_at=begin,
        finished_at=end,
        cancel_requested_at=run.cancel_requested_at,
        duration_seconds=(end - begin).total_seconds() if end and begin else None,
        exit_code=run.exit_code,
        signal=run.signal,
        cpu_seconds=run.cpu_seconds,
        peak_memory_bytes=run.peak_memory_bytes,
        log_bytes=run.log_bytes,
        log_lines=run.log_lines,
        log_truncated=run.log_truncated,
        log_deleted=run.log_deleted,
        worker=run.worker,
        sandbox=run.sandbox,
        network=run.settings["network"],
        cancel_grace_seconds=run.settings["grace_seconds"],
        limits=RunLimitsOut(**run.settings["limits"]),
    )


def run(session: Session, *, account_id: UUID, run_id: UUID) -> RunOut | None:
    """One run of the account."""
    row = session.execute(_base().where(Run.id == run_id, Run.account_id == account_id)).first()
    return _view(*row) if row else None


def runs_by_id(session: Session, *, account_id: UUID, run_ids: Sequence[UUID]) -> dict[UUID, RunOut]:
    """Those of `run_ids` that belong to the account."""
    rows = session.execute(_base().where(Run.id.in_(run_ids), Run.account_id == account_id))
    return {row[0].id: _view(*row) for row in rows}


def latest_runs(session: Session, *, account_id: UUID, script_ids: Sequence[UUID]) -> dict[UUID, RunOut]:
    """The newest run of each script that has one; an active one counts as newest."""
    query = (
        _base()
        .where(Run.script_id.in_(script_ids), Run.account_id == account_id)
        .ext(distinct_on(Run.script_id))
        .order_by(Run.script_id, Run.finished_at.is_(None).desc(), Run.queued_at.desc())
    )
    return {row[0].script_id: _view(*row) for row in session.execute(query)}


def list_runs(
    session: Session,
    *,
    account_id: UUID,
    script_id: UUID | None = None,
    statuses: Sequence[RunStatus] = (),
    text: str = "",
    newest_first: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> Slice[RunOut]:
    """The account's runs, filtered by script, states and part of the script's name."""
    where = [Run.account_id == account_id]
    if script_id is not None:
        where.append(Run.script_id == script_id)
    if statuses:
        where.append(Run.status.in_(statuses))
    if text:
        where.append(Script.name.icontains(text, autoescape=True))
    total = session.scalar(
        select(func.count()).select_from(Run).join(Script, Script.id == Run.script_id).where(*where)
    )
    order = Run.queued_at.desc() if newest_first else Run.queued_at.asc()
    rows = session.execute(_base().where(*where).order_by(order, Run.id).limit(limit).offset(offset))
    return Slice([_view(*row) for row in rows], total or 0, limit, offset)
