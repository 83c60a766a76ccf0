"""The operator's hands: prices, paths, replay, a virtual clock, accounts."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from paper_exchange.replay import Unreadable, read_prices
from tests.support.paper import BTC, PaperSite, paper_site, spot_client
from tests.support.waiting import eventually

START_MS = 1_800_000_000_000
HOUR_MS = 3_600_000


def last(site: PaperSite, symbol: str = BTC) -> Decimal:
    return Decimal(site.get(f"/api/v3/ticker/price?symbol={symbol}")["price"])


def test_a_virtual_clock_makes_the_same_day_twice(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        with paper_site(tmp_path / name, virtual_ms=START_MS) as site:
            keys = site.account()
            client = spot_client(site, keys)
            order = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.01"}
            price = (last(site) * Decimal("0.998")).quantize(Decimal("0.01"))
            client.private_post_order({**order, "price": str(price)})
            site.admin.post("/clock/advance", json={"milliseconds": 6 * HOUR_MS, "tick_ms": 5000})
            candles = site.get(f"/api/v3/klines?symbol={BTC}&interval=1h&limit=6")
            (state,) = client.private_get_allorders({"symbol": BTC})
            seen.append((last(site), candles, state["status"], state["executedQty"], state["updateTime"]))
            assert site.admin.get("/status").json()["now_ms"] == START_MS + 6 * HOUR_MS
    assert seen[0] == seen[1]
    assert seen[0][2] == "FILLED"


def test_funding_comes_due_every_eight_hours(tmp_path: Path) -> None:
    with paper_site(tmp_path, virtual_ms=START_MS) as site:
        keys = site.account()
        client = spot_client(site, keys)
        site.admin.post("/clock/advance", json={"milliseconds": 1})
        client.fapiprivate_post_order({"symbol": BTC, "side": "BUY", "type": "MARKET", "quantity": "0.01"})
        site.admin.post("/clock/advance", json={"milliseconds": 24 * HOUR_MS, "tick_ms": 60_000})
        paid = client.fapiprivate_get_income({"incomeType": "FUNDING_FEE"})
        assert [int(line["time"]) % (8 * HOUR_MS) < 60_000 for line in paid] == [True] * 3


def test_a_price_path_is_followed_and_fills_on_its_way(site: PaperSite) -> None:
    client = spot_client(site, site.account())
    order = {
        "symbol": BTC,
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.01",
        "price": "99500",
    }
    placed = client.private_post_order(order)
    points = [{"after_ms": 300, "price": "99400"}, {"after_ms": 700, "price": "101000"}]
    assert site.admin.post(f"/symbols/{BTC}/path", json={"points": points}).status_code == 202
    query = {"symbol": BTC, "orderId": placed["orderId"]}
    eventually(lambda: last(site) == 101_000)
    eventually(lambda: client.private_get_order(query)["status"] == "FILLED")


def test_a_released_price_walks_on_from_where_it_is(site: PaperSite) -> None:
    site.price(50, "SOLUSDT", hold=False)
    assert abs(last(site, "SOLUSDT") - 50) < Decimal("0.1")
    eventually(lambda: last(site, "SOLUSDT") != 50)


def test_a_file_is_replayed(site: PaperSite, tmp_path: Path) -> None:
    file = tmp_path / "ada.csv"
    file.write_text("time,price\n1700000000,0.5\n1700000060,0.75\n")
    token = site.admin.headers["Authorization"].removeprefix("Bearer ")
    command = [
        sys.executable,
        "-m",
        "paper_exchange",
        "replay",
        str(file),
        "--symbol",
        "ADAUSDT",
        "--speed",
        "600",
    ]
    more = ["--admin", str(site.admin.base_url).rstrip("/"), "--admin-token", token]
    done = subprocess.run(
        [*command, *more], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "ADAUSDT follows 2 prices for 0 s\n"), done.stderr
    eventually(lambda: last(site, "ADAUSDT") == Decimal("0.75"))
    refused = subprocess.run(
        [*command, *more[:2]], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert (refused.returncode, "token" in refused.stderr) == (1, True)


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("1700000000,10\n1700000001,11\n", [(0, 10), (1000, 11)]),
        ("1700000000000,10\n1700000002000,11\n", [(0, 10), (2000, 11)]),
        ("open_time,o,h,l,c,v,close_time\n0,1,2,1,10,5,1700000000000999\n0,1,2,1,12,5,1700000060000999\n", [(0, 10), (60000, 12)]),
    ],
)  # fmt: skip
def test_recorded_prices_are_read(tmp_path: Path, text: str, prices: list[tuple[int, int]]) -> None:
    (tmp_path / "p.csv").write_text(text)
    assert read_prices(tmp_path / "p.csv", speed=Decimal(1)) == prices


@pytest.mark.parametrize(
    "text",
    ["", "time,price\n", "1700000000,x\n", "1700000001,1\n1700000000,2\n", "1700000000,-1\n", "1700000000\n"],
)
def test_what_is_no_price_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(Unreadable):
        read_prices(tmp_path / "p.csv", speed=Decimal(1))


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/accounts", {"name": "with space"}, 422),
        ("POST", "/accounts", {"name": "rich", "spot": {"USDT": "-1"}}, 422),
        ("POST", "/accounts/nobody/keys", {}, 409),
        ("POST", "/accounts/nobody/deposit", {"asset": "USDT", "amount": "1"}, 409),
        ("PUT", "/symbols/NOPEUSDT/price", {"price": "1"}, 409),
        ("PUT", "/symbols/BTCUSDT/price", {"price": "0"}, 422),
        ("POST", "/symbols/BTCUSDT/path", {"points": []}, 422),
        ("POST", "/faults", {"kind": "flood"}, 422),
        ("POST", "/clock/advance", {"milliseconds": 5}, 409),
        ("POST", "/orders/7/fill", {}, 409),
        ("POST", "/symbols", {"base": "BTC", "quote": "USDT", "price": "1", "tick": "0.01", "step": "0.01"}, 409),
        ("POST", "/symbols", {"base": "TINY", "quote": "USDT", "price": "1", "tick": "0.00001", "step": "0.0001"}, 409),
    ],
)  # fmt: skip
def test_what_an_operator_cannot_have_is_refused_in_words(
    site: PaperSite, method: str, path: str, body: dict[str, object], status: int
) -> None:
    answer = site.admin.request(method, path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]


def test_a_new_pair_is_traded_on_both_markets(site: PaperSite) -> None:
    pair = {
        "base": "NEW",
        "quote": "USDT",
        "price": "2",
        "tick": "0.001",
        "step": "0.1",
        "usdm_tick": "0.001",
        "usdm_step": "1",
    }
    assert site.admin.post("/symbols", json=pair).status_code == 201
    client = spot_client(site, site.account())
    order = {"symbol": "NEWUSDT", "side": "BUY", "type": "MARKET", "quantity": "10"}
    assert client.private_post_order(order)["status"] == "FILLED"
    assert client.fapiprivate_post_order({**order, "newOrderRespType": "RESULT"})["status"] == "FILLED"
    names = [line["symbol"] for line in site.get("/fapi/v1/exchangeInfo")["symbols"]]
    assert "NEWUSDT" in names
