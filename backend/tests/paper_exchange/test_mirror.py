"""Prices that follow another exchange's, which is a second paper exchange here."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.paper import BTC, PaperSite, paper_site, spot_client
from tests.support.waiting import eventually

OWN = {"base": "FOO", "quote": "USDT", "price": "3", "tick": "0.01", "step": "0.1"}


def last(site: PaperSite, symbol: str = BTC) -> Decimal:
    return Decimal(site.get(f"/api/v3/ticker/price?symbol={symbol}")["price"])


def course(site: PaperSite, symbol: str = BTC) -> str:
    return str(site.admin.get("/courses").json()[symbol])


def comes_to(site: PaperSite, price: int, symbol: str = BTC) -> None:
    eventually(lambda: abs(last(site, symbol) - price) <= Decimal("0.05"), what=f"{symbol} at {price}")


@pytest.fixture
def source(tmp_path: Path) -> Iterator[PaperSite]:
    with paper_site(tmp_path / "source") as running:
        running.price(90_000)
        yield running


@pytest.fixture
def follower(tmp_path: Path, source: PaperSite) -> Iterator[PaperSite]:
    with paper_site(tmp_path / "follower", mirror=source.url, mirror_s=0.05) as running:
        yield running


def test_prices_follow_and_reach_resting_orders(source: PaperSite, follower: PaperSite) -> None:
    comes_to(follower, 90_000)
    assert follower.admin.get("/status").json()["mirror"] == source.url
    assert course(follower) == "mirror"
    client = spot_client(follower, follower.account())
    order = client.create_order("BTC/USDT", "limit", "buy", "0.01", "80000")
    source.price(79_000)
    comes_to(follower, 79_000)
    eventually(lambda: client.fetch_order(order["id"], "BTC/USDT")["status"] == "closed")


def test_what_the_operator_sets_stays_until_it_may_walk_on(source: PaperSite, follower: PaperSite) -> None:
    comes_to(follower, 90_000)
    follower.price(50_000)
    source.price(3_000, "ETHUSDT")
    source.price(70_000)
    comes_to(follower, 3_000, "ETHUSDT")
    assert last(follower) == 50_000
    follower.price(50_000, hold=False)
    comes_to(follower, 70_000)


def test_pairs_that_the_source_lacks_walk_by_themselves(source: PaperSite, follower: PaperSite) -> None:
    assert follower.admin.post("/symbols", json=OWN).status_code == 201
    comes_to(follower, 90_000)
    source.price(91_000)
    comes_to(follower, 91_000)
    assert course(follower, "FOOUSDT") == "walk"


def test_a_source_that_comes_late_is_followed_and_one_that_goes_leaves_its_last_price(tmp_path: Path) -> None:
    with paper_site(tmp_path / "source") as first:
        port, address = first.port, first.url
    with paper_site(tmp_path / "follower", mirror=address, mirror_s=0.05) as follower:
        assert last(follower) > 0
        with paper_site(tmp_path / "source", port=port) as again:
            again.price(60_000)
            comes_to(follower, 60_000)
        comes_to(follower, 60_000)
    with paper_site(tmp_path / "follower") as alone:
        assert course(alone) == "walk"
        assert abs(last(alone) / 60_000 - 1) < Decimal("0.05")


def test_a_days_mirrored_prices_stay_readable(source: PaperSite, follower: PaperSite) -> None:
    for price in (90_000, 92_000, 88_000):
        source.price(price)
        comes_to(follower, price)
    minute = follower.get(f"/api/v3/klines?symbol={BTC}&interval=1h&limit=1")[0]
    assert Decimal(minute[2]) >= 92_000
    assert Decimal(minute[3]) <= 88_100
