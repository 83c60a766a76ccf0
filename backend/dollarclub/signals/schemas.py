"""What the API of strategies and signals takes and answers."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from dollarclub.core.schemas import In, Out
from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.orders.schemas.orders import Money, OrderDetailOut
from dollarclub.signals.models import AmountUnit, StrategyMode
from dollarclub.signals.rules.states import Outcome, SignalStatus
from dollarclub.signals.rules.verify import networks_of

LONGEST_LAG = 7 * 24 * 3600
LONGEST_EXPECTATION = 366 * 24 * 3600


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise PydanticCustomError(
            "decimal_as_text", 'Send it as text, such as "0.1", so that it stays exact.'
        )
    return value


def _address(text: str) -> str:
    entry = text.strip().lower()
    try:
        networks_of(entry)
    except ValueError as error:
        raise PydanticCustomError(
            "address", "It is no address, no network such as 192.0.2.0/24, and not `tradingview`."
        ) from error
    return entry


MoneyIn = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(gt=0, lt=Decimal(10) ** 18, decimal_places=18),
    WithJsonSchema({"type": "string", "examples": ["100"]}),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Address = Annotated[str, StringConstraints(max_length=64), AfterValidator(_address)]
Addresses = Annotated[list[Address], Field(max_length=50)]
Lag = Annotated[int, Field(ge=1, le=LONGEST_LAG)]
Expectation = Annotated[int, Field(ge=60, le=LONGEST_EXPECTATION)]


class StrategyIn(In):
    """A strategy. Without `key_id` the account's paper key trades. Amounts are decimals as text."""

    name: Name
    enabled: bool = True
    key_id: UUID | None = None
    market_type: MarketType
    mode: StrategyMode = Field(
        StrategyMode.direct, description="Grid: alerts open, add to and close position groups."
    )
    order_type: OrderType
    amount: MoneyIn | None = Field(None, description="Used when an alert names none.")
    amount_unit: AmountUnit = AmountUnit.quote
    max_cost: MoneyIn | None = Field(None, description="Largest order, in quote units.")
    max_lag_seconds: Lag | None = Field(None, description="Older alerts are refused.")
    expected_every_seconds: Expectation | None = Field(None, description="Silence longer than this is told.")
    require_secret: bool = True
    require_signature: bool = False
    allowed_addresses: Addresses = Field(
        default_factory=list, description="Addresses and networks; `tradingview` stands for TradingView's."
    )


class StrategyChange(In):
    """Members that are not given stay as they are."""

    name: Name | None = None
    enabled: bool | None = None
    key_id: UUID | None = None
    market_type: MarketType | None = None
    mode: StrategyMode | None = None
    order_type: OrderType | None = None
    amount: MoneyIn | None = None
    amount_unit: AmountUnit | None = None
    max_cost: MoneyIn | None = None
    max_lag_seconds: Lag | None = None
    expected_every_seconds: Expectation | None = None
    require_secret: bool | None = None
    require_signature: bool | None = None
    allowed_addresses: Addresses | None = None


class StrategyOut(Out):
    id: UUID
    name: str
    is_default: bool
    enabled: bool
    key_id: UUID | None
    market_type: MarketType
    mode: StrategyMode
    order_type: OrderType
    amount: Money | None
    amount_unit: AmountUnit
    max_cost: Money | None
    max_lag_seconds: int | None
    expected_every_seconds: int | None
    require_secret: bool
    require_signature: bool
    allowed_addresses: list[str]
    last_received_at: datetime | None
    created_at: datetime
    updated_at: datetime


class UrlsOut(Out):
    """`token` proves the sender by itself; `account` and `v1` serve the default strategy and need the secret."""

    token: str
    account: str | None
    v1: str | None


class MessagesOut(Out):
    """Alert messages to paste into TradingView: `entry` and `exit` for its strategies, `simple` for any alert."""

    entry: str
    exit: str
    simple: str


class WebhookOut(Out):
    urls: UrlsOut
    secret: str
    messages: MessagesOut


class StrategyHealthOut(Out):
    """`overdue`: nothing came for longer than the strategy expects."""

    last_received_at: datetime | None
    received_24h: int
    executed_24h: int
    refused_24h: int
    overdue: bool


class TestAction(StrEnum):
    buy = "buy"
    sell = "sell"
    exit = "exit"


class TestIn(In):
    action: TestAction = TestAction.buy


class SignalRef(Out):
    signal_id: UUID


class ReceiptStatus(StrEnum):
    accepted = "accepted"
    duplicate = "duplicate"


class ReceiptOut(Out):
    """The alert is stored; what becomes of it is told by `GET /api/signals/{signal_id}`."""

    signal_id: UUID
    status: ReceiptStatus
    received_at: datetime


class SignalOut(Out):
    id: UUID
    strategy_id: UUID
    status: SignalStatus
    outcome: Outcome | None
    message: str | None
    symbol: str | None
    raw_symbol: str | None
    action: str | None
    address: str
    told_at: datetime | None
    received_at: datetime
    claimed_at: datetime | None
    decided_at: datetime | None
    settled_at: datetime | None
    repeats: int
    replay_of: UUID | None
    key_id: UUID | None


class ChartHourOut(Out):
    """Counts of the hour that begins at `hour`."""

    hour: datetime
    received: int
    executed: int
    refused: int


class StepOut(Out):
    """received, claimed, decided, then of each order intent, sent, acknowledged, unknown, filled; at last settled."""

    name: str
    at: datetime
    detail: str


class SignalDetailOut(SignalOut):
    """`raw` is the body as it came, its secret struck out; `alert` is what it was understood to ask.

    `group_id` is the position that it opened, added to or closed.
    """

    raw: str
    content_type: str
    alert: dict[str, Any]
    steps: list[StepOut]
    orders: list[OrderDetailOut]
    group_id: UUID | None
