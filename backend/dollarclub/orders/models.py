"""Tables of the orders domain."""

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
from dollarclub.exchanges.gateway import MarketType, OrderType, Side, TimeInForce
from dollarclub.orders.rules.states import OrderStatus, Purpose

MONEY = Numeric(38, 18)
_side = Enum(Side, name="order_side", values_callable=values_of)
_market_type = Enum(MarketType, name="market_type", values_callable=values_of)
_NOW = func.clock_timestamp()


class Order(Base):
    """One intent and what became of it.

    (`origin`, `origin_id`, `leg`) says whose intent it is and is unique, so no intent exists twice. `book_id` is the
    ledger that its fills belong to (a strategy). `client_id` is derived from the id and stored before anything is
    sent. At most one order of a (key, symbol) is `sending`: a constraint, so there is one writer. Amounts in base
    units, `cost` in quote units for market buys by cost. `lease_until` is by the database's clock.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("origin", "origin_id", "leg"),
        UniqueConstraint("client_id"),
        Index(
            "uq_orders_one_sending",
            "key_id",
            "symbol",
            unique=True,
            postgresql_where=text("status = 'sending'"),
        ),
        Index("ix_orders_queue", "created_at", postgresql_where=text("status = 'new'")),
        Index(
            "ix_orders_unsettled", "lease_until", postgresql_where=text("status IN ('sending', 'unknown')")
        ),
        Index(
            "ix_orders_live",
            "key_id",
            "symbol",
            postgresql_where=text("status IN ('new', 'sending', 'unknown', 'open', 'partially_filled')"),
        ),
        Index("ix_orders_incomplete", "key_id", postgresql_where=text("NOT fills_complete")),
        Index("ix_orders_account_id_created_at", "account_id", "created_at"),
        Index("ix_orders_book_id", "book_id"),
        Index("ix_orders_key_id_venue_order_id", "key_id", "venue_order_id"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("exchange_keys.id", ondelete="CASCADE"))
    book_id: Mapped[UUID | None]
    origin: Mapped[str] = mapped_column(String(20))
    origin_id: Mapped[UUID]
    leg: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[Purpose] = mapped_column(Enum(Purpose, name="order_purpose", values_callable=values_of))
    symbol: Mapped[str] = mapped_column(String(60))
    market_type: Mapped[MarketType] = mapped_column(_market_type)
    side: Mapped[Side] = mapped_column(_side)
    type: Mapped[OrderType] = mapped_column(Enum(OrderType, name="order_type", values_callable=values_of))
    time_in_force: Mapped[TimeInForce | None] = mapped_column(
        Enum(TimeInForce, name="time_in_force", values_callable=values_of)
    )
    amount: Mapped[Decimal | None] = mapped_column(MONEY)
    price: Mapped[Decimal | None] = mapped_column(MONEY)
    cost: Mapped[Decimal | None] = mapped_column(MONEY)
    reduce_only: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    client_id: Mapped[str] = mapped_column(String(36))
    status: Mapped[OrderStatus] = mapped_column(
        Enum(OrderStatus, name="order_status", values_callable=values_of)
    )
    venue_order_id: Mapped[str | None] = mapped_column(String(80))
    filled: Mapped[Decimal] = mapped_column(MONEY, server_default=text("0"))
    average: Mapped[Decimal | None] = mapped_column(MONEY)
    fills_complete: Mapped[bool] = mapped_column(Boolean, server_default=text("true"))
    code: Mapped[str | None] = mapped_column(String(60))
    detail: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    check_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=_NOW)
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    unknown_at: Mapped[datetime | None]
    filled_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class OrderStep(Base):
    """What is not seen from an order's own times: unknown outcomes, questions of the resolver, re-sends, cancels."""

    __tablename__ = "order_steps"
    __table_args__ = (Index("ix_order_steps_order_id_at", "order_id", "at"),)

    id: Mapped[IdColumn]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(server_default=_NOW)
    name: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text, server_default=text("''"))


class Fill(Base):
    """One trade of a key, told by the answer to the order, by the stream or by a sweep: whoever comes first."""

    __tablename__ = "fills"
    __table_args__ = (
        UniqueConstraint("key_id", "symbol", "trade_id"),
        Index("ix_fills_account_id_traded_at", "account_id", "traded_at"),
        Index("ix_fills_order_id", "order_id"),
        Index("ix_fills_book_id", "book_id", "key_id", "symbol"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("exchange_keys.id", ondelete="CASCADE"))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id", ondelete="SET NULL"))
    book_id: Mapped[UUID | None]
    symbol: Mapped[str] = mapped_column(String(60))
    trade_id: Mapped[str] = mapped_column(String(80))
    venue_order_id: Mapped[str] = mapped_column(String(80))
    side: Mapped[Side] = mapped_column(_side)
    amount: Mapped[Decimal] = mapped_column(MONEY)
    price: Mapped[Decimal] = mapped_column(MONEY)
    cost: Mapped[Decimal] = mapped_column(MONEY)
    fee_amount: Mapped[Decimal] = mapped_column(MONEY)
    fee_asset: Mapped[str | None] = mapped_column(String(30))
    is_maker: Mapped[bool | None]
    source: Mapped[str] = mapped_column(String(10))
    traded_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(server_default=_NOW)


class KeyWatch(Base):
    """What is known of a key's state at its exchange.

    `opened_at`: reconciled since the trading worker started, so its queue is open. `balances` and `positions` are
    lists of the gateway's values with decimals as text, as of `read_at`. `suspects` are differences seen once, by
    ticket kind and subject: what is seen again by the next sweep becomes a ticket.
    """

    __tablename__ = "key_watches"

    key_id: Mapped[UUID] = mapped_column(ForeignKey("exchange_keys.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime | None]
    sweep_requested_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    worker: Mapped[str | None] = mapped_column(String(100))
    stream_since: Mapped[datetime | None]
    stream_heard_at: Mapped[datetime | None]
    balances: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    positions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    suspects: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    read_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)


class TicketStatus(StrEnum):
    open = "open"
    adopted = "adopted"
    ignored = "ignored"
    closed = "closed"
    resolved = "resolved"


class Ticket(Base):
    """A difference between the book and the exchange, with evidence; `resolved` when it vanished by itself.

    Kinds: `foreign_order`, `foreign_trade`, `position_mismatch`, `balance_mismatch`, `order_missing`.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index(
            "uq_tickets_open",
            "key_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_tickets_account_id_created_at", "account_id", "created_at"),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("exchange_keys.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(120))
    symbol: Mapped[str | None] = mapped_column(String(60))
    summary: Mapped[str] = mapped_column(Text)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[TicketStatus] = mapped_column(
        Enum(TicketStatus, name="ticket_status", values_callable=values_of),
        server_default=text("'open'"),
    )
    requested: Mapped[str | None] = mapped_column(String(10))
    problem: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_at: Mapped[datetime | None]


class Halt(Base):
    """The kill switch: one row per use. `account_id` is None for the whole installation.

    While `lifted_at` is None entries are refused. `proof` is what the exchange showed when it was read again, per
    key; `proven_at` when nothing was left to do.
    """

    __tablename__ = "halts"
    __table_args__ = (
        Index(
            "uq_halts_active",
            "account_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    by_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, server_default=text("''"))
    flatten: Mapped[bool] = mapped_column(Boolean)
    engaged_at: Mapped[datetime] = mapped_column(server_default=func.now())
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    proof: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    proven_at: Mapped[datetime | None]
    lifted_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None]
