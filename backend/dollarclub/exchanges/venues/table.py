"""All venues by name."""

from dollarclub.exchanges.gateway import MarketType
from dollarclub.exchanges.venues.binance import BINANCE, BINANCEUSDM
from dollarclub.exchanges.venues.venue import Venue

KNOWN: dict[str, Venue] = {venue.name: venue for venue in (BINANCE, BINANCEUSDM)}


def venue_named(name: str) -> Venue:
    """A listed venue, or an untested one with careful defaults: whether ccxt has it shows when a key is tried."""
    return KNOWN.get(name) or Venue(
        name=name,
        title=name,
        ccxt_id=name,
        market_types=(MarketType.spot, MarketType.usdm),
        usdm_options={"defaultType": "swap"},
    )
