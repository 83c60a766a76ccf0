"""Reading the venues' lists of markets into the database."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from dollarclub.core.db import Database
from dollarclub.core.logging import logger
from dollarclub.exchanges.errors import ExchangeError
from dollarclub.exchanges.gateway import Catalog, GatewayFactory, Market
from dollarclub.exchanges.repository import CatalogRepository

_log = logger(__name__)
_LEASE = timedelta(minutes=2)
_AGE = timedelta(hours=6)
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)

ReadMarkets = Callable[[Catalog], Sequence[Market]]


def refresh_due(db: Database, read_markets: ReadMarkets) -> bool:
    """Read one catalog that is due, if any; whether there may be more.

    Due is what was never read, is older than six hours, or was asked for. A list that cannot be read, or is empty, leaves
    the stored one as it is and is tried again after a wait that doubles. Safe when several workers do it together.
    """
    with db.transaction() as session:
        catalog = CatalogRepository(session).claim(_LEASE)
    if catalog is None:
        return False
    try:
        markets = read_markets(catalog)
        problem = None if markets else "The exchange lists no market of this type."
    except ExchangeError as error:
        markets, problem = (), error.message
    with db.transaction() as session:
        repository = CatalogRepository(session)
        if problem is None:
            repository.replace(catalog, markets, again_after=_AGE)
        else:
            repository.fail(catalog, problem, first_wait=_FIRST_WAIT, longest_wait=_LONGEST_WAIT)
    if problem is not None:
        _log.warning(
            "markets_not_read", venue=catalog.venue, environment=catalog.environment, problem=problem
        )
    return True


def markets_reader(factory: GatewayFactory) -> ReadMarkets:
    """Reads by a gateway without a key."""

    def read(catalog: Catalog) -> Sequence[Market]:
        gateway = factory.public(catalog)
        try:
            return gateway.markets()
        finally:
            gateway.close()

    return read
