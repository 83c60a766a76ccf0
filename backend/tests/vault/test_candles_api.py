"""`/api/markets/candles`: bars of a real paper exchange, through whoever reaches it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from fastapi.testclient import TestClient

from dollarclub.core.context import Context
from dollarclub.core.settings import Settings
from dollarclub.entry.chart_desk import ChartDesk
from dollarclub.exchanges import charts
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.flows import markets_reader, refresh_due
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.exchanges.service import request_catalog
from tests.support.paper import PaperSite, paper_site
from tests.support.people import Person

QUERY = {"venue": "binance", "market_type": "spot", "environment": "paper", "symbol": "BTC/USDT"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("paper")) as running:
        yield running


@pytest.fixture
def settings(make_settings: Callable[..., Settings], site: PaperSite) -> Settings:
    return make_settings(PAPER_EXCHANGE_URL=site.url)


@pytest.fixture
def factory(context: Context) -> CcxtGatewayFactory:
    made = CcxtGatewayFactory(context.settings, Budget.at(context.settings))
    context.redis.flushdb()
    with context.db.transaction() as session:
        request_catalog(session, Catalog("binance", MarketType.spot, Environment.paper))
    assert refresh_due(context.db, markets_reader(made))
    return made


@pytest.fixture
def answering(context: Context, factory: CcxtGatewayFactory) -> Iterator[None]:
    desk = ChartDesk(context, factory)
    desk.start()
    yield
    desk.stop()


def test_a_chart_gets_the_newest_bars(
    client: TestClient, admin: Person, site: PaperSite, answering: None
) -> None:
    site.price("81234.5")
    answer = client.get("/api/markets/candles", params={**QUERY, "limit": 20}, headers=admin.headers)
    assert answer.status_code == 200, answer.text
    bars = answer.json()
    assert len(bars) == 20
    opened = [datetime.fromisoformat(bar["opened_at"]) for bar in bars]
    assert {later - earlier for earlier, later in pairwise(opened)} == {timedelta(minutes=15)}
    assert Decimal(bars[-1]["close"]) == Decimal("81234.5")
    assert all(Decimal(bar["low"]) <= Decimal(bar["open"]) <= Decimal(bar["high"]) for bar in bars)
    assert (
        client.get("/api/markets/candles", params={**QUERY, "limit": 20}, headers=admin.headers).json()
        == bars
    )


def test_what_is_no_pair_or_no_timeframe_is_refused(
    client: TestClient, admin: Person, factory: CcxtGatewayFactory
) -> None:
    def status(**changes: str) -> int:
        answer = client.get("/api/markets/candles", params={**QUERY, **changes}, headers=admin.headers)
        return answer.status_code

    assert status(symbol="NOT/HERE") == 404
    assert status(timeframe="7m") == 422
    assert status(limit="0") == 422
    assert client.get("/api/markets/candles", params=QUERY).status_code == 401


def test_when_the_exchange_refuses_or_nobody_answers_there_is_no_chart(
    client: TestClient, admin: Person, context: Context, site: PaperSite, answering: None
) -> None:
    site.fault("error_before", endpoint="GET /api/v3/klines")
    refused = client.get("/api/markets/candles", params={**QUERY, "limit": 7}, headers=admin.headers)
    site.calm()
    assert (refused.status_code, refused.json()["code"]) == (503, "no_candles")
    assert "The exchange gives no candles" in refused.json()["detail"]
    nobody = charts.CandleWish(Catalog("nobody", MarketType.spot, Environment.live), "BTC/USDT", "1m", 5)
    context.redis.set(f"candles:waiting:{nobody.text()}", 1)
    with pytest.raises(charts.Unavailable):
        charts.ask(context.redis, nobody, seconds=0.1)
