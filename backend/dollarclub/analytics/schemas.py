"""The analytics over HTTP. Money is in the unit of its purse, decimals as text; a purse is `live:USD`, `paper:BTC`."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import PlainSerializer, WithJsonSchema

from dollarclub.core.schemas import Out
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.kit.money import PRECISE, plain
from dollarclub.orders.schemas.orders import Money
from dollarclub.pool.schemas import PoolOut
from dollarclub.positions.rules.config import PositionSide
from dollarclub.risk.schemas import EngineOut

_PLACES = Decimal("0.00000001")


def _rounded(value: Decimal) -> str:
    return plain(value.quantize(_PLACES, context=PRECISE))


Ratio = Annotated[
    Decimal,
    PlainSerializer(_rounded, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["1.5"]}),
]
"""A quotient, to eight places."""


class RatiosOut(Out):
    """`payoff` is average win / average loss, `profit_factor` all wins / all losses; null where nothing is divided by.

    `sharpe` (mean / population deviation) and `sortino` (mean / downside deviation against 0, over all) are of one trade.
    """

    trades: int
    wins: int
    losses: int
    total: Money
    win_rate: Ratio | None
    average_win: Ratio | None
    average_loss: Ratio | None
    payoff: Ratio | None
    profit_factor: Ratio | None
    expectancy: Ratio | None
    sharpe: Ratio | None
    sortino: Ratio | None


class PurseOut(Out):
    """What may be added up: results of one kind of money."""

    purse: str
    trades: int
    realised: Money


class PointOut(Out):
    at: datetime
    equity: Money
    drawdown: Money


class TotalPointOut(Out):
    at: datetime
    total: Money


class DrawdownOut(Out):
    """How far the realised curve fell below its highest; percents are of the starting equity, where it is known."""

    deepest: Money
    deepest_percent: Ratio | None
    deepest_at: datetime | None
    current: Money
    current_percent: Ratio | None


class YearlyOut(Out):
    """Of daily returns on the equity of that day, times the root of 365."""

    sharpe: Ratio | None
    sortino: Ratio | None


class BreakdownOut(Out):
    """Trades with something in common; `key` is stable, `name` is for a person."""

    key: str
    name: str
    ratios: RatiosOut
    fees: Money
    volume: Money


class CellOut(Out):
    symbol: str
    timeframe: int
    trades: int
    total: Money
    win_rate: Ratio | None


class BinOut(Out):
    """Returns in percent from `low` on and below `high`."""

    low: Money
    high: Money
    count: int


class TradeOut(Out):
    """A closed group; `percent` is `realised` of what its entries cost."""

    id: UUID
    key_id: UUID
    strategy_id: UUID | None
    symbol: str
    timeframe: int
    side: PositionSide
    opened_at: datetime
    closed_at: datetime
    realised: Money
    fees: Money
    percent: Ratio


class TradingDayOut(Out):
    """A day (UTC) on which something was closed."""

    day: date
    trades: int
    wins: int
    net: Money
    fees: Money
    volume: Money
    best: str
    worst: str


class AnalyticsOut(Out):
    """Figures of the closed groups of one purse that ended in the span.

    `curve` is what was realised since its begin, `total_curve` the same with what was open at each moment. `unrealised`
    is of what is open now. `starting_equity` is reckoned back from the balances of now. `days`: at most the latest 366.
    """

    purses: list[PurseOut]
    purse: str | None
    starting_equity: Money | None
    ratios: RatiosOut
    returns: RatiosOut
    yearly: YearlyOut
    fees: Money
    volume: Money
    average_held_seconds: Ratio | None
    unrealised: Money
    drawdown: DrawdownOut
    curve: list[PointOut]
    total_curve: list[TotalPointOut]
    by_pair: list[BreakdownOut]
    by_timeframe: list[BreakdownOut]
    by_strategy: list[BreakdownOut]
    by_weekday: list[BreakdownOut]
    by_side: list[BreakdownOut]
    heat: list[CellOut]
    histogram: list[BinOut]
    best: list[TradeOut]
    worst: list[TradeOut]
    days: list[TradingDayOut]


class PurseFiguresOut(Out):
    """`realised` of all closed and open groups, `total` with what is `unrealised`, both net of fees.

    `unpriced` groups are not in `unrealised`: no price comes for them.
    """

    purse: str
    realised: Money
    realised_today: Money
    unrealised: Money
    total: Money
    invested: Money
    resting: Money
    unpriced: int


class KeyCapitalOut(Out):
    """Dollars at the exchange, as of `read_at`; null when it never told. `deployed` is what is not free.

    `unvalued` assets have no known price and are in none of the sums. `invested` and `resting` are of its `groups`.
    """

    key_id: UUID
    label: str
    venue: str
    market_type: MarketType
    environment: Environment
    read_at: datetime | None
    free: Money | None
    deployed: Money | None
    total: Money | None
    unvalued: list[str]
    groups: int
    invested: Money
    resting: Money


class AllocationOut(Out):
    """`resting` may still be bought; `percent` is of everything invested and resting in the purse."""

    purse: str
    symbol: str
    groups: int
    invested: Money
    resting: Money
    percent: Ratio


class TradingOverviewOut(Out):
    """`halted` by the kill switch; `engine` by the risk page's stop or the day's loss."""

    as_of: datetime
    groups: int
    pool: PoolOut
    purses: list[PurseFiguresOut]
    keys: list[KeyCapitalOut]
    allocation: list[AllocationOut]
    last_webhook_at: datetime | None
    engine: EngineOut
    halted: bool
