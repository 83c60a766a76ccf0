"""One request on its way through: what a handler is given, and what a route is."""

import asyncio
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import GeneratorType

from paper_exchange.engine.model import Account, ApiKey, Market
from paper_exchange.engine.refusal import bad_symbol
from paper_exchange.engine.symbols import Symbol
from paper_exchange.exchange import Exchange
from paper_exchange.wire.auth import Security
from paper_exchange.wire.limits import Limits
from paper_exchange.wire.params import Params


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request. `server_ms` is the exchange's clock as this client sees it."""

    exchange: Exchange
    params: Params
    limits: Limits
    server_ms: int
    key: ApiKey | None = None

    @property
    def owner(self) -> Account:
        """Whose key signed."""
        if self.key is None:
            raise LookupError("the route does not ask for a key")
        return self.exchange.state.accounts[self.key.account]

    def symbol(self, market: Market) -> Symbol:
        """The symbol asked for; refused when the market does not have it."""
        return named_symbol(self.exchange, market, self.params.text("symbol"))


def named_symbol(exchange: Exchange, market: Market, name: str) -> Symbol:
    symbol = exchange.state.symbols.get(name)
    if symbol is None:
        raise bad_symbol()
    exchange.quotes.steps(market, symbol)
    return symbol


def listed_symbols(exchange: Exchange, market: Market) -> list[Symbol]:
    """Every symbol of a market."""
    return [
        s
        for s in exchange.state.symbols.values()
        if (s.spot if market is Market.spot else s.usdm) is not None
    ]


Handler = Callable[[Call], object]
"""Gives the view that is answered, at once or as `Pieces`."""
Pieces = Generator[None, None, object]
"""Long work that lets other requests pass wherever it yields, and returns the view."""


async def finished(view: object) -> object:
    """What a handler gave, its pieces done."""
    if not isinstance(view, GeneratorType):
        return view
    while True:
        try:
            next(view)
        except StopIteration as end:
            return end.value
        await asyncio.sleep(0)


Weight = int | Callable[[Params], int]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path of a market: what it needs, what it weighs, who answers."""

    method: str
    path: str
    market: Market
    handler: Handler
    security: Security = Security.none
    weight: Weight = 1
    orders: bool = False

    def weighs(self, params: Params) -> int:
        return self.weight if isinstance(self.weight, int) else self.weight(params)
