"""All venues by name: those that the platform knows, and the rest of ccxt, untested."""

from functools import lru_cache

from dollarclub.exchanges.gateway import MarketType
from dollarclub.exchanges.venues.binance import BINANCE, BINANCEUSDM
from dollarclub.exchanges.venues.names import CCXT_NAMES
from dollarclub.exchanges.venues.others import OTHERS
from dollarclub.exchanges.venues.venue import Venue

KNOWN: dict[str, Venue] = {venue.name: venue for venue in (BINANCE, BINANCEUSDM, *OTHERS)}


def venue_named(name: str) -> Venue:
    """A known venue, or one with careful defaults; whether there is such a venue tells `is_listed`."""
    return KNOWN.get(name) or Venue(
        name=name,
        title=name,
        ccxt_id=name,
        market_types=(MarketType.spot, MarketType.usdm),
        spot_options={"defaultType": "spot"},
        usdm_options={"defaultType": "swap"},
    )


def is_listed(name: str) -> bool:
    """Whether ccxt has a venue of this name, or the platform gives one of ccxt's this name."""
    return name in KNOWN or name in CCXT_NAMES


@lru_cache(maxsize=1)
def all_venues() -> tuple[Venue, ...]:
    """The known ones first, then the others by name."""
    covered = {venue.ccxt_id for venue in KNOWN.values()}
    return (*KNOWN.values(), *(venue_named(name) for name in CCXT_NAMES if name not in covered))
