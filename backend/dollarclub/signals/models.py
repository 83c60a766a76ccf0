"""Tables of the signals domain."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
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
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dollarclub.core.db import Base, IdColumn, values_of
from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.signals.rules.states import Outcome, SignalStatus

MONEY = Numeric(38, 18)


class AmountUnit(StrEnum):
    base = "base"
    quote = "quote"
    contracts = "contracts"
    percent = "percent"


class StrategyMode(StrEnum):
    """`direct`: an alert is one order of an amount. `grid`: it opens, adds to or closes a position group."""

    direct = "direct"
    grid = "grid"


class Strategy(Base):
    """Where alerts of one kind come in and what they trade.

    The token of its address and the secret of its alerts are found by digest (SHA-256) and kept encrypted as well,
    bound to `strategy-token:<id>` and `strategy-secret:<id>`, so that their owner can copy them again. Without
    `key_id` the account's paper key of `market_type` is used.
    """

    __tablename__ = "strategies"
    __table_args__ = (
        Index("uq_strategies_token_digest", "token_digest", unique=True),
        Index(
            "uq_strategies_default",
            "account_id",
            unique=True,
            postgresql_where=text("is_default AND archived_at IS NULL"),
        ),
        Index(
            "uq_strategies_name",
            "account_id",
            "name",
            unique=True,
            postgresql_where=text("archived_at IS NULL"),
        ),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    enabled: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    token_digest: Mapped[bytes] = mapped_column(LargeBinary)
    token_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary)
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    require_secret: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    require_signature: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    allowed_addresses: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_keys.id", ondelete="SET NULL"))
    market_type: Mapped[MarketType] = mapped_column(
        Enum(MarketType, name="market_type", values_callable=values_of)
    )
    mode: Mapped[StrategyMode] = mapped_column(
        Enum(StrategyMode, native_enum=False, length=10, values_callable=values_of),
        server_default=text("'direct'"),
    )
    order_type: Mapped[OrderType] = mapped_column(
        Enum(OrderType, name="order_type", values_callable=values_of)
    )
    amount: Mapped[Decimal | None] = mapped_column(MONEY)
    amount_unit: Mapped[AmountUnit] = mapped_column(
        Enum(AmountUnit, name="amount_unit", values_callable=values_of), server_default=text("'quote'")
    )
    max_cost: Mapped[Decimal | None] = mapped_column(MONEY)
    max_lag_seconds: Mapped[int | None] = mapped_column(Integer)
    expected_every_seconds: Mapped[int | None] = mapped_column(Integer)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Signal(Base):
    """One alert as it came and what became of it.

    `raw` is the body with its secret struck out. `dedup_key` is the identity of §6 of the design, unique per strategy;
    `body_hash` serves alerts without one, looked back 60 s. `lane` is what must be handled one after another: at most
    one signal of a lane is `claimed`, a constraint. `not_before` keeps one waiting (for a key, for an unknown order).
    """

    __tablename__ = "signals"
    __table_args__ = (
        Index(
            "uq_signals_dedup_key",
            "strategy_id",
            "dedup_key",
            unique=True,
            postgresql_where=text("dedup_key IS NOT NULL"),
        ),
        Index("ix_signals_body_hash", "strategy_id", "body_hash", "received_at"),
        Index("uq_signals_lane", "lane", unique=True, postgresql_where=text("status = 'claimed'")),
        Index("ix_signals_queue", "received_at", postgresql_where=text("status = 'received'")),
        Index("ix_signals_open", "status", postgresql_where=text("status IN ('claimed', 'executing')")),
        Index("ix_signals_account_id_received_at", "account_id", "received_at"),
        Index("ix_signals_strategy_id_received_at", "strategy_id", "received_at"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    strategy_id: Mapped[UUID] = mapped_column(ForeignKey("strategies.id", ondelete="CASCADE"))
    status: Mapped[SignalStatus] = mapped_column(
        Enum(SignalStatus, name="signal_status", values_callable=values_of)
    )
    outcome: Mapped[Outcome | None] = mapped_column(
        Enum(Outcome, native_enum=False, length=40, values_callable=values_of)
    )
    message: Mapped[str | None] = mapped_column(Text)
    lane: Mapped[str] = mapped_column(String(120))
    dedup_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    raw: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(String(100), server_default=text("''"))
    address: Mapped[str] = mapped_column(String(64), server_default=text("''"))
    alert: Mapped[dict[str, Any]] = mapped_column(JSONB)
    symbol: Mapped[str | None] = mapped_column(String(60))
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_keys.id", ondelete="SET NULL"))
    told_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    not_before: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    repeats: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    repeated_at: Mapped[datetime | None]
    replay_of: Mapped[UUID | None] = mapped_column(ForeignKey("signals.id", ondelete="SET NULL"))
