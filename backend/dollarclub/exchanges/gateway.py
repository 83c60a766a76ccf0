"""What the platform asks of an exchange, in its own values. Amounts are base units on spot, contracts' base units on
futures (contract size 1 on USDT-M); all money is Decimal, all times are UTC-aware."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from pydantic import SecretStr


class MarketType(StrEnum):
    spot = "spot"
    usdm = "usdm"


class Environment(StrEnum):
    live = "live"
    testnet = "testnet"
    paper = "paper"


class Side(StrEnum):
    buy = "buy"
    sell = "sell"


class OrderType(StrEnum):
    market = "market"
    limit = "limit"


class TimeInForce(StrEnum):
    gtc = "gtc"
    ioc = "ioc"
    fok = "fok"
    post_only = "post_only"


class ReportedState(StrEnum):
    """What the exchange says of an order; an expired one counts as cancelled."""

    open = "open"
    partially_filled = "partially_filled"
    filled = "filled"
    cancelled = "cancelled"
    rejected = "rejected"


@dataclass(frozen=True)
class Catalog:
    """Whose markets: those of one venue, one market type, one environment."""

    venue: str
    market_type: MarketType
    environment: Environment


@dataclass(frozen=True)
class Market:
    """One pair. `symbol` is ccxt's unified one, `venue_symbol` the exchange's. A step or bound of 0 is none."""

    symbol: str
    venue_symbol: str
    base: str
    quote: str
    settle: str | None
    price_tick: Decimal
    amount_step: Decimal
    min_amount: Decimal
    max_amount: Decimal
    market_step: Decimal
    market_max_amount: Decimal
    min_cost: Decimal
    contract_size: Decimal
    active: bool


@dataclass(frozen=True)
class OrderRequest:
    """An order as it goes out. Either `amount` or (market buys on spot) `cost` in quote units is given."""

    client_id: str
    symbol: str
    side: Side
    type: OrderType
    amount: Decimal | None
    price: Decimal | None = None
    cost: Decimal | None = None
    time_in_force: TimeInForce | None = None
    reduce_only: bool = False


@dataclass(frozen=True)
class TradeReport:
    """One fill as the exchange tells it; `trade_id` is unique within (key, symbol)."""

    trade_id: str
    symbol: str
    side: Side
    amount: Decimal
    price: Decimal
    cost: Decimal
    fee_amount: Decimal
    fee_asset: str | None
    is_maker: bool | None
    traded_at: datetime
    venue_order_id: str
    client_id: str | None = None


@dataclass(frozen=True)
class OrderReport:
    """An order as the exchange tells it. `trades` are those it told with it: may be fewer than `filled` says."""

    client_id: str
    venue_order_id: str
    symbol: str
    side: Side
    type: OrderType
    state: ReportedState
    amount: Decimal
    filled: Decimal
    average: Decimal | None
    price: Decimal | None
    reported_at: datetime | None
    trades: tuple[TradeReport, ...] = ()
    raw: dict[str, Any] | None = None


@dataclass(frozen=True)
class Balance:
    asset: str
    free: Decimal
    used: Decimal


@dataclass(frozen=True)
class Position:
    """A futures position; `amount` is signed, negative for short."""

    symbol: str
    amount: Decimal
    entry_price: Decimal | None
    mark_price: Decimal | None
    unrealized_pnl: Decimal | None
    leverage: Decimal | None
    liquidation_price: Decimal | None


@dataclass(frozen=True)
class Ticker:
    symbol: str
    last: Decimal
    bid: Decimal | None
    ask: Decimal | None
    told_at: datetime


@dataclass(frozen=True)
class PriceReport:
    """A pair's price as the exchange tells it: of the last trade, of the mark (futures), or both."""

    symbol: str
    last: Decimal | None
    mark: Decimal | None
    told_at: datetime


@dataclass(frozen=True)
class Candle:
    """One bar; `volume` in base units."""

    opened_at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal


