"""Stopping and starting entries: by hand, and by the day's loss. Exits, take profits and offsets go on meanwhile."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.errors import Conflict
from dollarclub.core.outbox import emit
from dollarclub.kit.money import plain
from dollarclub.risk.events import risk_changed, wake_risk
from dollarclub.risk.models import RiskEngine
from dollarclub.risk.repository.engines import EngineRepository

STOPPED = "Entries are stopped."


def is_stopped(session: Session, account_id: UUID) -> str | None:
    """Why entries and promotions wait, for a person; None when they do not."""
    row = EngineRepository(session).read(account_id)
    return None if row is None else reason_of(row)


def reason_of(row: RiskEngine) -> str | None:
    if row.stopped_at is not None:
        return f"{STOPPED[:-1]}: {row.stop_reason}" if row.stop_reason else STOPPED
    if row.loss_paused_at is not None:
        return f"Today's realised result of {plain(row.loss_paused or Decimal(0))} paused entries."
    return None


def counted_since(row: RiskEngine | None, now: datetime) -> datetime:
    """From when on the day's loss counts: the day's begin (UTC), or the last restart by hand."""
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    restarted = row.restarted_at if row is not None else None
    return midnight if restarted is None else max(midnight, restarted)


def stop(session: Session, *, account_id: UUID, by: UUID, reason: str, now: datetime) -> RiskEngine:
    """No entries and no promotions from the commit on. Raises Conflict (`already_stopped`)."""
    row = EngineRepository(session).locked(account_id)
    if row.stopped_at is not None:
        raise Conflict("Entries are stopped already.", code="already_stopped")
    before = _shown(row)
    row.stopped_at, row.stopped_by, row.stop_reason = now, by, reason
    _changed(session, row, "risk.stop", by, before, reason)
    return row


def start(session: Session, *, account_id: UUID, by: UUID, now: datetime) -> RiskEngine:
    """Lift the stop and the pause; the day's loss is counted anew from here. Raises Conflict (`not_stopped`)."""
    row = EngineRepository(session).locked(account_id)
    if row.stopped_at is None and row.loss_paused_at is None:
        raise Conflict("Entries are neither stopped nor paused.", code="not_stopped")
    before = _shown(row)
    row.stopped_at, row.stopped_by, row.stop_reason = None, None, ""
    row.loss_paused_at, row.loss_paused, row.restarted_at = None, None, now
    _changed(session, row, "risk.start", by, before, "")
    return row


def pause(session: Session, *, account_id: UUID, realised: Decimal, purse: str, now: datetime) -> bool:
    """The day's loss pauses entries until a person starts them; false when they are paused already."""
    row = EngineRepository(session).locked(account_id)
    if row.loss_paused_at is not None:
        return False
    before = _shown(row)
    row.loss_paused_at, row.loss_paused = now, realised
    _changed(session, row, "risk.pause", None, before, f"{purse}: {plain(realised)} realised today.")
    return True


def _changed(
    session: Session, row: RiskEngine, action: str, by: UUID | None, before: dict[str, str | None], note: str
) -> None:
    session.flush()
    audit.record(
        session,
        account_id=row.account_id,
        action=action,
        subject_kind="risk_engine",
        actor_id=by,
        before=before,
        after=_shown(row),
        note=note,
    )
    wake_risk(session)
    emit(session, risk_changed(row.account_id))


def _shown(row: RiskEngine) -> dict[str, str | None]:
    return {
        "stopped_at": row.stopped_at.isoformat() if row.stopped_at else None,
        "stop_reason": row.stop_reason or None,
        "loss_paused_at": row.loss_paused_at.isoformat() if row.loss_paused_at else None,
        "loss_paused": plain(row.loss_paused) if row.loss_paused is not None else None,
    }
