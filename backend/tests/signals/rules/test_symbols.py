"""Every spelling of a symbol means the same pair, and the venue's own list decides."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.exchanges.gateway import MarketType
from dollarclub.signals.rules.symbols import QUOTES, choose, fits, meaning_of


@dataclass(frozen=True)
class Pair:
    symbol: str
    venue_symbol: str
    base: str
    quote: str


def spot(base: str, quote: str, separator: str = "") -> Pair:
    return Pair(f"{base}/{quote}", f"{base}{separator}{quote}", base, quote)


def swap(base: str, quote: str, venue_symbol: str = "") -> Pair:
    return Pair(f"{base}/{quote}:{quote}", venue_symbol or base + quote, base, quote)


SPOT = [
    spot("BTC", "USDT"),
    spot("BTC", "USDC"),
    spot("SOL", "FDUSD"),
    spot("BTC", "EUR"),
    spot("ETH", "BTC"),
    spot("1000SATS", "USDT"),
    spot("USDC", "USDT"),
    spot("PERP", "USDT"),
]
USDM = [
    Pair("BTC/USDT:USDT-261225", "BTCUSDT_261225", "BTC", "USDT"),
    swap("BTC", "USDT"),
    swap("1000SHIB", "USDT"),
]


@pytest.mark.parametrize(
    ("raw", "symbol"),
    [
        ("BTCUSDT", "BTC/USDT"),
        ("BINANCE:BTCUSDT", "BTC/USDT"),
        ("BTC/USDT", "BTC/USDT"),
        ("BTC-USDT", "BTC/USDT"),
        ("BTC_USDT", "BTC/USDT"),
        ("btcusdt", "BTC/USDT"),
        ("  binance:btc/usdt ", "BTC/USDT"),
        ("BTCUSDC", "BTC/USDC"),
        ("SOLFDUSD", "SOL/FDUSD"),
        ("BTCEUR", "BTC/EUR"),
        ("ETHBTC", "ETH/BTC"),
        ("1000SATSUSDT", "1000SATS/USDT"),
        ("USDCUSDT", "USDC/USDT"),
        ("PERPUSDT", "PERP/USDT"),
        ("BTCUSD", None),
        ("NOSUCHUSDT", None),
        ("USDT", None),
    ],
)
def test_on_spot(raw: str, symbol: str | None) -> None:
    meant = meaning_of(raw)
    assert meant is not None
    assert fits(meant, MarketType.spot)
    found = choose(meant, SPOT)
    assert (found and found.symbol) == symbol


@pytest.mark.parametrize(
    "raw",
    [
        "BTCUSDT.P",
        "BINANCE:BTCUSDT.P",
        "BTCUSDTPERP",
        "BTCUSDT_PERP",
        "btcusdt-perp",
        "BTC/USDT:USDT",
        "BINANCE:BTC/USDT:USDT",
        "BTC-USDT-SWAP",
        "BTCUSDT",
        "BTC/USDT",
    ],
)
def test_on_futures_the_perpetual_is_meant(raw: str) -> None:
    meant = meaning_of(raw)
    assert meant is not None
    assert fits(meant, MarketType.usdm)
    found = choose(meant, USDM)
    assert found is not None
    assert found.symbol == "BTC/USDT:USDT"


def test_a_delivery_contract_is_had_by_its_own_name() -> None:
    meant = meaning_of("BTCUSDT_261225")
    assert meant is not None
    found = choose(meant, USDM)
    assert found is not None
    assert found.symbol == "BTC/USDT:USDT-261225"


@pytest.mark.parametrize("raw", ["BTCUSDT.P", "BTCUSDTPERP", "BTC/USDT:USDT"])
def test_a_perpetual_does_not_fit_a_spot_key(raw: str) -> None:
    meant = meaning_of(raw)
    assert meant is not None
    assert not fits(meant, MarketType.spot)


@pytest.mark.parametrize("raw", ["", "   ", ":", "///", "A" * 61, ".P", "{{ticker}}" * 9])
def test_what_is_no_symbol(raw: str) -> None:
    meant = meaning_of(raw)
    assert meant is None or choose(meant, SPOT) is None


def test_venues_that_spell_with_separators() -> None:
    listed = [spot("BTC", "USDT", "-"), spot("ETH", "USDT", "-")]
    for raw in ("BTCUSDT", "BTC-USDT", "KUCOIN:BTCUSDT"):
        meant = meaning_of(raw)
        assert meant is not None
        assert choose(meant, listed) == listed[0]


def test_names_are_the_same_for_all_spellings() -> None:
    def names(*raws: str) -> set[str]:
        return {meant.name for raw in raws if (meant := meaning_of(raw))}

    assert names("BTCUSDT", "BINANCE:BTCUSDT", "btc/usdt", "BTC-USDT") == {"BTCUSDT"}
    assert names("BTCUSDT.P", "BTCUSDTPERP", "BTC/USDT:USDT") == {"BTCUSDT.P"}


@given(
    base=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=12),
    quote=st.sampled_from(QUOTES),
    form=st.sampled_from(["{b}{q}", "{b}/{q}", "{b}-{q}", "X:{b}{q}", "{b}_{q}"]),
    lower=st.booleans(),
)
def test_a_listed_pair_is_found_in_any_form(base: str, quote: str, form: str, lower: bool) -> None:
    raw = form.format(b=base, q=quote)
    meant = meaning_of(raw.lower() if lower else raw)
    assert meant is not None
    pair = spot(base, quote)
    found = choose(meant, [spot("OTHER", "USDT"), pair])
    assert found is not None
    assert found.base + found.quote == base + quote


@given(st.text(max_size=80))
def test_anything_is_answered(raw: str) -> None:
    meant = meaning_of(raw)
    if meant is not None:
        assert meant.name
        assert len(meant.name) <= 80
        choose(meant, SPOT + USDM)
