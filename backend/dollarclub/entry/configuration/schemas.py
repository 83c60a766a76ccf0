"""The document, and what an import of it would change."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from dollarclub.core.schemas import In, Out
from dollarclub.exchanges.gateway import Environment, MarketType, OrderType
from dollarclub.exchanges.schemas import VenueName
from dollarclub.pool.schemas import PoolSettings
from dollarclub.positions.config_schemas import LONGEST_TIMEFRAME, Exact, Pair, PlanBody
from dollarclub.risk.schemas import RiskSettings
from dollarclub.signals.models import AmountUnit, StrategyMode
from dollarclub.signals.schemas import Addresses, Expectation, Lag, Name

MOST = 1000


class KeyName(In):
    """Which key is meant, in whatever installation."""

    label: Annotated[str, Field(min_length=1, max_length=60)]
    venue: VenueName
    market_type: MarketType
    environment: Environment


class ConfigEntry(In):
    pair: Pair = "*"
    timeframe: Annotated[int, Field(ge=1, le=LONGEST_TIMEFRAME)] | None = None
    key: KeyName | None = None
    enabled: bool = True
    plan: PlanBody


class StrategyEntry(In):
    """A strategy without its address and secret, which a new one gets anew."""

    name: Name
    is_default: bool = False
    enabled: bool = True
    key: KeyName | None = None
    market_type: MarketType
    mode: StrategyMode = StrategyMode.direct
    order_type: OrderType
    amount: Exact | None = None
    amount_unit: AmountUnit = AmountUnit.quote
    max_cost: Exact | None = None
    max_lag_seconds: Lag | None = None
    expected_every_seconds: Expectation | None = None
    require_secret: bool = True
    require_signature: bool = False
    allowed_addresses: Addresses = Field(default_factory=list)


class Document(In):
    """A section that is not there stays as it is.

    `dca_configs` replaces all of them; `strategies` are found by their name (the default one by being it) and never
    taken away, since their webhooks would go with them.
    """

    format: Literal["dollarclub-configuration"] = "dollarclub-configuration"
    version: Literal[1] = 1
    exported_at: datetime | None = None
    pool: PoolSettings | None = None
    risk: RiskSettings | None = None
    dca_configs: Annotated[list[ConfigEntry], Field(max_length=MOST)] | None = None
    strategies: Annotated[list[StrategyEntry], Field(max_length=MOST)] | None = None


class Section(StrEnum):
    pool = "pool"
    risk = "risk"


class Change(StrEnum):
    added = "added"
    changed = "changed"
    removed = "removed"


class ChangeOut(Out):
    """`subject` tells which one of a section with several; `field` by dots; `before` and `after` as in the document."""

    section: str
    subject: str
    change: Change
    field: str
    before: Any
    after: Any


class ErrorOut(Out):
    field: str
    message: str


class DiffOut(Out):
    """`seen` stands for what the document was compared with: an import that names it is refused when that changed."""

    changes: list[ChangeOut]
    errors: list[ErrorOut]
    seen: str


class ImportIn(In):
    document: Document
    seen: Annotated[str, Field(max_length=64)] | None = None


class ResetIn(In):
    section: Section


class VersionOut(Out):
    """One version of a section; `author_id` is null for what the platform wrote."""

    section: str
    version: int
    body: dict[str, Any]
    author_id: UUID | None
    note: str
    at: datetime
