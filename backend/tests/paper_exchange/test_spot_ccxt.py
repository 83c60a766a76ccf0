"""Spot through the unmodified ccxt over a real socket."""

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import ccxt
import pytest

from tests.support.paper import Keys, PaperSite, spot_client
from tests.support.waiting import eventually

PAIR = "BTC/USDT"


@pytest.fixture(scope="module")
def markets(running_site: PaperSite) -> Any:
    """One client that knows the markets, so that each test need not load them."""
    client = spot_client(running_site)
    client.load_markets()
    return client


@pytest.fixture
def trader(site: PaperSite, markets: Any) -> Callable[..., Any]:
    def make(keys: Keys | None = None, **account: Any) -> Any:
        client = spot_client(site, keys or site.account(**account))
        client.set_markets(markets.markets)
        return client

    return make


def test_markets_carry_the_exchanges_own_steps(markets: Any) -> None:
    market = markets.market(PAIR)
    assert (Decimal(market["precision"]["price"]), Decimal(market["precision"]["amount"])) == (
        Decimal("0.01"),
        Decimal("0.00001"),
    )
    assert Decimal(market["limits"]["cost"]["min"]) == 5
    assert market["spot"]
    assert market["active"]


def test_a_market_order_fills_at_the_books_prices_and_pays_its_fee_in_what_it_gets(
    site: PaperSite, trader: Callable[..., Any]
) -> None:
    client = trader()
    order = client.create_order(PAIR, "market", "buy", 0.01)
    assert (order["status"], Decimal(order["filled"]), Decimal(order["average"])) == (
        "closed",
        Decimal("0.01"),
        Decimal("100000.01"),
    )
    assert [(fee["currency"], Decimal(fee["cost"])) for fee in order["fees"]] == [("BTC", Decimal("0.00001"))]
    balance = client.fetch_balance()
    assert Decimal(balance["BTC"]["free"]) == Decimal("2.00999")
    assert Decimal(balance["USDT"]["free"]) == Decimal("98999.9999")


def test_a_large_market_order_slips_and_one_by_cost_spends_no_more(trader: Callable[..., Any]) -> None:
    client = trader(spot={"USDT": "10000000"})
    large = client.create_order(PAIR, "market", "buy", 5)
    assert Decimal(large["average"]) > Decimal("100000.5")
    assert len(large["trades"]) > 1
    by_cost = client.create_market_buy_order_with_cost(PAIR, 250)
    assert Decimal("249") < Decimal(by_cost["cost"]) <= Decimal(250)
    assert by_cost["status"] == "closed"


def test_a_resting_limit_order_locks_fills_when_the_price_comes_and_is_found_by_its_client_id(
    site: PaperSite, trader: Callable[..., Any]
) -> None:
    client = trader()
    order = client.create_order(PAIR, "limit", "buy", 0.01, 99000, {"clientOrderId": "grid-1-a"})
    assert order["status"] == "open"
    balance = client.fetch_balance()["USDT"]
    assert (Decimal(balance["free"]), Decimal(balance["used"])) == (Decimal(99010), Decimal(990))
    assert [found["id"] for found in client.fetch_open_orders(PAIR)] == [order["id"]]
    site.price(98_999)
    found = eventually(lambda: _closed(client, "grid-1-a"))
    assert (found["id"], Decimal(found["average"])) == (order["id"], Decimal(99000))
    trades = client.fetch_my_trades(PAIR)
    assert [
        (trade["takerOrMaker"], Decimal(trade["amount"]), trade["fee"]["currency"]) for trade in trades
    ] == [("maker", Decimal("0.01"), "BTC")]
    assert [past["id"] for past in client.fetch_orders(PAIR)] == [order["id"]]


def _closed(client: Any, client_id: str) -> Any:
    order = client.fetch_order(None, PAIR, {"clientOrderId": client_id})
    return order if order["status"] == "closed" else None