class MarginMode(StrEnum):
    cross = "cross"
    isolated = "isolated"


@dataclass(frozen=True)
class Permissions:
    """What a key may do; None where the venue does not tell."""

    read: bool | None
    trade: bool | None
    withdraw: bool | None
    address_bound: bool | None


@dataclass(frozen=True)
class Credentials:
    """A key as it is opened. `version` changes when the secret is rotated. Never logged, never sent in a task."""

    key_id: UUID
    account_id: UUID
    catalog: Catalog
    key: SecretStr
    secret: SecretStr
    passphrase: SecretStr | None
    version: int


class Gateway(Protocol):
    """One key's way to its exchange. Safe for use by several threads.

    Every method raises only the errors of `exchanges.errors`. `exit` marks calls that may use the share of the
    request budget that is kept for exits.
    """

    def place(self, order: OrderRequest, *, exit: bool = False, deadline: float | None = None) -> OrderReport:
        """Send it once. OutcomeUnknown: it may be there; every other error means that nothing was placed.

        `deadline`, by `steady_seconds`: what is signed is dated before it, so that the exchange takes the order until
        `validity` after it and never later, however long this process is held up; NotSent (`late`) when it has passed.

        Spot answers carry their trades. Amounts and prices must be multiples of the market's steps: anything else is
        Rejected (`precision`) and not sent.
        """

    def find(self, symbol: str, client_id: str, *, exit: bool = False) -> OrderReport | None:
        """The order with this client id; None when the exchange says that it has none."""

    def cancel(self, symbol: str, client_id: str) -> OrderReport | None:
        """Cancel a resting order; None when the exchange knows no such open order (filled, gone or never there)."""

    def open_orders(self, symbol: str | None = None, *, exit: bool = False) -> Sequence[OrderReport]: ...

    def my_trades(self, symbol: str, *, since: datetime, exit: bool = False) -> Sequence[TradeReport]:
        """All own trades of a pair from `since` on, oldest first, paged to the end."""

    def balances(self, *, exit: bool = False) -> Sequence[Balance]:
        """Assets that are not zero."""

    def positions(self, *, exit: bool = False) -> Sequence[Position]:
        """Open futures positions; empty on spot."""

    def markets(self) -> Sequence[Market]:
        """The exchange's own list, freshly read."""

    def ticker(self, symbol: str) -> Ticker: ...

    def prices(self, symbols: Sequence[str]) -> Sequence[PriceReport]:
        """The present prices of these pairs, with their marks on futures; pairs without a price are absent."""

    def candles(
        self, symbol: str, timeframe: str, *, since: datetime | None = None, limit: int = 500
    ) -> Sequence[Candle]:
        """Bars, oldest first; `timeframe` as ccxt names it (`1m`, `4h`, `1d`). Without `since` the newest ones."""

    def set_leverage(self, symbol: str, leverage: int) -> None:
        """For the pair's positions from now on. Rejected on spot, or when the venue does not allow so much."""

    def set_margin_mode(self, symbol: str, mode: MarginMode) -> None:
        """Rejected (`in_use`) while the pair has a position or an open order."""

    def set_position_mode(self, *, hedged: bool) -> None:
        """Long and short beside each other, or one net position. Rejected (`in_use`) while there is any."""

    def permissions(self) -> Permissions: ...

    def validity(self) -> timedelta:
        """For how long after its date the exchange takes a signed request. Nothing is asked for this."""

    def clock_skew(self) -> timedelta:
        """The exchange's clock minus ours, half the round trip taken off."""

    def close(self) -> None: ...


class GatewayFactory(Protocol):
    """Makes gateways; bound to ccxt in `entry`, since only the trading worker and `stream` may load it."""

    def open(self, credentials: Credentials) -> Gateway: ...

    def public(self, catalog: Catalog) -> Gateway:
        """A gateway without a key: its markets, ticker and clock."""
        ...
