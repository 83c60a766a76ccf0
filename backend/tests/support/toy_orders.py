"""What the toy exchange and the platform beside it know of an order and of a watched price."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.rules.precision import Steps
from dollarclub.kit.money import ZERO
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.positions.rules.decision import WantedOrder, WantedTrigger
from dollarclub.positions.rules.ledger import LedgerFill

START = datetime(2026, 3, 1, tzinfo=UTC)
STEPS = Steps(
    price_tick=Decimal("0.01"),
    amount_step=Decimal("0.001"),
    min_amount=Decimal("0.001"),
    max_amount=Decimal(50),
    market_step=ZERO,
    market_max_amount=Decimal(20),
    min_cost=Decimal(5),
)


@dataclass
class Order:
    """`filled` is what the exchange did, `told` what the platform was told of it. `fate` is its end at the exchange."""

    id: UUID
    wanted: WantedOrder
    created_at: datetime
    filled: Decimal = ZERO
    fate: OrderStatus | None = None
    sent: bool = False
    unknown: bool = False
    cancel_requested: bool = False
    told: OrderStatus = OrderStatus.new
    told_filled: Decimal = ZERO
    untold: list[LedgerFill] = field(default_factory=list)
    known: Decimal = ZERO

    @property
    def rests(self) -> bool:
        return self.sent and self.fate is None

    @property
    def left(self) -> Decimal:
        return self.wanted.amount - self.filled


@dataclass
class Trigger:
    id: UUID
    wanted: WantedTrigger
    extreme: Decimal | None = None
    fired_at: datetime | None = None
    fired_price: Decimal | None = None