def test_cancelling_frees_what_was_locked_and_only_works_once(trader: Callable[..., Any]) -> None:
    client = trader()
    order = client.create_order(PAIR, "limit", "sell", 0.5, 120000)
    assert Decimal(client.fetch_balance()["BTC"]["used"]) == Decimal("0.5")
    assert client.cancel_order(order["id"], PAIR)["status"] == "canceled"
    assert Decimal(client.fetch_balance()["BTC"]["free"]) == 2
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order(order["id"], PAIR)
    assert client.fetch_order(order["id"], PAIR)["status"] == "canceled"
    with pytest.raises(ccxt.OrderNotFound):
        client.fetch_order("1", PAIR)


@pytest.mark.parametrize(
    ("arguments", "params", "error", "text"),
    [
        (("limit", "buy", 0.01, 100), {}, ccxt.InvalidOrder, "PERCENT_PRICE_BY_SIDE"),
        (("limit", "buy", 0.00001, 99000), {}, ccxt.BadRequest, "NOTIONAL"),
        (("market", "sell", 900000), {}, ccxt.InvalidOrder, "LOT_SIZE"),
        (("limit", "sell", 3, 120000), {}, ccxt.InsufficientFunds, "insufficient balance"),
        (("market", "sell", 2.5), {}, ccxt.InsufficientFunds, "insufficient balance"),
        (
            ("limit", "buy", 0.01, 100500),
            {"postOnly": True},
            ccxt.OrderImmediatelyFillable,
            "immediately match",
        ),
        (
            ("limit", "sell", 0.01, 101000),
            {"clientOrderId": "no spaces"},
            ccxt.BadRequest,
            "Illegal characters",
        ),
        (("limit", "sell", 0.01, 98000), {"stopPrice": 100500}, ccxt.InvalidOrder, "trigger immediately"),
    ],
)
def test_refusals_carry_binances_codes(
    trader: Callable[..., Any], arguments: Any, params: Any, error: type[Exception], text: str
) -> None:
    client = trader()
    with pytest.raises(error, match=text):
        client.create_order(PAIR, *arguments, params=params)
    assert client.fetch_open_orders(PAIR) == []


@pytest.mark.parametrize(
    ("field", "value", "text"), [("price", "99000.001", "PRICE_FILTER"), ("quantity", "0.000015", "LOT_SIZE")]
)
def test_steps_that_ccxt_would_round_are_refused_on_the_wire(
    trader: Callable[..., Any], field: str, value: str, text: str
) -> None:
    order = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.01",
        "price": "99000",
    }
    with pytest.raises(ccxt.InvalidOrder, match=f"-1013.*{text}"):
        trader().private_post_order({**order, field: value})


def test_a_client_id_is_unique_while_its_order_is_open(trader: Callable[..., Any]) -> None:
    client = trader()
    first = client.create_order(PAIR, "limit", "buy", 0.01, 99000, {"clientOrderId": "once"})
    with pytest.raises(ccxt.InvalidOrder, match="Duplicate order sent"):
        client.create_order(PAIR, "limit", "buy", 0.01, 99000, {"clientOrderId": "once"})
    client.cancel_order(first["id"], PAIR)
    again = client.create_order(PAIR, "limit", "buy", 0.01, 99000, {"clientOrderId": "once"})
    assert client.fetch_order(None, PAIR, {"clientOrderId": "once"})["id"] == again["id"]


def test_ioc_takes_what_is_there_and_fok_all_or_nothing(site: PaperSite, trader: Callable[..., Any]) -> None:
    client = trader(spot={"USDT": "10000000"})
    part = client.create_order(PAIR, "limit", "buy", 50, 100000.01, {"timeInForce": "IOC"})
    assert part["status"] == "expired"
    assert 0 < Decimal(part["filled"]) < 50
    nothing = client.create_order(PAIR, "limit", "buy", 50, 100010, {"timeInForce": "FOK"})
    assert (nothing["status"], Decimal(nothing["filled"])) == ("expired", 0)
    assert Decimal(client.fetch_balance()["USDT"]["used"]) == 0


