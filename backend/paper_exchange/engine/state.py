"""Everything the exchange knows that is not history, and what one action changed of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from paper_exchange.engine.book import Book
from paper_exchange.engine.events import Event, Execution, OrderEvent, SpotBalances
from paper_exchange.engine.model import Account, ApiKey, Market, Order, Trade
from paper_exchange.engine.prices import Course
from paper_exchange.engine.symbols import Symbol

FIRST_ID = 1_000_000


@dataclass(slots=True)
class Income:
    """One line of a futures account's history: `COMMISSION`, `REALIZED_PNL`, `FUNDING_FEE`, `TRANSFER`, `INSURANCE_CLEAR`."""

    id: int
    account: str
    symbol: str
    kind: str
    amount: Decimal
    asset: str
    time_ms: int
    trade_id: int | None = None


@dataclass(slots=True)
class State:
    """Open orders are here by (market, symbol) and id; closed ones are history and live in the store only."""

    seed: int
    accounts: dict[str, Account] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    open_orders: dict[tuple[Market, str], dict[int, Order]] = field(default_factory=dict)
    last_id: int = FIRST_ID

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def orders_on(self, market: Market, symbol: str) -> dict[int, Order]:
        return self.open_orders.setdefault((market, symbol), {})

    def orders_of(self, market: Market, account: str, symbol: str | None = None) -> Iterator[Order]:
        """An account's open orders, oldest first within a symbol."""
        for (at, name), orders in self.open_orders.items():
            if at is market and symbol in (None, name):
                yield from (order for order in orders.values() if order.account == account)


@dataclass(slots=True)
class Effects:
    """What one action changed: stored in one transaction, published afterwards."""

    orders: dict[int, Order] = field(default_factory=dict)
    trades: list[Trade] = field(default_factory=list)
    income: list[Income] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    symbols: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.orders or self.trades or self.income or self.accounts or self.keys or self.symbols)

    def order(self, order: Order, execution: Execution, trade: Trade | None = None) -> None:
        """An order changed, because of `trade` if there is one."""
        self.orders[order.id] = order
        self.accounts.add(order.account)
        if trade is not None:
            self.trades.append(trade)
        self.events.append(OrderEvent(order.account, order.updated_ms, replace(order), execution, trade))

    def spot_balances(self, account: Account, *assets: str) -> None:
        """These balances changed."""
        self.accounts.add(account.id)
        found = {asset: (account.balance(asset).free, account.balance(asset).locked) for asset in assets}
        self.events.append(SpotBalances(account.id, account.updated_ms, found))


class Markets(Protocol):
    """The moment's view of the market, which the engine is given instead of a clock."""

    @property
    def now_ms(self) -> int: ...

    def book(self, market: Market, symbol: Symbol) -> Book: ...

    def average(self, market: Market, symbol: Symbol) -> Decimal:
        """The mean price of the last five minutes."""
        ...

    def mark(self, symbol: Symbol) -> Decimal: ...
