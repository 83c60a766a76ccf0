"""Steps on the market catalogs and the latest prices within an open session."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.core.errors import Invalid
from dollarclub.exchanges.gateway import Catalog, PriceReport
from dollarclub.exchanges.repository import CatalogRepository, PriceRepository
from dollarclub.exchanges.venues.table import is_listed, venue_named

_WAKE = ChannelNudge("trading", {"topic": "markets"})


def request_catalog(session: Session, catalog: Catalog) -> None:
    """See to it that a venue's markets are read, once; a catalog that is there already is left as it is."""
    if CatalogRepository(session).add(catalog):
        nudge(session, _WAKE)


def request_refresh(session: Session, catalog: Catalog) -> None:
    """Have the markets read anew, now. Raises Invalid (`venue_unsuitable`) when the venue has no such market."""
    venue = venue_named(catalog.venue)
    if not is_listed(catalog.venue) or not venue.offers(catalog.market_type, catalog.environment):
        raise Invalid(
            f"{venue.title} has no {catalog.market_type} market in the environment {catalog.environment}.",
            code="venue_unsuitable",
        )
    repository = CatalogRepository(session)
    repository.add(catalog)
    repository.request(catalog)
    nudge(session, _WAKE)


def store_prices(session: Session, prices: Sequence[tuple[Catalog, PriceReport]]) -> None:
    """Make these the latest prices of their pairs."""
    PriceRepository(session).store(prices)
