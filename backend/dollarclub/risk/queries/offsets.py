"""Offsets and the audit log as people see them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dollarclub.core.audit import AuditEntry
from dollarclub.core.errors import NotFound
from dollarclub.kit.paging import Slice
from dollarclub.risk.models import RiskOffset


def offsets_page(session: Session, *, account_id: UUID, limit: int, offset: int) -> Slice[RiskOffset]:
    """The account's offsets, newest first."""
    own = RiskOffset.account_id == account_id
    total = session.scalar(select(func.count()).select_from(RiskOffset).where(own)) or 0
    query = select(RiskOffset).where(own).order_by(RiskOffset.created_at.desc(), RiskOffset.id)
    return Slice(list(session.scalars(query.limit(limit).offset(offset))), total, limit, offset)


def offset_of(session: Session, *, account_id: UUID, offset_id: UUID) -> RiskOffset:
    """Raises NotFound."""
    query = select(RiskOffset).where(RiskOffset.id == offset_id, RiskOffset.account_id == account_id)
    found = session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound("No such offset.", offset_id=offset_id)
    return found


def audit_page(
    session: Session,
    *,
    account_id: UUID,
    action: str | None = None,
    subject_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int,
    offset: int,
) -> Slice[AuditEntry]:
    """What was done to the account's things, newest first; `action` is its beginning (`risk.` is all of risk)."""
    where: list[ColumnElement[bool]] = [AuditEntry.account_id == account_id]
    if action:
        where.append(AuditEntry.action.startswith(action, autoescape=True))
    if subject_id is not None:
        where.append(AuditEntry.subject_id == subject_id)
    if since is not None:
        where.append(AuditEntry.at >= since)
    if until is not None:
        where.append(AuditEntry.at < until)
    total = session.scalar(select(func.count()).select_from(AuditEntry).where(*where)) or 0
    query = select(AuditEntry).where(*where).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return Slice(list(session.scalars(query.limit(limit).offset(offset))), total, limit, offset)
