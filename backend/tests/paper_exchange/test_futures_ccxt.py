"""USDT-M futures through the unmodified ccxt over a real socket."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import ccxt
import pytest

from tests.support.paper import Keys, PaperSite, usdm_client
from tests.support.waiting import eventually

PAIR = "BTC/USDT:USDT"


@pytest.fixture(scope="module")
def markets(running_site: PaperSite) -> Any:
    client = usdm_client(running_site)
    client.load_markets()
    return client


@pytest.fixture
def trader(site: PaperSite, markets: Any) -> Callable[..., Any]:
    def make(keys: Keys | None = None, **account: Any) -> Any:
        client = usdm_client(site, keys or site.account(**account))
        client.set_markets(markets.markets)
        return client

    return make


@pytest.fixture
def premium(site: PaperSite) -> Iterator[Callable[[str], None]]:
    """Moves the mark price away from the last one."""

    def move(share: str) -> None:
        assert site.admin.patch("/symbols/BTCUSDT", json={"premium": share}).status_code == 200

    yield move
    move("0")


def position(client: Any) -> Any:
    return next(iter(client.fetch_positions([PAIR])), None)


def wallet(client: Any) -> Decimal:
    return Decimal(client.fapiprivatev3_get_account()["totalWalletBalance"])


def test_markets_and_tickers_are_of_contracts(markets: Any, site: PaperSite) -> None:
    market = markets.market(PAIR)
    assert (market["swap"], market["linear"], market["spot"]) == (True, True, False)
    assert (Decimal(market["precision"]["amount"]), Decimal(market["limits"]["cost"]["min"])) == (
        Decimal("0.001"),
        100,
    )
    ticker = markets.fetch_ticker(PAIR)
    assert (ticker["symbol"], Decimal(ticker["last"])) == (PAIR, 100_000)
    assert len(markets.fetch_ohlcv(PAIR, "5m", limit=30)) == 30
    assert Decimal(markets.fetch_funding_rate(PAIR)["markPrice"]) == 100_000
    assert markets.fetch_order_book(PAIR, 5)["asks"][0][0] > 100_000


def test_a_position_opens_earns_and_closes_to_the_last_digit(
    site: PaperSite, trader: Callable[..., Any]
) -> None:
    client = trader()
    client.set_leverage(10, PAIR)
    opened = client.create_order(PAIR, "market", "buy", 0.1)
    assert (opened["status"], Decimal(opened["average"])) == ("closed", Decimal("100000.1"))
    held = position(client)
    assert (held["side"], Decimal(held["contracts"]), Decimal(held["entryPrice"])) == (
        "long",
        Decimal("0.1"),
        Decimal("100000.1"),
    )
    assert Decimal(held["initialMargin"]) == 1000
    site.price(101_000)
    assert Decimal(position(client)["unrealizedPnl"]) == Decimal("99.99")
    client.create_order(PAIR, "market", "sell", 0.1, params={"reduceOnly": True})
    assert position(client) is None
    fees = Decimal("10000.01") * Decimal("0.0005") + Decimal("10099.99") * Decimal("0.0005")
    assert wallet(client) == Decimal(10_000) + Decimal("99.98") - fees.quantize(Decimal("0.00000001"))
    trades = client.fetch_my_trades(PAIR)
    assert [trade["info"]["realizedPnl"] for trade in trades] == ["0.00000000", "99.98000000"]
    kinds = [line["incomeType"] for line in client.fapiprivate_get_income()]
    assert sorted(kinds) == ["COMMISSION", "COMMISSION", "REALIZED_PNL"]


def test_a_short_turns_into_a_long_when_more_is_bought(trader: Callable[..., Any]) -> None:
    client = trader()
    client.create_order(PAIR, "market", "sell", 0.05)
    client.create_order(PAIR, "market", "buy", 0.08)
    held = position(client)
    assert (held["side"], Decimal(held["contracts"])) == ("long", Decimal("0.03"))


def test_margin_bounds_what_may_be_opened_but_not_what_closes(trader: Callable[..., Any]) -> None:
    client = trader(wallet="1000")
    client.set_leverage(5, PAIR)
    with pytest.raises(ccxt.ExchangeError, match="-2019"):
        client.create_order(PAIR, "market", "buy", 0.06)
    client.create_order(PAIR, "market", "buy", 0.045)
    with pytest.raises(ccxt.ExchangeError, match="-2019"):
        client.create_order(PAIR, "limit", "buy", 0.01, 99_000)
    client.create_order(PAIR, "limit", "sell", 0.045, 103_000)
    balance = client.fetch_balance()["USDT"]
    assert Decimal(balance["total"]) < 1000
    assert Decimal(balance["free"]) < 100


def test_reduce_only_never_opens(site: PaperSite, trader: Callable[..., Any]) -> None:
    client = trader()
    with pytest.raises(ccxt.ExchangeError, match="-2022"):
        client.create_order(PAIR, "market", "sell", 0.01, params={"reduceOnly": True})
    client.create_order(PAIR, "market", "buy", 0.01)
    exit_order = client.create_order(PAIR, "limit", "sell", 0.03, 101_000, {"reduceOnly": True})
    site.price(101_500)
    eventually(lambda: position(client) is None)
    ended = eventually(lambda: _ended(client, exit_order["id"]))
    assert (ended["status"], Decimal(ended["filled"])) == ("expired", Decimal("0.01"))


def _ended(client: Any, order_id: str) -> Any:
    order = client.fetch_order(order_id, PAIR)
    return order if order["status"] != "open" else None


def test_hedge_mode_holds_both_sides_apart(trader: Callable[..., Any]) -> None:
    client = trader()
    client.set_position_mode(True)
    with pytest.raises(ccxt.ExchangeError, match="-4059"):
        client.set_position_mode(True)
    with pytest.raises(ccxt.ExchangeError, match="-4061"):
        client.create_order(PAIR, "market", "buy", 0.01)
    client.create_order(PAIR, "market", "buy", 0.02, params={"positionSide": "LONG"})
    client.create_order(PAIR, "market", "sell", 0.01, params={"positionSide": "SHORT"})
    held = {one["side"]: Decimal(one["contracts"]) for one in client.fetch_positions([PAIR])}
    assert held == {"long": Decimal("0.02"), "short": Decimal("0.01")}
    with pytest.raises(ccxt.ExchangeError, match="-2022"):
        client.create_order(PAIR, "market", "sell", 0.03, params={"positionSide": "LONG"})
    client.create_order(PAIR, "market", "sell", 0.02, params={"hedged": True, "reduceOnly": True})
    assert [one["side"] for one in client.fetch_positions([PAIR])] == ["short"]
    with pytest.raises(ccxt.ExchangeError, match="-4068"):
        client.set_position_mode(False)


def test_limit_orders_rest_fill_and_post_only_never_takes(
    site: PaperSite, trader: Callable[..., Any]
) -> None:
    client = trader()
    with pytest.raises(ccxt.ExchangeError, match="-5022"):
        client.create_order(PAIR, "limit", "buy", 0.01, 101_000, {"postOnly": True})
    order = client.create_order(
        PAIR, "limit", "buy", 0.01, 99_000, {"postOnly": True, "clientOrderId": "dip"}
    )
    with pytest.raises(ccxt.ExchangeError, match="-4116"):
        client.create_order(PAIR, "limit", "buy", 0.01, 99_000, {"clientOrderId": "dip"})
    assert [one["id"] for one in client.fetch_open_orders(PAIR)] == [order["id"]]
    site.price(98_990)
    filled = eventually(lambda: _ended(client, order["id"]))
    assert (filled["status"], Decimal(filled["average"]), filled["clientOrderId"]) == (
        "closed",
        99_000,
        "dip",
    )
    assert client.fetch_my_trades(PAIR)[0]["takerOrMaker"] == "maker"


@pytest.mark.parametrize(
    ("arguments", "params", "code"),
    [
        (("limit", "buy", 0.01, 110_000), {}, "-4016"),
        (("limit", "sell", 0.01, 90_000), {}, "-4024"),
        (("limit", "buy", 0.001, 99_000), {}, "-4164"),
        (("limit", "buy", 2, 99_000), {"timeInForce": "FOK", "clientOrderId": "fok"}, "-5021"),
        (("market", "sell", 0.01), {"stopLossPrice": 101_000}, "-2021"),
    ],
)
def test_refusals_carry_the_futures_codes(
    trader: Callable[..., Any], arguments: Any, params: Any, code: str
) -> None:
    client = trader()
    with pytest.raises(ccxt.ExchangeError, match=code):
        client.create_order(PAIR, *arguments, params=params)
    assert client.fetch_open_orders(PAIR) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantity": "0.0105"}, "-1111"),
        ({"quantity": "0"}, "-4003"),
        ({"quantity": "9000"}, "-4005"),
        ({"price": "99000.05"}, "-4014"),
        ({"type": "STOP_MARKET"}, "-4120"),
        ({"side": "UP"}, "-1117"),
        ({"price": ""}, "-1102"),
    ],
)
def test_what_ccxt_would_not_send_is_refused_on_the_wire(
    trader: Callable[..., Any], change: dict[str, str], code: str
) -> None:
    order = {
        "symbol": "BTCUSDT",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "0.01",
        "price": "99000",
    }
    with pytest.raises(ccxt.BaseError, match=code):
        trader().fapiprivate_post_order({**order, **change})


def test_a_conditional_order_waits_in_its_own_list_and_places_an_order(
    site: PaperSite, trader: Callable[..., Any]
) -> None:
    client = trader()
    client.create_order(PAIR, "market", "buy", 0.02)
    stop = client.create_order(
        PAIR,
        "market",
        "sell",
        0.02,
        None,
        {"stopLossPrice": 97_000, "reduceOnly": True, "clientOrderId": "guard"},
    )
    assert client.fetch_open_orders(PAIR) == []
    assert [one["id"] for one in client.fetch_open_orders(PAIR, params={"trigger": True})] == [stop["id"]]
    site.price(96_500)
    eventually(lambda: position(client) is None)
    done = client.fapiprivate_get_algoorder({"algoId": stop["id"]})
    assert (done["algoStatus"], done["clientAlgoId"]) == ("FINISHED", "guard")
    placed = client.fetch_order(done["actualOrderId"], PAIR)
    assert (placed["status"], Decimal(placed["average"])) == ("closed", Decimal("96499.9"))
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order(stop["id"], PAIR, {"trigger": True})


def test_a_stop_for_the_whole_position_follows_the_mark_price(
    premium: Any, trader: Callable[..., Any]
) -> None:
    client = trader()
    client.create_order(PAIR, "market", "sell", 0.02)
    client.create_order(
        PAIR,
        "market",
        "buy",
        None,
        None,
        {"stopLossPrice": 102_000, "closePosition": True, "workingType": "MARK_PRICE"},
    )
    other = client.create_order(
        PAIR, "market", "buy", 0.02, None, {"stopLossPrice": 102_000, "reduceOnly": True}
    )
    premium("0.03")
    eventually(lambda: position(client) is None)
    eventually(lambda: client.fetch_open_orders(PAIR, params={"trigger": True}) == [])
    assert client.fapiprivate_get_algoorder({"algoId": other["id"]})["algoStatus"] == "EXPIRED"


def test_funding_moves_money_from_longs_to_shorts(site: PaperSite, trader: Callable[..., Any]) -> None:
    long, short = trader(), trader()
    long.create_order(PAIR, "market", "buy", 0.1)
    short.create_order(PAIR, "market", "sell", 0.1)
    before = (wallet(long), wallet(short))
    assert site.admin.post("/symbols/BTCUSDT/funding", json={"rate": "0.001"}).status_code == 200
    assert (wallet(long), wallet(short)) == (before[0] - 10, before[1] + 10)
    (paid,) = long.fapiprivate_get_income({"incomeType": "FUNDING_FEE"})
    assert paid["income"] == "-10.00000000"


def test_a_position_without_backing_is_liquidated_and_never_owes(
    site: PaperSite, trader: Callable[..., Any]
) -> None:
    client = trader(wallet="1000")
    client.set_leverage(20, PAIR)
    client.create_order(PAIR, "market", "buy", 0.15)
    client.create_order(PAIR, "limit", "sell", 0.15, 104_000)
    at = Decimal(position(client)["liquidationPrice"])
    assert Decimal(93_000) < at < Decimal(95_000)
    site.price(at + 60)
    assert position(client) is not None
    site.price(at - 60)
    eventually(lambda: position(client) is None)
    assert 0 <= wallet(client) < 300
    assert client.fetch_open_orders(PAIR) == []
    forced = client.fetch_orders(PAIR)[-1]
    assert forced["clientOrderId"].startswith("autoclose-")
    site.price(100_000)
    crash = trader(wallet="500")
    crash.set_leverage(100, PAIR)
    crash.create_order(PAIR, "market", "buy", 0.2)
    site.price(80_000)
    eventually(lambda: position(crash) is None)
    assert wallet(crash) == 0


def test_an_isolated_position_risks_only_its_own_margin(site: PaperSite, trader: Callable[..., Any]) -> None:
    client = trader()
    client.set_margin_mode("isolated", PAIR)
    with pytest.raises(ccxt.MarginModeAlreadySet):
        client.fapiprivate_post_margintype({"symbol": "BTCUSDT", "marginType": "ISOLATED"})
    client.set_leverage(10, PAIR)
    client.create_order(PAIR, "market", "buy", 0.1)
    held = position(client)
    assert (held["marginMode"], Decimal(held["collateral"]).quantize(Decimal(1))) == ("isolated", 1000)
    site.price(70_000)
    eventually(lambda: position(client) is None)
    assert Decimal(8_985) < wallet(client) < Decimal(9_000)


def test_money_moves_between_the_wallets(site: PaperSite, trader: Callable[..., Any]) -> None:
    keys = site.account(wallet="0")
    client = trader(keys)
    client.sapi_post_asset_transfer({"type": "MAIN_UMFUTURE", "asset": "USDT", "amount": "250.5"})
    assert wallet(client) == Decimal("250.5")
    assert site.spot_balance(keys.account, "USDT")[0] == Decimal("99749.5")
    client.sapi_post_asset_transfer({"type": "UMFUTURE_MAIN", "asset": "USDT", "amount": "0.5"})
    with pytest.raises(ccxt.InsufficientFunds):
        client.sapi_post_asset_transfer({"type": "UMFUTURE_MAIN", "asset": "USDT", "amount": "251"})
    assert wallet(client) == 250
