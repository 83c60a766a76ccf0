"""Tables of the vault."""

from datetime import datetime
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
    SmallInteger,
    String,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from dollarclub.core.db import Base, IdColumn, values_of
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.exchanges.models import environment_enum, market_type_enum


class KeyStatus(StrEnum):
    """`provisioning`: a paper account is being opened; `checking`: to be tried; `refused`: may not trade."""

    provisioning = "provisioning"
    checking = "checking"
    ready = "ready"
    refused = "refused"
    unreachable = "unreachable"


class ExchangeKey(Base):
    """A key of an account at a venue. A deleted one stays as an archived row without its secret, since orders name it.

    `sealed` is the encrypted JSON of key, secret and passphrase, bound to `exchange-key:<id>`; `version` counts
    rotations. `problems` is a list of `{code, message}` found when it was last tried, `attempts` how often in a row its
    exchange could not be reached. It is tried at `check_requested_at` by the worker that holds the lease.
    """

    __tablename__ = "exchange_keys"
    __table_args__ = (
        Index("ix_exchange_keys_account_id", "account_id"),
        Index(
            "ix_exchange_keys_due",
            "check_requested_at",
            postgresql_where=text(
                "status IN ('provisioning', 'checking', 'unreachable') AND archived_at IS NULL"
            ),
        ),
        Index(
            "uq_exchange_keys_provisioned",
            "account_id",
            "market_type",
            unique=True,
            postgresql_where=text("provisioned AND archived_at IS NULL"),
        ),
        Index(
            "uq_exchange_keys_label",
            "account_id",
            "label",
            unique=True,
            postgresql_where=text("archived_at IS NULL"),
        ),
    )

    id: Mapped[IdColumn]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(60))
    venue: Mapped[str] = mapped_column(String(40))
    market_type: Mapped[MarketType] = mapped_column(market_type_enum)
    environment: Mapped[Environment] = mapped_column(environment_enum)
    status: Mapped[KeyStatus] = mapped_column(Enum(KeyStatus, name="key_status", values_callable=values_of))
    provisioned: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    allow_withdraw: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    mask: Mapped[str] = mapped_column(String(8), server_default=text("''"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    permissions: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    problems: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    check_requested_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    worker: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    rotated_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
