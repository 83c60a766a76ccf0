"""DCA configurations over HTTP. Percents, prices and amounts are decimals as text."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from dollarclub.core.schemas import In, Out
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.exchanges.schemas import VenueName
from dollarclub.kit.money import plain
from dollarclub.orders.schemas.orders import Money
from dollarclub.positions.rules.config import (
    MOST_LEVELS,
    MOST_PYRAMIDS,
    EntryType,
    GridPlan,
    MarginMode,
    OppositePolicy,
    PositionSide,
    RemainderPolicy,
    TakeProfitMode,
)

LONGEST_TIMEFRAME = 366 * 24 * 60


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise PydanticCustomError(
            "decimal_as_text", 'Send it as text, such as "0.1", so that it stays exact.'
        )
    return value


Exact = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(gt=-(Decimal(10) ** 18), lt=Decimal(10) ** 18, decimal_places=18),
    PlainSerializer(plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["1.5"]}),
]
Positive = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(gt=0, lt=Decimal(10) ** 18, decimal_places=18),
    WithJsonSchema({"type": "string", "examples": ["100"]}),
]
Pair = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_upper=True,
        max_length=60,
        pattern=r"^(\*|[^\s/:*]+/[^\s/:*]+(:[^\s/:*]+)?)$",
    ),
]


class LevelBody(In):
    gap: Exact = Field(description="Distance from the entry price in percent: 0, or negative for adverse.")
    weight: Exact = Field(description="Part of the capital in percent.")
    take_profit: Exact = Field(Decimal(0), description="Percent from the leg's own fill price.")


Levels = Annotated[list[LevelBody], Field(min_length=1, max_length=MOST_LEVELS)]


class PlanBody(In):
    """A grid and how it is closed. `pyramid_…` by the number of the pyramid, the initial entry being 1."""

    entry_type: EntryType = EntryType.limit
    levels: Levels
    pyramid_levels: dict[int, Levels] = Field(default_factory=dict, max_length=MOST_PYRAMIDS)
    capital: Exact | None = Field(None, description="Quote units; without it the alert's own amount is used.")
    pyramid_capitals: dict[int, Exact] = Field(default_factory=dict, max_length=MOST_PYRAMIDS)
    max_pyramids: int = Field(5, ge=1, le=MOST_PYRAMIDS, description="In all, the initial entry included.")
    tp_mode: TakeProfitMode = TakeProfitMode.per_leg
    tp_percent: Exact | None = None
    pyramid_tp_percents: dict[int, Exact] = Field(default_factory=dict, max_length=MOST_PYRAMIDS)
    stop_loss_percent: Exact | None = None
    trailing_percent: Exact | None = None
    trailing_activation_percent: Exact | None = None
    cancel_beyond_percent: Exact | None = None
    entry_ttl_seconds: int | None = None
    leverage: int | None = None
    margin_mode: MarginMode | None = None
    opposite: OppositePolicy = OppositePolicy.ignore
    max_slippage_percent: Exact | None = None
    remainder: RemainderPolicy = RemainderPolicy.retry

    def grid_plan(self) -> GridPlan:
        return GridPlan.from_json(self.model_dump(mode="json"))


class ConfigIn(In):
    """Where it applies and what is done there. `*` and null are any; the most specific enabled one is followed."""

    pair: Pair = Field("*", description="`BTC/USDT`, `BTC/USDT:USDT` or `*`.")
    timeframe: Annotated[int, Field(ge=1, le=LONGEST_TIMEFRAME)] | None = Field(None, description="Minutes.")
    key_id: UUID | None = None
    enabled: bool = True
    plan: PlanBody


class ConfigChange(ConfigIn):
    """Replaces the whole. `version` is the one that was seen; a later one means somebody else was quicker."""

    version: int = Field(ge=1, le=2**31 - 1)


class ConfigOut(Out):
    id: UUID
    pair: str
    timeframe: int | None
    key_id: UUID | None
    enabled: bool
    plan: PlanBody
    version: int
    created_at: datetime
    updated_at: datetime


class PreviewIn(In):
    """`capital` in quote units when neither the plan nor its pyramid names one; `pyramid` counts from 1."""

    plan: PlanBody
    venue: VenueName
    environment: Environment
    market_type: MarketType
    symbol: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    side: PositionSide = PositionSide.long
    price: Positive
    capital: Positive | None = None
    pyramid: int = Field(1, ge=1, le=MOST_PYRAMIDS)


class PlannedLegOut(Out):
    """`target` is the take-profit price when the leg fills at `price`."""

    number: int
    gap: Money
    weight: Money
    take_profit: Money
    price: Money
    amount: Money
    cost: Money
    target: Money | None
    is_market: bool
    is_held: bool


class ShortfallOut(Out):
    leg: int
    reason: str
    message: str


class FlawOut(Out):
    field: str
    message: str


class PreviewOut(Out):
    """Either `legs`, or why there are none: `flaws` of the plan, or legs that the exchange would refuse.

    `least_capital` is what would work. `target` is the price at which all of it takes profit together, in the modes
    that have one, when every leg filled at its price; `stop` likewise.
    """

    legs: list[PlannedLegOut] = Field(default_factory=list)
    cost: Money | None = None
    average: Money | None = None
    dust: Money | None = None
    target: Money | None = None
    stop: Money | None = None
    flaws: list[FlawOut] = Field(default_factory=list)
    shortfalls: list[ShortfallOut] = Field(default_factory=list)
    least_capital: Money | None = None
