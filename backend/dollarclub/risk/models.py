"""Tables of the risk domain."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Enum, ForeignKey, Index, Numeric, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dollarclub.core.db import Base, IdColumn, values_of

MONEY = Numeric(38, 18)


class OffsetStatus(StrEnum):
    """Winners are closed in part first; then the loser, by as much as they truly realised."""

    closing_winners = "closing_winners"
    closing_loser = "closing_loser"
    done = "done"
    aborted = "aborted"


class RiskEngine(Base):
    """One row an account: whether it is stopped by hand or paused by the day's loss, and when it is looked at next.

    Both stand until they are lifted by hand; exits, take profits and stops go on meanwhile.
    """

    __tablename__ = "risk_engines"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    stop_reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    loss_paused_at: Mapped[datetime | None]
    loss_paused: Mapped[Decimal | None] = mapped_column(MONEY)
    restarted_at: Mapped[datetime | None]
    run_requested_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]


class RiskState(Base):
    """What risk knows of one group: its timer, and what a person decided about it."""

    __tablename__ = "risk_states"

    group_id: Mapped[UUID] = mapped_column(
        ForeignKey("position_groups.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    timer_started_at: Mapped[datetime | None]
    timer_expires_at: Mapped[datetime | None]
    is_blocked: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    skip_once: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))


class RiskOffset(Base):
    """One offsetting of a loss by winners; `plan` as it was decided, decimals as text. At most one an account runs."""

    __tablename__ = "risk_offsets"
    __table_args__ = (
        Index(
            "uq_risk_offsets_running",
            "account_id",
            unique=True,
            postgresql_where=text("status IN ('closing_winners', 'closing_loser')"),
        ),
        Index("ix_risk_offsets_account_id_created_at", "account_id", "created_at"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    loser_id: Mapped[UUID] = mapped_column(ForeignKey("position_groups.id", ondelete="CASCADE"))
    status: Mapped[OffsetStatus] = mapped_column(
        Enum(OffsetStatus, name="offset_status", values_callable=values_of)
    )
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    needed: Mapped[Decimal] = mapped_column(MONEY)
    realised: Mapped[Decimal | None] = mapped_column(MONEY)
    loss: Mapped[Decimal | None] = mapped_column(MONEY)
    note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    settled_at: Mapped[datetime | None]