def test_a_stop_waits_locks_and_becomes_a_market_order(site: PaperSite, trader: Callable[..., Any]) -> None:
    client = trader()
    stop = client.create_order(
        PAIR, "market", "sell", 0.5, None, {"stopLossPrice": 95000, "clientOrderId": "guard"}
    )
    assert client.fetch_order(stop["id"], PAIR)["status"] == "open"
    assert Decimal(client.fetch_balance()["BTC"]["used"]) == Decimal("0.5")
    site.price(94_900)
    sold = eventually(lambda: _closed(client, "guard"))
    assert Decimal("94000") < Decimal(sold["average"]) <= Decimal("94899.99")


def test_a_thin_book_fills_a_resting_order_in_parts(site: PaperSite, trader: Callable[..., Any]) -> None:
    client = trader()
    order = client.create_order(PAIR, "limit", "buy", 0.5, 99000)
    site.admin.patch("/symbols/BTCUSDT", json={"level_quote": "2000"})
    try:
        site.price(99_000)
        part = eventually(lambda: _partly(client, order["id"]))
        assert 0 < Decimal(part["filled"]) < Decimal("0.5")
    finally:
        site.admin.patch("/symbols/BTCUSDT", json={"level_quote": "60000"})
    eventually(lambda: client.fetch_order(order["id"], PAIR)["status"] == "closed")
    assert sum(Decimal(trade["amount"]) for trade in client.fetch_my_trades(PAIR)) == Decimal("0.5")


def _partly(client: Any, order_id: str) -> Any:
    order = client.fetch_order(order_id, PAIR)
    return order if Decimal(order["filled"]) > 0 else None


def test_fees_are_burnt_in_bnb_when_the_account_wants_it(trader: Callable[..., Any], site: PaperSite) -> None:
    site.price(500, "BNBUSDT")
    client = trader(fees={"burn_bnb": True})
    order = client.create_order(PAIR, "market", "sell", 0.1)
    expected = Decimal(order["cost"]) * Decimal("0.001") * Decimal("0.75") / 500
    assert order["fees"][0]["currency"] == "BNB"
    assert abs(Decimal(order["fees"][0]["cost"]) - expected) <= Decimal("0.00000001")


def test_public_data_hangs_together(site: PaperSite, trader: Callable[..., Any]) -> None:
    client = trader()
    ticker = client.fetch_ticker(PAIR)
    assert (ticker["symbol"], Decimal(ticker["last"])) == (PAIR, Decimal(100000))
    assert Decimal(ticker["bid"]) < Decimal(ticker["last"]) < Decimal(ticker["ask"])
    book = client.fetch_order_book(PAIR, 20)
    assert (len(book["bids"]), len(book["asks"])) == (20, 20)
    assert book["bids"][0][0] == float(ticker["bid"])
    bars = client.fetch_ohlcv(PAIR, "1h", limit=48)
    assert len(bars) == 48
    assert all(
        Decimal(low)
        <= min(Decimal(start), Decimal(end))
        <= max(Decimal(start), Decimal(end))
        <= Decimal(high)
        for _, start, high, low, end, _ in bars
    )
    assert [later[0] - earlier[0] for earlier, later in pairwise(bars)] == [3_600_000] * 47
    assert client.fetch_ohlcv(PAIR, "1h", limit=48)[:47] == bars[:47]
    assert len(client.fetch_tickers([PAIR, "ETH/USDT"])) == 2
    assert len(client.fetch_trades(PAIR, limit=10)) == 10
    assert client.fetch_trading_fee(PAIR)["maker"] == "0.001"


def test_an_account_sees_nothing_of_another(trader: Callable[..., Any]) -> None:
    mine, other = trader(), trader()
    order = mine.create_order(PAIR, "limit", "buy", 0.01, 99000, {"clientOrderId": "mine"})
    with pytest.raises(ccxt.OrderNotFound):
        other.fetch_order(order["id"], PAIR)
    with pytest.raises(ccxt.OrderNotFound):
        other.cancel_order(None, PAIR, {"clientOrderId": "mine"})
    assert other.fetch_open_orders(PAIR) == other.fetch_my_trades(PAIR) == []
