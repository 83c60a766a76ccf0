"""The audit log: who did what to what, before and after, written in the transaction that did it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from dollarclub.core.db import Base, IdColumn


class AuditEntry(Base):
    """One action. `actor_id` is the account that did it; None when the engine did it by itself."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_account_id_at", "account_id", "at"),
        Index("ix_audit_entries_subject", "subject_id", "at"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


def record(
    session: Session,
    *,
    account_id: UUID,
    action: str,
    subject_kind: str,
    subject_id: UUID | None = None,
    actor_id: UUID | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    note: str = "",
) -> None:
    """Add an entry: decimals and times in `before` and `after` as text, never a secret."""
    session.add(
        AuditEntry(
            account_id=account_id,
            actor_id=actor_id,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            before=before,
            after=after,
            note=note,
        )
    )
