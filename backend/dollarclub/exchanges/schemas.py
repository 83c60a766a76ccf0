"""What the API tells of venues and markets. Decimals are texts without exponents."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer, StringConstraints

from dollarclub.core.schemas import In, Out
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.kit.money import plain

Number = Annotated[Decimal, PlainSerializer(plain, return_type=str)]
VenueName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,40}$")]


class VenueOut(Out):
    """A venue and what can be done on it; an untested one is reached through ccxt with careful defaults."""

    venue: str
    title: str
    market_types: list[MarketType]
    environments: list[Environment]
    tested: bool
    needs_passphrase: bool
    client_id_parameter: str
    client_id_length: int
    finds_by_client_id: bool
    market_by_cost: bool


class MarketOut(Out):
    """A pair; a step or bound of 0 is none."""

    venue: str
    market_type: MarketType
    environment: Environment
    symbol: str
    venue_symbol: str
    base: str
    quote: str
    settle: str | None
    price_tick: Number
    amount_step: Number
    min_amount: Number
    max_amount: Number
    market_step: Number
    market_max_amount: Number
    min_cost: Number
    contract_size: Number
    active: bool


class CandleOut(Out):
    """One bar; `volume` in base units."""

    opened_at: datetime
    open: Number
    high: Number
    low: Number
    close: Number
    volume: Number


class CatalogOut(Out):
    """How old the list of a venue's markets is, and what kept it from being renewed."""

    venue: str
    market_type: MarketType
    environment: Environment
    fetched_at: datetime | None
    refresh_requested_at: datetime | None
    count: int
    problem: str | None


class CatalogIn(In):
    venue: VenueName = Field(description="Lower case, as `GET /api/exchanges` lists it.")
    market_type: MarketType
    environment: Environment

    def catalog(self) -> Catalog:
        return Catalog(self.venue, self.market_type, self.environment)
