"""`/api/exchanges` and `/api/markets`."""

from decimal import Decimal

from fastapi.testclient import TestClient

from dollarclub.core.context import Context
from dollarclub.exchanges import service
from dollarclub.exchanges.flows import refresh_due
from dollarclub.exchanges.gateway import Catalog, Environment, Market, MarketType
from tests.support.people import Person

PAPER_SPOT = {"venue": "binance", "market_type": "spot", "environment": "paper"}


def a_market(symbol: str) -> Market:
    base, quote = symbol.split("/")
    return Market(
        symbol=symbol, venue_symbol=base + quote, base=base, quote=quote, settle=None,
        price_tick=Decimal("0.00000001"), amount_step=Decimal(10), min_amount=Decimal(10), max_amount=Decimal(10**9),
        market_step=Decimal(0), market_max_amount=Decimal(0), min_cost=Decimal(5), contract_size=Decimal(1),
        active=True,
    )  # fmt: skip


def fill(context: Context) -> None:
    with context.db.transaction() as session:
        service.request_catalog(session, Catalog("binance", MarketType.spot, Environment.paper))
    names = ["BTC/USDT", "ETH/USDT", "ETH/BTC", "1000SATS/USDT"]
    assert refresh_due(context.db, lambda _: [a_market(name) for name in names])


def test_exchanges_are_listed_with_what_they_can(client: TestClient, admin: Person) -> None:
    listed = client.get("/api/exchanges", headers=admin.headers).json()
    by_name = {venue["venue"]: venue for venue in listed}
    assert by_name["binance"] == {
        "venue": "binance", "title": "Binance Spot", "market_types": ["spot"],
        "environments": ["live", "testnet", "paper"], "tested": True, "needs_passphrase": False,
        "client_id_parameter": "newClientOrderId", "client_id_length": 36, "finds_by_client_id": True,
        "market_by_cost": True,
    }  # fmt: skip
    assert by_name["okx"]["needs_passphrase"] is True
    assert by_name["kraken"]["tested"] is False
    assert len(listed) > 90


def test_markets_are_searched_by_either_name(client: TestClient, admin: Person, context: Context) -> None:
    fill(context)

    def found(**params: str | int) -> list[str]:
        answer = client.get("/api/markets", params=params, headers=admin.headers)
        assert answer.status_code == 200, answer.text
        return [market["symbol"] for market in answer.json()["items"]]

    assert found() == ["1000SATS/USDT", "BTC/USDT", "ETH/BTC", "ETH/USDT"]
    assert found(search="eth") == found(search="ETH") == ["ETH/BTC", "ETH/USDT"]
    assert found(search="ethusd") == found(search="eth/usd") == ["ETH/USDT"]
    assert found(search="%") == []
    assert found(venue="binance", market_type="usdm") == []
    assert found(limit=1, offset=1) == ["BTC/USDT"]
    (market,) = client.get("/api/markets", params={"search": "ETH/BTC"}, headers=admin.headers).json()[
        "items"
    ]
    assert (market["price_tick"], market["amount_step"], market["max_amount"]) == (
        "0.00000001", "10", "1000000000",
    )  # fmt: skip


def test_a_catalog_tells_its_age_and_is_read_anew_when_asked(
    client: TestClient, admin: Person, context: Context
) -> None:
    assert client.get("/api/markets/catalogs", headers=admin.headers).json() == []
    asked = client.post("/api/markets/refresh", json=PAPER_SPOT, headers=admin.headers)
    assert asked.status_code == 202
    assert asked.json() | PAPER_SPOT == asked.json()
    assert asked.json()["fetched_at"] is None
    assert asked.json()["refresh_requested_at"] is not None
    fill(context)
    (catalog,) = client.get("/api/markets/catalogs", headers=admin.headers).json()
    assert (catalog["count"], catalog["problem"]) == (4, None)
    assert catalog["fetched_at"] is not None


def test_refusals_have_a_code(client: TestClient, admin: Person) -> None:
    unsuitable = client.post(
        "/api/markets/refresh", json={**PAPER_SPOT, "venue": "bybit"}, headers=admin.headers
    )
    assert (unsuitable.status_code, unsuitable.json()["code"]) == (422, "venue_unsuitable")
    assert client.get("/api/markets", params={"venue": "No!"}, headers=admin.headers).status_code == 422
    client.cookies.clear()
    for path in ("/api/exchanges", "/api/markets", "/api/markets/catalogs"):
        assert client.get(path).status_code == 401
    assert client.post("/api/markets/refresh", json=PAPER_SPOT).status_code == 401
