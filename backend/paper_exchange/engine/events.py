"""What happened, for the streams; values are copies of the moment."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from paper_exchange.engine.model import Order, Position, Trade


class Execution(StrEnum):
    new = "NEW"
    trade = "TRADE"
    canceled = "CANCELED"
    expired = "EXPIRED"
    liquidation = "CALCULATED"


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """An order of either market changed; `trade` is there when it was filled."""

    account: str
    at_ms: int
    order: Order
    execution: Execution
    trade: Trade | None = None


@dataclass(frozen=True, slots=True)
class SpotBalances:
    """Free and locked of every asset that a spot action touched."""

    account: str
    at_ms: int
    balances: dict[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class SpotDeposit:
    """An amount that came or went without a trade."""

    account: str
    at_ms: int
    asset: str
    change: Decimal


@dataclass(frozen=True, slots=True)
class FuturesUpdate:
    """A futures wallet and the positions that changed; `reason` is Binance's (`ORDER`, `FUNDING_FEE`, `DEPOSIT`).

    `wallet` is everything, `cross` without the isolated positions' own; `unrealized` is by symbol and side.
    """

    account: str
    at_ms: int
    reason: str
    wallet: Decimal
    cross: Decimal
    change: Decimal
    positions: tuple[Position, ...]
    unrealized: dict[str, Decimal]
    isolated: frozenset[str]


@dataclass(frozen=True, slots=True)
class LeverageChange:
    account: str
    at_ms: int
    symbol: str
    leverage: int


@dataclass(frozen=True, slots=True)
class KeyRemoved:
    """A key does not work any more."""

    account: str
    at_ms: int
    key: str


Event = KeyRemoved | OrderEvent | SpotBalances | SpotDeposit | FuturesUpdate | LeverageChange
