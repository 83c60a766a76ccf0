"""A market that stands where it was put, for tests of the pure engine."""

from dataclasses import dataclass, field
from decimal import Decimal

from paper_exchange.engine import symbols
from paper_exchange.engine.book import Book
from paper_exchange.engine.model import Account, Fees, Market
from paper_exchange.engine.state import State
from paper_exchange.engine.symbols import Symbol

START = {"USDT": Decimal(50_000), "BTC": Decimal("0.7"), "BNB": Decimal(3)}


@dataclass
class Still:
    """A market that stands where it was put."""

    state: State
    last: dict[str, Decimal] = field(
        default_factory=lambda: {"BTCUSDT": Decimal(100_000), "BNBUSDT": Decimal(500)}
    )
    now_ms: int = 1_800_000_000_000

    def book(self, market: Market, symbol: Symbol) -> Book:
        steps = symbol.spot if market is Market.spot else symbol.usdm
        assert steps is not None
        return Book(symbol, steps, self.last[symbol.name], self.now_ms // 250, 7)

    def average(self, market: Market, symbol: Symbol) -> Decimal:
        return self.last[symbol.name]

    def mark(self, symbol: Symbol) -> Decimal:
        return self.last[symbol.name]


def exchange(*, burn: bool) -> tuple[State, Account, Still]:
    state = State(seed=7, symbols={symbol.name: symbol for symbol in symbols.defaults()})
    account = Account("a", 1, 0, fees=Fees(burn_bnb=burn))
    for asset, amount in START.items():
        account.balance(asset).free = amount
    state.accounts["a"] = account
    return state, account, Still(state)
