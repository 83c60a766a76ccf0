"""One paper exchange for all tests of orders; each test has accounts of its own on it."""

from collections.abc import Callable, Iterator

import pytest

from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from tests.support.orders_desk import QUICK, Desk, Later, opened_desk
from tests.support.paper import PaperSite, paper_site
from tests.support.servers import Servers, settings_for


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("paper")) as site:
        yield site


@pytest.fixture(scope="session")
def later() -> Later:
    return Later()


@pytest.fixture(scope="session")
def factory(
    exchange: PaperSite, servers: Servers, later: Later, tmp_path_factory: pytest.TempPathFactory
) -> CcxtGatewayFactory:
    """The markets are read once for all tests."""
    folder = tmp_path_factory.mktemp("data")
    settings = settings_for("", servers.redis.url, folder, PAPER_EXCHANGE_URL=exchange.url, **QUICK)
    return CcxtGatewayFactory(settings, Budget.at(settings, later))


@pytest.fixture
def context(make_settings: Callable[..., Settings], exchange: PaperSite) -> Iterator[Context]:
    built = build_context(make_settings(PAPER_EXCHANGE_URL=exchange.url, **QUICK))
    yield built
    built.close()


@pytest.fixture
def desk(context: Context, exchange: PaperSite, factory: CcxtGatewayFactory, later: Later) -> Iterator[Desk]:
    """An account with funded keys, on a calm exchange that nobody asked to pause."""
    exchange.calm()
    exchange.price("50000")
    context.redis.flushdb()
    opened = opened_desk(context, exchange, factory, later)
    yield opened
    exchange.calm()
    opened.close()
