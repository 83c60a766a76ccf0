"""Prices of another exchange, live: the middle of its best bid and ask becomes the price of every pair that both have.

A price that the operator sets is left alone until the operator lets it walk on.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import httpx

from paper_exchange.engine.model import Market
from paper_exchange.engine.money import ZERO
from paper_exchange.engine.prices import Shape, to_tick
from paper_exchange.engine.symbols import Symbol
from paper_exchange.exchange import Exchange
from paper_exchange.operations import markets_of, mirror_price, set_price

log = logging.getLogger(__name__)
NAMED = {"binance": "https://data-api.binance.vision"}
TICKERS = "/api/v3/ticker/bookTicker"
STORE_EVERY_S = 60.0
LONGEST_PAUSE_S = 60.0


def source_url(name: str) -> str:
    """The address of a source: one that has a name here, or an address itself."""
    return NAMED.get(name, name).rstrip("/")


@dataclass(slots=True)
class Mirror:
    """Reads `source` (anything with Binance's spot tickers) every `every_s` seconds, for ever; longer pauses while it is away."""

    exchange: Exchange
    source: str
    every_s: float = 1.0
    _common: list[str] = field(default_factory=list)
    _stored: dict[str, float] = field(default_factory=dict)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow the source while the block runs."""
        following = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            self.exchange.act(lambda effects: effects.symbols.update(self._stored))

    async def _follow(self) -> None:
        failures = 0
        async with httpx.AsyncClient(base_url=self.source, timeout=10) as client:
            while True:
                try:
                    self._take(await self._read(client))
                    failures = -1
                except httpx.HTTPError as error:
                    log.warning("%s does not answer: %s", self.source, error or type(error).__name__)
                except Exception:
                    log.exception("%s cannot be mirrored", self.source)
                failures += 1
                if failures:
                    self._common = []
                await asyncio.sleep(min(self.every_s * 2 ** min(failures, 10), LONGEST_PAUSE_S))

    async def _read(self, client: httpx.AsyncClient) -> dict[str, Decimal]:
        """The middle of each pair's book. The first time of all pairs, which tells those that both exchanges have."""
        params = {"symbols": json.dumps(self._common, separators=(",", ":"))} if self._common else {}
        answer = await client.get(TICKERS, params=params)
        answer.raise_for_status()
        found = {}
        for ticker in json.loads(answer.content):
            bid, ask = Decimal(ticker["bidPrice"]), Decimal(ticker["askPrice"])
            if ticker["symbol"] in self.exchange.state.symbols and ZERO < bid <= ask:
                found[ticker["symbol"]] = (bid + ask) / 2
        self._common = self._common or sorted(found)
        return found

    def _take(self, prices: dict[str, Decimal]) -> None:
        now = asyncio.get_running_loop().time()
        for name, price in prices.items():
            symbol = self.exchange.state.symbols[name]
            if self.exchange.quotes.shape(symbol) not in (Shape.walk, Shape.mirror):
                continue
            rounded = to_tick(price, _tick(symbol))
            if rounded == self.exchange.quotes.price(markets_of(symbol)[0], symbol):
                continue
            due = now - self._stored.get(name, -STORE_EVERY_S) >= STORE_EVERY_S
            mirror_price(self.exchange, symbol, rounded, store=due)
            if due:
                self._stored[name] = now


def let_go(exchange: Exchange) -> None:
    """Prices that were mirrored walk on by themselves, for a start without a mirror."""
    for symbol in exchange.state.symbols.values():
        if exchange.quotes.shape(symbol) is Shape.mirror:
            price = exchange.quotes.price(markets_of(symbol)[0], symbol)
            set_price(exchange, symbol.name, price, hold=False)


def _tick(symbol: Symbol) -> Decimal:
    steps = symbol.spot if Market.spot in markets_of(symbol) else symbol.usdm
    if steps is None:
        raise ValueError(f"{symbol.name} is listed nowhere")
    return steps.tick
