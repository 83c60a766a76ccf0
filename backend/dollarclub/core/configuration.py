"""Settings of an account as versioned documents, one for each section: every change is kept with its author and time.

What a section holds is validated by the domain that it belongs to; here it is JSON. The newest version is in force at
once: it is read in the transaction that needs it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, String, Text, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from dollarclub.core.db import Base
from dollarclub.core.errors import Conflict


class ConfigurationRow(Base):
    """One version of one section. `author_id` is None for what the platform itself wrote."""

    __tablename__ = "configurations"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    section: Mapped[str] = mapped_column(String(30), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


@dataclass(frozen=True)
class Document:
    """The newest version of a section; version 0 with an empty body when it was never written."""

    version: int
    body: dict[str, Any]


def read(session: Session, account_id: UUID, section: str) -> Document:
    """What is in force now."""
    row = session.execute(
        select(ConfigurationRow.version, ConfigurationRow.body)
        .where(ConfigurationRow.account_id == account_id, ConfigurationRow.section == section)
        .order_by(ConfigurationRow.version.desc())
        .limit(1)
    ).first()
    return Document(row.version, row.body) if row is not None else Document(0, {})


def write(
    session: Session,
    *,
    account_id: UUID,
    section: str,
    body: dict[str, Any],
    author_id: UUID | None,
    after: int,
    note: str = "",
) -> int:
    """Store the version that follows `after`. Raises Conflict (`changed_meanwhile`) when there is one already."""
    added = session.execute(
        insert(ConfigurationRow)
        .values(
            account_id=account_id,
            section=section,
            version=after + 1,
            body=body,
            author_id=author_id,
            note=note,
        )
        .on_conflict_do_nothing()
        .returning(ConfigurationRow.version)
    ).first()
    if added is None or read(session, account_id, section).version != after + 1:
        raise Conflict(
            "These settings were changed by someone else meanwhile.",
            code="changed_meanwhile",
            section=section,
        )
    return after + 1


def history(session: Session, account_id: UUID, section: str, *, limit: int = 50) -> list[ConfigurationRow]:
    """Newest first."""
    return list(
        session.scalars(
            select(ConfigurationRow)
            .where(ConfigurationRow.account_id == account_id, ConfigurationRow.section == section)
            .order_by(ConfigurationRow.version.desc())
            .limit(limit)
        )
    )
