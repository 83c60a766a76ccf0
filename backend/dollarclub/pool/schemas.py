"""The pool and its queue over HTTP. Prices are decimals as text, losses and drifts percents."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, field_validator
from pydantic_core import PydanticCustomError

from dollarclub.core.schemas import In, Out
from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.money import plain
from dollarclub.orders.schemas.orders import Money
from dollarclub.pool.models import QueueStatus
from dollarclub.pool.rules.priority import DEFAULT_ORDER, Rule, flaws
from dollarclub.positions.rules.config import PositionSide

DAY = 24 * 3600
MOST_GROUPS = 1000
MOST_QUEUED = 10_000


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise PydanticCustomError(
            "decimal_as_text", 'Send it as text, such as "0.1", so that it stays exact.'
        )
    return value


Percent = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(gt=0, le=1000, decimal_places=8),
    PlainSerializer(plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["10"]}),
]


class PoolSettings(In):
    """How many positions at once, and what becomes of entries that find no slot."""

    max_groups: int = Field(10, ge=1, le=MOST_GROUPS, description="Positions that may be active at once.")
    pyramids_bypass: bool = Field(True, description="Further entries of an open position need no slot.")
    priority: list[Rule] = Field(
        default_factory=lambda: list(DEFAULT_ORDER),
        description="Compared one after the other.",
        max_length=10,
    )
    max_queue: int | None = Field(200, ge=0, le=MOST_QUEUED, description="Entries that may wait; 0 is none.")
    expiry_seconds: int | None = Field(DAY, ge=1, le=366 * DAY, description="Older entries are dropped.")
    max_drift_percent: Percent | None = Field(
        Decimal(10),
        description="An entry is dropped when the price went further than this from its signal's.",
    )
    replace: bool = Field(True, description="A later alert takes the place of the one that waits.")

    @field_validator("priority")
    @classmethod
    def _sound(cls, rules: list[Rule]) -> list[Rule]:
        if found := flaws(rules):
            raise PydanticCustomError("priority", "{words}", {"words": found[0]})
        return rules


class PoolSettingsIn(In):
    """Replaces the whole. `version` is the one that was seen; a later one means somebody else was quicker."""

    version: int = Field(ge=0, le=2**31 - 2)
    settings: PoolSettings


class PoolSettingsOut(Out):
    version: int
    settings: PoolSettings


class PoolOut(Out):
    """`used` of `limit` slots; `waiting` entries in the queue."""

    used: int
    limit: int
    waiting: int


class QueueEntryOut(Out):
    """An entry that waits or waited. `reason` says why it waits, or why it does no more."""

    id: UUID
    key_id: UUID
    market_type: MarketType
    symbol: str
    timeframe: int
    side: PositionSide
    strategy_id: UUID | None
    signal_id: UUID | None
    entry_price: Money
    status: QueueStatus
    reason: str
    replacements: int
    is_continuation: bool
    pinned: int | None
    explanation: str
    first_queued_at: datetime
    replaced_at: datetime | None
    expires_at: datetime | None
    settled_at: datetime | None
    group_id: UUID | None


class RankedOut(QueueEntryOut):
    """One that waits: the entry at `place` 1 is the next to be opened."""

    place: int
    last: Money | None
    loss_percent: Money | None
    expected_profit: Money | None


class ReorderIn(In):
    """The entries that come first, in this order; all others follow by the rules."""

    ids: list[UUID] = Field(max_length=MOST_QUEUED)
