"""What an alert asks of the position engine, complete enough to be carried out later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.kit.money import PRECISE, ZERO, plain
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.stored import decimal_of, text_of

Unit = Literal["base", "quote", "contracts"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class EntryRequest:
    """An entry: a first one opens a group, a further one adds a pyramid.

    `timeframe` in minutes, 0 when not told. `price` is the grid's base. `amount` in `unit`s (contracts count as base
    units), None when the alert leaves it to the configuration. `stop_loss` and `take_profit` are prices. `told_at` is
    the alert's own time.
    """

    account_id: UUID
    key_id: UUID
    venue: str
    environment: Environment
    market_type: MarketType
    symbol: str
    timeframe: int
    side: PositionSide
    price: Decimal
    amount: Decimal | None
    unit: Unit
    strategy_id: UUID | None
    signal_id: UUID | None
    told_at: datetime | None
    received_at: datetime
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    max_slippage_percent: Decimal | None = None

    def bar(self) -> int | None:
        """Which bar of its timeframe it belongs to, counted from 1970; None when no timeframe was told."""
        if self.timeframe <= 0:
            return None
        return ((self.told_at or self.received_at) - _EPOCH) // timedelta(minutes=self.timeframe)

    def asked_capital(self) -> Decimal | None:
        """What the alert's own size costs, in quote units; None when it names none."""
        if self.amount is None or self.unit == "quote":
            return self.amount
        return PRECISE.multiply(self.amount, self.price)

    def as_json(self) -> dict[str, Any]:
        """Stored form: decimals, ids and times as text."""
        return {
            "account_id": str(self.account_id),
            "key_id": str(self.key_id),
            "venue": self.venue,
            "environment": self.environment.value,
            "market_type": self.market_type.value,
            "symbol": self.symbol,
            "timeframe": self.timeframe,
            "side": self.side.value,
            "price": plain(self.price),
            "amount": text_of(self.amount),
            "unit": self.unit,
            "strategy_id": None if self.strategy_id is None else str(self.strategy_id),
            "signal_id": None if self.signal_id is None else str(self.signal_id),
            "told_at": None if self.told_at is None else self.told_at.isoformat(),
            "received_at": self.received_at.isoformat(),
            "stop_loss": text_of(self.stop_loss),
            "take_profit": text_of(self.take_profit),
            "max_slippage_percent": text_of(self.max_slippage_percent),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "EntryRequest":
        """What `as_json` wrote. KeyError, ValueError, InvalidOperation: it is not such a thing."""
        told_at = stored["told_at"]
        return cls(
            account_id=UUID(stored["account_id"]),
            key_id=UUID(stored["key_id"]),
            venue=stored["venue"],
            environment=Environment(stored["environment"]),
            market_type=MarketType(stored["market_type"]),
            symbol=stored["symbol"],
            timeframe=int(stored["timeframe"]),
            side=PositionSide(stored["side"]),
            price=Decimal(stored["price"]),
            amount=decimal_of(stored["amount"]),
            unit=stored["unit"],
            strategy_id=_id(stored["strategy_id"]),
            signal_id=_id(stored["signal_id"]),
            told_at=None if told_at is None else datetime.fromisoformat(told_at),
            received_at=datetime.fromisoformat(stored["received_at"]),
            stop_loss=decimal_of(stored.get("stop_loss")),
            take_profit=decimal_of(stored.get("take_profit")),
            max_slippage_percent=decimal_of(stored.get("max_slippage_percent")),
        )


def flaw(request: EntryRequest) -> str | None:
    """Why the request makes no sense by itself, for a person to read; None when it does."""
    if request.price <= ZERO:
        return "The entry price must be above 0."
    if request.amount is not None and request.amount <= ZERO:
        return "The amount must be above 0."
    sign = request.side.sign
    if request.stop_loss is not None and (request.price - request.stop_loss) * sign <= ZERO:
        return f"The stop loss of a {request.side} must be on the losing side of the entry price."
    if request.take_profit is not None and (request.take_profit - request.price) * sign <= ZERO:
        return f"The take profit of a {request.side} must be on the winning side of the entry price."
    return None


def _id(stored: Any) -> UUID | None:
    return None if stored is None else UUID(stored)
