"""A platform with a trading worker of its own and one paper exchange for all tests of execution."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from dollarclub.entry.trading.part import TradingPart
from tests.support.key_desk import paper_environment
from tests.support.paper import PaperSite, paper_site
from tests.support.people import Person
from tests.support.trader import Trader
from tests.support.webhooks import sender_of


@pytest.fixture(scope="session")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("paper")) as site:
        yield site


@pytest.fixture
def settings(make_settings: Callable[..., Settings], exchange: PaperSite) -> Settings:
    exchange.calm()
    return make_settings(
        **paper_environment(exchange), TRADING_SWEEP_SECONDS="1", TRADING_KEY_WAIT_SECONDS="1"
    )


@pytest.fixture
def worker(settings: Settings, context: Context) -> Iterator[TradingPart]:
    """A trading worker at work in this process."""
    context.redis.flushdb()
    part = TradingPart(build_context(settings))
    part.start()
    yield part
    part.stop()


@pytest.fixture
def trader(
    context: Context, client: TestClient, admin: Person, exchange: PaperSite, worker: TradingPart
) -> Iterator[Trader]:
    """An account whose paper keys are ready."""
    trader = Trader(context, sender_of(client, admin), exchange)
    trader.keys()
    for symbol, price in (("BTCUSDT", "50000"), ("ETHUSDT", "2000")):
        exchange.price(price, symbol)
    yield trader
    exchange.calm()
