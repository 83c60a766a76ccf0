"""Tables of the pool domain."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Enum, ForeignKey, Index, Integer, Numeric, String, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dollarclub.core.db import Base, IdColumn, values_of
from dollarclub.exchanges.gateway import MarketType
from dollarclub.positions.rules.config import PositionSide

MONEY = Numeric(38, 18)


class QueueStatus(StrEnum):
    queued = "queued"
    promoted = "promoted"
    cancelled = "cancelled"
    rejected = "rejected"
    expired = "expired"


class Pool(Base):
    """One row an account, locked while it is decided who gets a slot: a count in a transaction of its own lets more in.

    `due_at` is when promotion is tried next; `worker` and `lease_until` say who does.
    """

    __tablename__ = "pools"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]


class QueueEntry(Base):
    """An entry that waits for a slot; `request` is an `EntryRequest` as JSON, the newest that replaced it.

    `first_queued_at` is kept when a later signal replaces it. `pinned` is its place by hand, before all rules.
    """

    __tablename__ = "queue_entries"
    __table_args__ = (
        Index(
            "uq_queue_entries_queued",
            "account_id",
            "key_id",
            "symbol",
            "timeframe",
            "side",
            unique=True,
            postgresql_where=text("status = 'queued'"),
        ),
        Index("ix_queue_entries_account_id_status", "account_id", "status", "first_queued_at"),
        Index("ix_queue_entries_signal_id", "signal_id"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("exchange_keys.id", ondelete="CASCADE"))
    market_type: Mapped[MarketType] = mapped_column(
        Enum(MarketType, name="market_type", values_callable=values_of)
    )
    symbol: Mapped[str] = mapped_column(String(60))
    timeframe: Mapped[int] = mapped_column(Integer)
    side: Mapped[PositionSide] = mapped_column(
        Enum(PositionSide, name="position_side", values_callable=values_of)
    )
    strategy_id: Mapped[UUID | None]
    signal_id: Mapped[UUID | None]
    entry_price: Mapped[Decimal] = mapped_column(MONEY)
    request: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[QueueStatus] = mapped_column(
        Enum(QueueStatus, name="queue_status", values_callable=values_of), server_default=text("'queued'")
    )
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    replacements: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    is_continuation: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    pinned: Mapped[int | None] = mapped_column(Integer)
    explanation: Mapped[str] = mapped_column(Text, server_default=text("''"))
    first_queued_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    replaced_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("position_groups.id", ondelete="SET NULL"))
