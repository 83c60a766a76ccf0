"""Tables of the positions domain."""

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
    Numeric,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dollarclub.core.db import Base, IdColumn, values_of
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.states import CloseReason, Direction, GroupStatus, TriggerKind

MONEY = Numeric(38, 18)
ANY = "*"
_market_type = Enum(MarketType, name="market_type", values_callable=values_of)
_environment = Enum(Environment, name="environment", values_callable=values_of)
_reason = Enum(CloseReason, native_enum=False, length=20, values_callable=values_of)


class DcaConfig(Base):
    """How entries of a pair are spread over prices. `pair` is the unified symbol or `*`; `timeframe` is in minutes.

    None as `timeframe` or `key_id` means any. The most specific enabled one is used. `plan` is a `GridPlan` as JSON.
    `version` counts its changes; what they were is in the audit log.
    """

    __tablename__ = "dca_configs"
    __table_args__ = (
        UniqueConstraint(
            "account_id",
            "pair",
            "timeframe",
            "key_id",
            name="uq_dca_configs_scope",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    pair: Mapped[str] = mapped_column(String(60))
    timeframe: Mapped[int | None] = mapped_column(Integer)
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_keys.id", ondelete="CASCADE"))
    enabled: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class PositionGroup(Base):
    """One position: user, key, symbol, timeframe and side; at most one of these is active.

    `plan` is the configuration as it was when the group opened; each pyramid has its own copy of it. The orders and
    fills of a group are those of the book with its id. `due_at` is when the engine looks at it next; `worker` and
    `lease_until` say who does. `result` are the figures of a closed group, which change no more, decimals as text.
    """

    __tablename__ = "position_groups"
    __table_args__ = (
        Index(
            "uq_position_groups_active",
            "account_id",
            "key_id",
            "symbol",
            "timeframe",
            "side",
            unique=True,
            postgresql_where=text("status IN ('open', 'closing')"),
        ),
        Index(
            "ix_position_groups_due",
            "due_at",
            postgresql_where=text("status IN ('open', 'closing') AND due_at IS NOT NULL"),
        ),
        Index("ix_position_groups_account_id_status_created_at", "account_id", "status", "created_at"),
        Index("ix_position_groups_account_id_closed_at", "account_id", "closed_at"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("exchange_keys.id", ondelete="CASCADE"))
    venue: Mapped[str] = mapped_column(String(40))
    environment: Mapped[Environment] = mapped_column(_environment)
    market_type: Mapped[MarketType] = mapped_column(_market_type)
    symbol: Mapped[str] = mapped_column(String(60))
    timeframe: Mapped[int] = mapped_column(Integer)
    side: Mapped[PositionSide] = mapped_column(
        Enum(PositionSide, name="position_side", values_callable=values_of)
    )
    status: Mapped[GroupStatus] = mapped_column(
        Enum(GroupStatus, name="group_status", values_callable=values_of), server_default=text("'open'")
    )
    strategy_id: Mapped[UUID | None]
    config_id: Mapped[UUID | None] = mapped_column(ForeignKey("dca_configs.id", ondelete="SET NULL"))
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    stop_price: Mapped[Decimal | None] = mapped_column(MONEY)
    is_manual: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    close_reason: Mapped[CloseReason | None] = mapped_column(_reason)
    close_note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    close_signal_id: Mapped[UUID | None]
    problem: Mapped[str | None] = mapped_column(Text)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    due_at: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    closing_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Pyramid(Base):
    """One entry of a group, the first one included. `bar` is the number of its candle; one candle makes one pyramid."""

    __tablename__ = "pyramids"
    __table_args__ = (
        UniqueConstraint("group_id", "number"),
        Index(
            "uq_pyramids_bar",
            "group_id",
            "bar",
            unique=True,
            postgresql_where=text("bar IS NOT NULL"),
        ),
        Index("ix_pyramids_signal_id", "signal_id"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("position_groups.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    signal_id: Mapped[UUID | None]
    bar: Mapped[int | None] = mapped_column(BigInteger)
    entry_price: Mapped[Decimal] = mapped_column(MONEY)
    capital: Mapped[Decimal] = mapped_column(MONEY)
    plan: Mapped[dict[str, Any]] = mapped_column(JSONB)
    close_reason: Mapped[CloseReason | None] = mapped_column(_reason)
    closing_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Leg(Base):
    """One step of a pyramid's grid. Its orders have the origin `leg` and its id.

    `is_held`: its entry is sent at the market when the price is reached, until then the engine holds it. `amount` in
    base units, `cost` in quote units. `take_profit` and `gap` are percents.
    """

    __tablename__ = "legs"
    __table_args__ = (
        UniqueConstraint("pyramid_id", "number"),
        Index("ix_legs_group_id", "group_id"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("position_groups.id", ondelete="CASCADE"))
    pyramid_id: Mapped[UUID] = mapped_column(ForeignKey("pyramids.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(Integer)
    gap: Mapped[Decimal] = mapped_column(MONEY)
    weight: Mapped[Decimal] = mapped_column(MONEY)
    take_profit: Mapped[Decimal] = mapped_column(MONEY)
    price: Mapped[Decimal] = mapped_column(MONEY)
    amount: Mapped[Decimal] = mapped_column(MONEY)
    cost: Mapped[Decimal] = mapped_column(MONEY)
    is_market: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    is_held: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    cancelled_at: Mapped[datetime | None]
    cancel_note: Mapped[str] = mapped_column(Text, server_default=text("''"))
    closing_at: Mapped[datetime | None]


class PriceTrigger(Base):
    """A price that is watched for a group; fired once, by whoever sees it first, and never forgotten.

    `subject_id` is the leg, pyramid or group that it is for. A trailing one (`trail_percent`) fires that far from
    `extreme`, the best price since it was armed. `revision` counts changes, so that a stale watcher fires nothing.
    """

    __tablename__ = "price_triggers"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        Index("ix_price_triggers_group_id", "group_id"),
        Index(
            "ix_price_triggers_armed",
            "venue",
            "environment",
            "market_type",
            "symbol",
            postgresql_where=text("fired_at IS NULL"),
        ),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    group_id: Mapped[UUID] = mapped_column(ForeignKey("position_groups.id", ondelete="CASCADE"))
    venue: Mapped[str] = mapped_column(String(40))
    environment: Mapped[Environment] = mapped_column(_environment)
    market_type: Mapped[MarketType] = mapped_column(_market_type)
    symbol: Mapped[str] = mapped_column(String(60))
    kind: Mapped[TriggerKind] = mapped_column(
        Enum(TriggerKind, native_enum=False, length=20, values_callable=values_of)
    )
    subject_id: Mapped[UUID]
    direction: Mapped[Direction] = mapped_column(
        Enum(Direction, native_enum=False, length=10, values_callable=values_of)
    )
    price: Mapped[Decimal] = mapped_column(MONEY)
    trail_percent: Mapped[Decimal | None] = mapped_column(MONEY)
    extreme: Mapped[Decimal | None] = mapped_column(MONEY)
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    armed_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    fired_at: Mapped[datetime | None]
    fired_price: Mapped[Decimal | None] = mapped_column(MONEY)
    fired_by: Mapped[str | None] = mapped_column(String(10))
