"""Little patience with silence, so that it is noticed within a test."""

from collections.abc import Callable, Iterator

import pytest

from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from dollarclub.exchanges.ccxt_clients import CatalogMarkets
from tests.support.orders_desk import QUICK
from tests.support.paper import PaperSite
from tests.support.servers import Servers, settings_for

IMPATIENT = {**QUICK, "TRADING_ANSWER_SECONDS": "2", "TRADING_PRICE_SILENCE_SECONDS": "3"}


@pytest.fixture
def context(make_settings: Callable[..., Settings], exchange: PaperSite) -> Iterator[Context]:
    built = build_context(make_settings(PAPER_EXCHANGE_URL=exchange.url, **IMPATIENT))
    yield built
    built.close()


@pytest.fixture(scope="module")
def markets(
    exchange: PaperSite, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> CatalogMarkets:
    """Read once for all tests."""
    folder = tmp_path_factory.mktemp("data")
    return CatalogMarkets(settings_for("", servers.redis.url, folder, PAPER_EXCHANGE_URL=exchange.url))
