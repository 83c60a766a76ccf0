"""Tables of the exchanges domain: the markets of each venue with their precision, read from the venue itself."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Boolean, Enum, ForeignKeyConstraint, Integer, Numeric, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from dollarclub.core.db import Base, values_of
from dollarclub.exchanges.gateway import Environment, MarketType

MONEY = Numeric(38, 18)
market_type_enum = Enum(MarketType, name="market_type", values_callable=values_of)
environment_enum = Enum(Environment, name="environment", values_callable=values_of)


class CatalogRow(Base):
    """One venue's list of markets and its age.

    `check_at` is when it is read next; the worker that reads it moves it on first, so that it is read by one. After
    `failures` in a row the old list is kept and `problem` says why.
    """

    __tablename__ = "market_catalogs"

    venue: Mapped[str] = mapped_column(String(40), primary_key=True)
    market_type: Mapped[MarketType] = mapped_column(market_type_enum, primary_key=True)
    environment: Mapped[Environment] = mapped_column(environment_enum, primary_key=True)
    fetched_at: Mapped[datetime | None]
    refresh_requested_at: Mapped[datetime | None]
    check_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    failures: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    problem: Mapped[str | None] = mapped_column(Text)


class MarketRow(Base):
    """One pair of a catalog; see `gateway.Market`."""

    __tablename__ = "markets"
    __table_args__ = (
        ForeignKeyConstraint(
            ["venue", "market_type", "environment"],
            ["market_catalogs.venue", "market_catalogs.market_type", "market_catalogs.environment"],
            ondelete="CASCADE",
            name="fk_markets_catalog",
        ),
    )

    venue: Mapped[str] = mapped_column(String(40), primary_key=True)
    market_type: Mapped[MarketType] = mapped_column(market_type_enum, primary_key=True)
    environment: Mapped[Environment] = mapped_column(environment_enum, primary_key=True)
    symbol: Mapped[str] = mapped_column(String(60), primary_key=True)
    venue_symbol: Mapped[str] = mapped_column(String(60), index=True)
    base: Mapped[str] = mapped_column(String(30))
    quote: Mapped[str] = mapped_column(String(30))
    settle: Mapped[str | None] = mapped_column(String(30))
    price_tick: Mapped[Decimal] = mapped_column(MONEY)
    amount_step: Mapped[Decimal] = mapped_column(MONEY)
    min_amount: Mapped[Decimal] = mapped_column(MONEY)
    max_amount: Mapped[Decimal] = mapped_column(MONEY)
    market_step: Mapped[Decimal] = mapped_column(MONEY)
    market_max_amount: Mapped[Decimal] = mapped_column(MONEY)
    min_cost: Mapped[Decimal] = mapped_column(MONEY)
    contract_size: Mapped[Decimal] = mapped_column(MONEY)
    active: Mapped[bool] = mapped_column(Boolean)


class LastPrice(Base):
    """The latest price of a pair that is watched. `mark` on futures; `told_at` is the exchange's time."""

    __tablename__ = "last_prices"

    venue: Mapped[str] = mapped_column(String(40), primary_key=True)
    market_type: Mapped[MarketType] = mapped_column(market_type_enum, primary_key=True)
    environment: Mapped[Environment] = mapped_column(environment_enum, primary_key=True)
    symbol: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[Decimal] = mapped_column(MONEY)
    mark: Mapped[Decimal | None] = mapped_column(MONEY)
    told_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
