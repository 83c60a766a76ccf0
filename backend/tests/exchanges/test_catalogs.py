"""Lists of markets are read from the venue into the database, kept when the venue is away, and read by one worker."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from dollarclub.core.db import Database
from dollarclub.core.errors import Invalid
from dollarclub.exchanges import queries, service
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.errors import Retryable
from dollarclub.exchanges.flows import markets_reader, refresh_due
from dollarclub.exchanges.gateway import Catalog, Environment, Market, MarketType
from dollarclub.exchanges.schemas import CatalogOut
from tests.support.gateways import SPOT, USDM
from tests.support.paper import PaperSite, paper_site
from tests.support.servers import Servers, settings_for
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("paper")) as running:
        yield running


@pytest.fixture
def factory(servers: Servers, site: PaperSite, tmp_path: Path) -> CcxtGatewayFactory:
    settings = settings_for("postgresql:///unused", servers.redis.url, tmp_path, PAPER_EXCHANGE_URL=site.url)
    return CcxtGatewayFactory(settings, Budget.at(settings))


def a_market(symbol: str = "AAA/USDT", **changes: object) -> Market:
    base, quote = symbol.split("/")
    whole = Market(
        symbol=symbol, venue_symbol=base + quote, base=base, quote=quote, settle=None, price_tick=Decimal("0.01"),
        amount_step=Decimal("0.001"), min_amount=Decimal("0.001"), max_amount=Decimal(1000), market_step=Decimal(0),
        market_max_amount=Decimal(100), min_cost=Decimal(5), contract_size=Decimal(1), active=True,
    )  # fmt: skip
    return replace(whole, **changes)  # type: ignore[arg-type]


def ask(db: Database, catalog: Catalog = SPOT) -> None:
    with db.transaction() as session:
        service.request_catalog(session, catalog)


def look(db: Database, catalog: Catalog = SPOT) -> CatalogOut:
    with db.transaction() as session:
        found = queries.catalog(session, catalog)
    assert found is not None
    return found


def stored(db: Database, catalog: Catalog = SPOT) -> list[str]:
    with db.transaction() as session:
        page = queries.list_markets(
            session, venue=catalog.venue, market_type=catalog.market_type, environment=catalog.environment,
            limit=200, offset=0,
        )  # fmt: skip
    return [market.symbol for market in page.items]


def refresh(db: Database, catalog: Catalog = SPOT) -> None:
    with db.transaction() as session:
        service.request_refresh(session, catalog)


def test_what_was_asked_for_is_read_once_and_holds_the_venues_steps(
    database: Database, factory: CcxtGatewayFactory
) -> None:
    reader = markets_reader(factory)
    assert refresh_due(database, reader) is False
    for catalog in (SPOT, USDM, SPOT):
        ask(database, catalog)
    assert [refresh_due(database, reader) for _ in range(3)] == [True, True, False]
    gateway = factory.public(SPOT)
    told = {market.symbol: market for market in gateway.markets()}
    with database.transaction() as session:
        assert queries.market(session, SPOT, "BTC/USDT") == told["BTC/USDT"]
        assert queries.market(session, SPOT, "BTC/USDT:USDT") is None
    assert stored(database) == sorted(told)
    found = look(database)
    assert found.count == len(told)
    assert found.problem is None
    assert found.fetched_at is not None
    assert datetime.now(UTC) - found.fetched_at < timedelta(minutes=1)


def test_a_pair_is_found_by_any_of_its_names(database: Database, factory: CcxtGatewayFactory) -> None:
    ask(database, SPOT)
    ask(database, USDM)
    while refresh_due(database, markets_reader(factory)):
        pass
    with database.transaction() as session:
        for names in (
            {"symbols": ["ETH/USDT"]},
            {"venue_symbols": ["ETHUSDT"]},
            {"pairs": [("ETH", "USDT"), ("NO", "PE")]},
        ):
            assert [market.symbol for market in queries.matching(session, SPOT, **names)] == ["ETH/USDT"]
        (future,) = queries.matching(session, USDM, pairs=[("ETH", "USDT")])
        assert future.symbol == "ETH/USDT:USDT"
        assert queries.matching(session, SPOT) == []


def test_a_new_list_replaces_the_old_one(database: Database) -> None:
    ask(database)
    refresh_due(database, lambda _: [a_market("AAA/USDT"), a_market("BBB/USDT"), a_market("CCC/USDT")])
    refresh(database)
    changed = a_market("BBB/USDT", price_tick=Decimal("0.5"))
    assert refresh_due(database, lambda _: [a_market("AAA/USDT"), changed, a_market("DDD/USDT")])
    assert stored(database) == ["AAA/USDT", "BBB/USDT", "DDD/USDT"]
    with database.transaction() as session:
        assert queries.market(session, SPOT, "BBB/USDT") == changed


def test_a_venue_that_is_away_leaves_the_list_and_says_why(database: Database) -> None:
    ask(database)
    refresh_due(database, lambda _: [a_market()])
    calls = 0

    def fails(_: Catalog) -> list[Market]:
        nonlocal calls
        calls += 1
        raise Retryable("The exchange is away.", code="network")

    refresh(database)
    assert refresh_due(database, fails)
    assert refresh_due(database, fails) is False  # it waits before it tries again
    assert calls == 1
    assert stored(database) == ["AAA/USDT"]
    assert look(database).problem == "The exchange is away."
    refresh(database)  # a person does not wait
    assert refresh_due(database, lambda _: [])
    assert stored(database) == ["AAA/USDT"]
    assert look(database).problem == "The exchange lists no market of this type."
    refresh(database)
    assert refresh_due(database, lambda _: [a_market("BBB/USDT")])
    assert stored(database) == ["BBB/USDT"]
    assert look(database).problem is None


def test_a_worker_that_dies_while_it_reads_is_followed_by_another(database: Database) -> None:
    ask(database)

    class Killed(BaseException):
        pass

    def dies(_: Catalog) -> list[Market]:
        raise Killed

    with pytest.raises(Killed):
        refresh_due(database, dies)
    assert refresh_due(database, lambda _: [a_market()]) is False  # its lease is running
    refresh(database)
    assert refresh_due(database, lambda _: [a_market()])
    assert stored(database) == ["AAA/USDT"]


def test_several_workers_read_a_list_once(database: Database) -> None:
    for venue in ("binance", "bybit", "okx"):
        ask(database, Catalog(venue, MarketType.spot, Environment.live))
    read: list[Catalog] = []

    def slowly(catalog: Catalog) -> list[Market]:
        read.append(catalog)
        eventually(lambda: len(read) == 3, what="three workers at once")
        return [a_market()]

    with ThreadPoolExecutor(6) as threads:
        worked = list(threads.map(lambda _: refresh_due(database, slowly), range(6)))
    assert sum(worked) == 3
    assert len(set(read)) == 3


def test_only_what_a_venue_offers_can_be_asked_for(database: Database) -> None:
    for catalog in (
        Catalog("nosuchexchange", MarketType.spot, Environment.live),
        Catalog("binance", MarketType.usdm, Environment.live),
        Catalog("bybit", MarketType.spot, Environment.paper),
    ):
        with pytest.raises(Invalid) as refused:
            refresh(database, catalog)
        assert refused.value.code == "venue_unsuitable"
