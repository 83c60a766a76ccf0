"""The exchange's own things: accounts, keys, orders, trades, positions. Money is `Decimal`, time is milliseconds UTC."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from paper_exchange.engine.money import ZERO


class Market(StrEnum):
    spot = "spot"
    usdm = "usdm"


class Side(StrEnum):
    buy = "BUY"
    sell = "SELL"

    @property
    def opposite(self) -> "Side":
        return Side.sell if self is Side.buy else Side.buy


class Tif(StrEnum):
    gtc = "GTC"
    ioc = "IOC"
    fok = "FOK"
    gtx = "GTX"


class Kind(StrEnum):
    """Order types of both markets; `STOP` and `TAKE_PROFIT` are limit orders on futures, `TAKE_PROFIT` is a market order on spot."""

    limit = "LIMIT"
    market = "MARKET"
    limit_maker = "LIMIT_MAKER"
    stop_loss = "STOP_LOSS"
    stop_loss_limit = "STOP_LOSS_LIMIT"
    take_profit = "TAKE_PROFIT"
    take_profit_limit = "TAKE_PROFIT_LIMIT"
    stop = "STOP"
    stop_market = "STOP_MARKET"
    take_profit_market = "TAKE_PROFIT_MARKET"
    liquidation = "LIQUIDATION"


class Status(StrEnum):
    new = "NEW"
    partially_filled = "PARTIALLY_FILLED"
    filled = "FILLED"
    canceled = "CANCELED"
    rejected = "REJECTED"
    expired = "EXPIRED"

    @property
    def is_open(self) -> bool:
        return self in (Status.new, Status.partially_filled)


class PositionSide(StrEnum):
    both = "BOTH"
    long = "LONG"
    short = "SHORT"


@dataclass(slots=True)
class Order:
    """One order; `locked` is what it still holds of the asset that it would give away (spot).

    A futures order with a stop price is a conditional one: it stays `NEW` until its price is reached, places an order of
    its own then (`child_id`) and is `FILLED`, which means triggered.
    """

    id: int
    market: Market
    account: str
    symbol: str
    client_id: str
    side: Side
    kind: Kind
    tif: Tif
    quantity: Decimal
    price: Decimal
    created_ms: int
    updated_ms: int
    status: Status = Status.new
    stop_price: Decimal = ZERO
    quote_quantity: Decimal = ZERO
    executed: Decimal = ZERO
    cost: Decimal = ZERO
    locked: Decimal = ZERO
    working_ms: int | None = None
    position_side: PositionSide = PositionSide.both
    reduce_only: bool = False
    close_position: bool = False
    cancel_id: str = ""
    child_id: int = 0
    mark_triggered: bool = False

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.executed

    @property
    def is_conditional(self) -> bool:
        """A futures order that only places another one."""
        return self.market is Market.usdm and self.stop_price != 0

    @property
    def is_waiting(self) -> bool:
        """A stop order whose price was not reached yet."""
        return self.working_ms is None


@dataclass(slots=True, frozen=True)
class Trade:
    """One fill of one account; `pnl` is what it realised (futures), before the fee."""

    id: int
    market: Market
    account: str
    symbol: str
    order_id: int
    side: Side
    price: Decimal
    quantity: Decimal
    quote: Decimal
    fee: Decimal
    fee_asset: str
    maker: bool
    time_ms: int
    pnl: Decimal = ZERO
    position_side: PositionSide = PositionSide.both


@dataclass(slots=True)
class Balance:
    free: Decimal = ZERO
    locked: Decimal = ZERO


@dataclass(slots=True)
class Position:
    """`amount` is signed; `cost` is what the amount was entered for, signed alike; `isolated` is its own wallet, if it has one."""

    symbol: str
    side: PositionSide
    amount: Decimal = ZERO
    cost: Decimal = ZERO
    isolated: Decimal = ZERO
    updated_ms: int = 0


@dataclass(slots=True)
class Futures:
    """An account's USDT-M part: one wallet, one position a symbol (or two in hedge mode)."""

    wallet: Decimal = ZERO
    hedge: bool = False
    leverage: dict[str, int] = field(default_factory=dict)
    isolated: set[str] = field(default_factory=set)
    positions: dict[str, Position] = field(default_factory=dict)


@dataclass(slots=True)
class Fees:
    """Rates of the trade's value; with `burn_bnb` a spot fee is taken from BNB at three quarters while there is BNB."""

    spot_maker: Decimal = Decimal("0.001")
    spot_taker: Decimal = Decimal("0.001")
    usdm_maker: Decimal = Decimal("0.0002")
    usdm_taker: Decimal = Decimal("0.0005")
    burn_bnb: bool = False


@dataclass(slots=True)
class Account:
    id: str
    number: int
    created_ms: int
    spot: dict[str, Balance] = field(default_factory=dict)
    futures: Futures = field(default_factory=Futures)
    fees: Fees = field(default_factory=Fees)
    updated_ms: int = 0

    def balance(self, asset: str) -> Balance:
        return self.spot.setdefault(asset, Balance())


@dataclass(slots=True)
class ApiKey:
    """A key of an account and what it may do; `secret` signs."""

    key: str
    secret: str
    account: str
    created_ms: int
    trade: bool = True
    futures: bool = True
    withdraw: bool = False
    addresses: list[str] = field(default_factory=list)
