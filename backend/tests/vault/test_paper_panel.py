"""`/api/paper`: everybody signed in looks at the paper exchange, admins move it."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from dollarclub.core.context import build_context
from dollarclub.core.settings import Settings
from dollarclub.entry.http import create_app
from tests.support.paper import PaperSite, paper_site
from tests.support.people import Person, sign_up

Make = Callable[..., Settings]


@pytest.fixture(scope="module")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("paper")) as running:
        yield running


@pytest.fixture
def site(running_site: PaperSite) -> PaperSite:
    running_site.calm()
    return running_site


@pytest.fixture
def settings(make_settings: Make, site: PaperSite) -> Settings:
    return make_settings(
        PAPER_EXCHANGE_URL=site.url,
        PAPER_ADMIN_URL=str(site.admin.base_url),
        PAPER_ADMIN_TOKEN=site.admin.headers["Authorization"].removeprefix("Bearer "),
    )


@pytest.fixture
def trader(client: TestClient, admin: Person) -> Person:
    return sign_up(client)


def test_everybody_sees_pairs_and_prices(client: TestClient, trader: Person, site: PaperSite) -> None:
    site.price("101000.5")
    site.admin.patch("/symbols/ETHUSDT", json={"frozen": True})
    answer = client.get("/api/paper", headers=trader.headers).json()
    site.admin.patch("/symbols/ETHUSDT", json={"frozen": False})
    assert (answer["available"], answer["url"], answer["mirror"]) == (True, site.url, None)
    pairs = {pair["symbol"]: pair for pair in answer["markets"]}
    assert pairs["BTCUSDT"]["market_types"] == ["spot", "usdm"]
    assert Decimal(pairs["BTCUSDT"]["price"]) == Decimal("101000.5")
    assert (pairs["BTCUSDT"]["course"], pairs["XRPUSDT"]["course"]) == ("fixed", "walk")
    assert (pairs["ETHUSDT"]["frozen"], pairs["XRPUSDT"]["frozen"]) == (True, False)
    prices = {one["symbol"]: one for one in client.get("/api/paper/prices", headers=trader.headers).json()}
    assert Decimal(prices["BTCUSDT"]["price"]) == Decimal("101000.5")


def test_an_admin_moves_a_price(client: TestClient, admin: Person, site: PaperSite) -> None:
    put = client.put(
        "/api/paper/symbols/LTCUSDT/price", json={"price": "123.45", "hold": True}, headers=admin.headers
    )
    assert put.status_code == 200
    assert (Decimal(put.json()["price"]), put.json()["course"]) == (Decimal("123.45"), "fixed")
    assert site.admin.get("/prices").json()["LTCUSDT"] == "123.45"
    unknown = client.put("/api/paper/symbols/NOSUCH/price", json={"price": "1"}, headers=admin.headers)
    assert (unknown.status_code, unknown.json()["code"]) == (409, "paper_refused")
    for price in ("0", "-1", "NaN", "1e400", None):
        refused = client.put("/api/paper/symbols/LTCUSDT/price", json={"price": price}, headers=admin.headers)
        assert refused.status_code == 422


def test_an_admin_switches_faults_on_and_off(client: TestClient, admin: Person, trader: Person) -> None:
    body = {"kind": "late_answer", "symbol": "XRPUSDT", "delay_ms": 50, "times": 2}
    made = client.post("/api/paper/faults", json=body, headers=admin.headers)
    assert made.status_code == 201
    (listed,) = client.get("/api/paper/faults", headers=trader.headers).json()
    assert (listed["id"], listed["kind"], listed["times"]) == (made.json()["id"], "late_answer", 2)
    assert client.get("/api/paper", headers=trader.headers).json()["faults"] == 1
    one = f"/api/paper/faults/{listed['id']}"
    assert client.delete(one, headers=admin.headers).status_code == 204
    assert client.delete(one, headers=admin.headers).status_code == 404
    client.post("/api/paper/faults", json={"kind": "disconnect", "symbol": "XRPUSDT"}, headers=admin.headers)
    assert client.delete("/api/paper/faults", headers=admin.headers).status_code == 204
    assert client.get("/api/paper/faults", headers=trader.headers).json() == []


def test_only_admins_change_anything(client: TestClient, trader: Person) -> None:
    changes = (
        ("PUT", "/api/paper/symbols/BTCUSDT/price", {"price": "1"}),
        ("POST", "/api/paper/faults", {"kind": "disconnect"}),
        ("DELETE", "/api/paper/faults", None),
        ("DELETE", "/api/paper/faults/1", None),
    )
    for method, path, body in changes:
        assert client.request(method, path, json=body, headers=trader.headers).status_code == 403
        assert client.request(method, path, json=body).status_code == 401
    assert client.get("/api/paper").status_code == 401


def app_with(make_settings: Make, **environment: str) -> TestClient:
    settings = make_settings(**environment)
    return TestClient(create_app(settings, build_context(settings)), base_url="http://testserver")


def test_where_there_is_none_that_is_said(client: TestClient, admin: Person, make_settings: Make) -> None:
    without = app_with(make_settings)
    with without:
        assert without.get("/api/paper", headers=admin.headers).json()["available"] is False
        refused = without.get("/api/paper/prices", headers=admin.headers)
    assert (refused.status_code, refused.json()["code"]) == (503, "paper_unavailable")


def test_one_that_is_away_is_a_503(
    client: TestClient, admin: Person, make_settings: Make, site: PaperSite
) -> None:
    token = "secret-of-the-operator"
    away = {
        "PAPER_EXCHANGE_URL": site.url,
        "PAPER_ADMIN_URL": "http://127.0.0.1:9",
        "PAPER_ADMIN_TOKEN": token,
    }
    without = app_with(make_settings, **away)
    with without:
        for path in ("", "/prices", "/faults"):
            refused = without.get(f"/api/paper{path}", headers=admin.headers)
            assert (refused.status_code, refused.json()["code"]) == (503, "paper_unavailable")
            assert token not in refused.text
