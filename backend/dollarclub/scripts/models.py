"""Tables of the scripts domain."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Enum,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dollarclub.core.db import Base, IdColumn, values_of
from dollarclub.scripts.rules.states import ACTIVE, OWNED, RunStatus


def _in(states: frozenset[RunStatus]) -> str:
    return ", ".join(f"'{state.value}'" for state in sorted(states))


class Source(Base):
    """The bytes of a script's version, kept once however many versions share them."""

    __tablename__ = "script_sources"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Script(Base):
    """A script of an account. A deleted one stays as an archived row, since its runs stay."""

    __tablename__ = "scripts"
    __table_args__ = (Index("ix_scripts_account_id_updated_at", "account_id", "updated_at"),)

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    version: Mapped[int] = mapped_column(Integer)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Version(Base):
    """A version of a script; never changed. `imports` and `requirements` were read from the source at saving."""

    __tablename__ = "script_versions"
    __table_args__ = (UniqueConstraint("script_id", "number"),)

    id: Mapped[IdColumn]
    script_id: Mapped[UUID] = mapped_column(ForeignKey("scripts.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(ForeignKey("script_sources.sha256"))
    size: Mapped[int] = mapped_column(Integer)
    imports: Mapped[list[str]] = mapped_column(JSONB)
    requirements: Mapped[list[str]] = mapped_column(JSONB)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Run(Base):
    """One run of one version. Bytes, seconds; `lease_until` is by the database's clock."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_queue", "queued_at", postgresql_where=text("status = 'queued'")),
        Index("ix_runs_owned", "worker", postgresql_where=text(f"status IN ({_in(OWNED)})")),
        Index("ix_runs_account_id_queued_at", "account_id", "queued_at"),
        Index("ix_runs_script_id_queued_at", "script_id", "queued_at"),
        Index(
            "uq_runs_one_active",
            "script_id",
            unique=True,
            postgresql_where=text(f"status IN ({_in(ACTIVE)}) AND NOT parallel"),
        ),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    script_id: Mapped[UUID] = mapped_column(ForeignKey("scripts.id", ondelete="CASCADE"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("script_versions.id", ondelete="CASCADE"))
    status: Mapped[RunStatus] = mapped_column(
        Enum(RunStatus, name="run_status", values_callable=values_of), server_default=RunStatus.queued.value
    )
    parallel: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    queued_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    sandbox: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    explanation: Mapped[str | None] = mapped_column(Text)
    exit_code: Mapped[int | None] = mapped_column(Integer)
    signal: Mapped[int | None] = mapped_column(Integer)
    cpu_seconds: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    peak_memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    log_seq: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    log_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    log_lines: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    log_truncated: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    log_deleted: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class LogFragment(Base):
    """A piece of a run's log: raw bytes of one stream, at most 64 KiB, which may hold many lines.

    `stream` is 1 stdout, 2 stderr, 3 the platform. `ends_line` is false when the last line goes on in a later fragment.
    """

    __tablename__ = "run_logs"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    stream: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    ends_line: Mapped[bool] = mapped_column(Boolean)
    lines_before: Mapped[int] = mapped_column(BigInteger)


class Secret(Base):
    """A variable that an account's runs may see. The value is encrypted for this account and name."""

    __tablename__ = "secrets"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AllowedPackage(Base):
    """A distribution that scripts may use, by its normalised name."""

    __tablename__ = "allowed_packages"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    note: Mapped[str] = mapped_column(String(200), server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
