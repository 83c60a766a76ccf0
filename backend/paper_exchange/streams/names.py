"""Stream names as Binance spells them."""

import re
from dataclasses import dataclass
from enum import StrEnum

from paper_exchange.engine.model import Market
from paper_exchange.exchange import Exchange
from paper_exchange.wire.market_data import INTERVALS

NAME = re.compile(
    r"(?:(?P<symbol>[a-z0-9]+)@|!)(?P<kind>[A-Za-z]+)(?P<levels>\d+)?(?:_(?P<interval>\w+))?(?:@(?P<rest>\w+))?"
)


class Kind(StrEnum):
    trade = "trade"
    aggregate = "aggTrade"
    candle = "kline"
    mini = "miniTicker"
    day = "ticker"
    best = "bookTicker"
    depth = "depth"
    mark = "markPrice"
    average = "avgPrice"
    liquidations = "forceOrder"


WHOLE_MARKET = (Kind.mini, Kind.day, Kind.best, Kind.mark, Kind.liquidations)
FUTURES_ONLY = (Kind.mark, Kind.liquidations)


@dataclass(frozen=True, slots=True)
class Channel:
    """One market stream; without a symbol it is of all of them. `every` is in ticks of 250 ms."""

    market: Market
    name: str
    kind: Kind
    symbol: str | None
    every: int
    interval: str = ""
    levels: int = 0


def parse(exchange: Exchange, market: Market, name: str) -> Channel | None:
    """The stream of this name; nothing when there is none."""
    found = NAME.fullmatch(name)
    if found is None or found["kind"] not in set(Kind):
        return None
    kind, rest = Kind(found["kind"]), found["rest"] or ""
    symbol = found["symbol"].upper() if found["symbol"] else None
    if kind in FUTURES_ONLY and market is Market.spot:
        return None
    if symbol is None and kind not in WHOLE_MARKET:
        return None
    if symbol is not None:
        listed = exchange.state.symbols.get(symbol)
        if listed is None or (listed.spot if market is Market.spot else listed.usdm) is None:
            return None
    interval = found["interval"] or ""
    if (kind is Kind.candle) != (interval in INTERVALS):
        return None
    return Channel(market, name, kind, symbol, _every(kind, rest), interval, int(found["levels"] or 0))


def _every(kind: Kind, rest: str) -> int:
    if kind in (Kind.best, Kind.trade, Kind.aggregate, Kind.liquidations) or rest in (
        "0ms",
        "100ms",
        "250ms",
    ):
        return 1
    if rest == "500ms":
        return 2
    return 12 if kind is Kind.mark and rest != "1s" else 4
