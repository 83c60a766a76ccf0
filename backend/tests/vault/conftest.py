"""One paper exchange for all tests of the vault; each test has a database and accounts of its own."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from dollarclub.core.context import Context
from dollarclub.core.settings import Settings
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from tests.support.key_desk import KeyDesk, opened_desk, paper_environment
from tests.support.paper import PaperSite, paper_site
from tests.support.people import Person, sign_up
from tests.support.servers import Servers, settings_for


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("exchange")) as site:
        yield site


@pytest.fixture(scope="session")
def factory(
    exchange: PaperSite, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> CcxtGatewayFactory:
    """The markets are read once for all tests."""
    folder = tmp_path_factory.mktemp("data")
    settings = settings_for("", servers.redis.url, folder, **paper_environment(exchange))
    return CcxtGatewayFactory(settings, Budget.at(settings))


@pytest.fixture
def settings(make_settings: Callable[..., Settings], exchange: PaperSite) -> Settings:
    return make_settings(**paper_environment(exchange))


@pytest.fixture
def desk(
    context: Context, client: TestClient, exchange: PaperSite, factory: CcxtGatewayFactory
) -> Iterator[KeyDesk]:
    """On a calm exchange that nobody asked to pause."""
    exchange.calm()
    context.redis.flushdb()
    with opened_desk(context, client, exchange, factory) as opened:
        yield opened
    exchange.calm()


@pytest.fixture
def anna(desk: KeyDesk, admin: Person) -> Person:
    """A trader; the administrator exists already."""
    return sign_up(desk.client)
