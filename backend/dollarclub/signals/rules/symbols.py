"""From a symbol as an alert writes it to the pairs that it may mean; the venue's own list of markets decides.

Understood are the exchange's own spelling and ccxt's, with or without a prefix, in any case: `BTCUSDT`,
`BINANCE:BTCUSDT`, `BTC/USDT`, `BTC-USDT`, and for perpetual futures `BTCUSDT.P`, `BTCUSDTPERP`, `BTCUSDT_PERP`,
`BTC-USDT-SWAP`, `BTC/USDT:USDT`. The prefix is not judged: the key that a strategy trades on is its owner's choice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from dollarclub.exchanges.gateway import MarketType

LONGEST = 60
# Longest first, so that FDUSD is not read as a pair in USD.
_BY_LENGTH = """
FDUSD
USDT USDC BUSD TUSD USDD USDE USD1
USD EUR GBP TRY BRL JPY AUD ARS ZAR MXN PLN UAH IDR BTC ETH BNB DAI XRP TRX SOL OKB KCS
"""
QUOTES = tuple(_BY_LENGTH.split())
_PERPETUAL = re.compile(r"(\.P|[-_. ]?PERP|[-_]SWAP)$")
_SEPARATORS = re.compile(r"[-_/.: ]")


class Listed(Protocol):
    """A market of a venue, as far as its names go."""

    @property
    def symbol(self) -> str: ...
    @property
    def venue_symbol(self) -> str: ...
    @property
    def base(self) -> str: ...
    @property
    def quote(self) -> str: ...


AnyListed = TypeVar("AnyListed", bound=Listed)


@dataclass(frozen=True)
class Meant:
    """What a raw symbol may mean, best guess first; `market_type` is None where the symbol does not tell it.

    `pairs` are (base, quote). `name` is the same for all spellings of one pair of one market type: `BTCUSDT`,
    `BTCUSDT.P`.
    """

    name: str
    exchange: str
    market_type: MarketType | None
    venue_symbols: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def meaning_of(raw: str) -> Meant | None:
    """What `raw` may mean; None when it cannot be a symbol."""
    text = raw.strip().upper()
    if not text or len(text) > LONGEST:
        return None
    exchange, text = _without_exchange(text)
    whole = text
    pair, _, settled_in = text.partition(":")
    text, marks = _PERPETUAL.subn("", pair)
    perpetual = bool(settled_in or marks)
    compact = _SEPARATORS.sub("", text)
    if not compact:
        return None
    pairs = _separated(text)
    pairs += tuple(split for split in _splits(compact) if split not in pairs)
    spellings = (whole, _SEPARATORS.sub("", whole) if not settled_in else "", text, compact)
    return Meant(
        name=compact + (".P" if perpetual else ""),
        exchange=exchange.lower(),
        market_type=MarketType.usdm if perpetual else None,
        venue_symbols=tuple(dict.fromkeys(each for each in spellings if each)),
        pairs=pairs,
    )


def choose(meant: Meant, listed: Iterable[AnyListed]) -> AnyListed | None:
    """The market that is meant among those of one venue and market type; None when it lists none.

    The venue's own spelling wins over a pair; among contracts of one pair the perpetual (the shortest name) wins.
    """
    markets = sorted(listed, key=lambda each: (len(each.symbol), each.symbol))
    by_name = {each.venue_symbol.upper(): each for each in reversed(markets)}
    for name in meant.venue_symbols:
        if name in by_name:
            return by_name[name]
    by_pair = {(each.base.upper(), each.quote.upper()): each for each in reversed(markets)}
    return next((by_pair[pair] for pair in meant.pairs if pair in by_pair), None)


def fits(meant: Meant, market_type: MarketType) -> bool:
    """Whether a symbol that names its market type may be traded on a key of `market_type`."""
    return meant.market_type is None or meant.market_type is market_type


def _without_exchange(text: str) -> tuple[str, str]:
    """`BINANCE:BTCUSDT` has a prefix, `BTC/USDT:USDT` does not."""
    before, colon, after = text.partition(":")
    if colon and after and not _SEPARATORS.search(before):
        return before, after
    return "", text.rstrip(":")


def _separated(text: str) -> tuple[tuple[str, str], ...]:
    parts = [part for part in re.split(r"[-_/ ]", text) if part]
    return ((parts[0], parts[1]),) if len(parts) == 2 else ()


def _splits(compact: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (compact.removesuffix(quote), quote)
        for quote in QUOTES
        if compact.endswith(quote) and compact != quote
    )
