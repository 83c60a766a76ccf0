"""The table of venues agrees with the locked ccxt, and what venues tell of keys is understood."""

import ccxt
import pytest

from dollarclub.exchanges.gateway import Environment, MarketType, Permissions
from dollarclub.exchanges.permissions import of_binance, of_bybit, of_okx
from dollarclub.exchanges.venues.names import CCXT_NAMES
from dollarclub.exchanges.venues.table import KNOWN, all_venues, is_listed, venue_named
from dollarclub.exchanges.venues.venue import Venue

OUR_ID_LENGTH = 28
ASKED_FOR = {"binance", "binanceusdm", "bybit", "okx", "kucoin", "gateio", "mexc", "delta", "deltaindia"}


def test_the_list_of_names_is_that_of_the_locked_ccxt() -> None:
    assert list(CCXT_NAMES) == list(ccxt.exchanges)


def test_every_venue_that_the_platform_names_is_there() -> None:
    assert set(KNOWN) == ASKED_FOR
    names = [venue.name for venue in all_venues()]
    assert len(names) == len(set(names))
    assert {"kraken", "bitget"} < set(names)
    assert "gate" not in names
    assert not is_listed("nosuchexchange")
    assert not venue_named("kraken").tested


@pytest.mark.parametrize("venue", KNOWN.values(), ids=lambda venue: venue.name)
def test_what_the_table_says_ccxt_can_do(venue: Venue) -> None:
    client = getattr(ccxt, venue.ccxt_id)()
    assert client.requiredCredentials["password"] is venue.needs_passphrase
    assert client.precisionMode == ccxt.TICK_SIZE
    assert venue.client_id_length >= OUR_ID_LENGTH
    assert client.has["fetchOrder"]
    assert client.has["fetchOpenOrders"]
    assert client.has["fetchMyTrades"]
    assert client.has["fetchTime"]
    if venue.market_by_cost:
        assert client.has["createMarketBuyOrderWithCost"]
    if MarketType.spot in venue.market_types:
        assert client.has["spot"]
    if MarketType.usdm in venue.market_types:
        assert client.has["swap"]
        assert client.has["fetchPositions"]
    if Environment.testnet in venue.environments:
        known = {"sandbox": client.urls.get("test"), "demo": client.urls.get("demo"), "urls": venue.urls}
        assert known[venue.testnet or ""]


def test_only_binance_is_tested_and_on_paper() -> None:
    for venue in all_venues():
        assert venue.tested is venue.name.startswith("binance") or not venue.tested
        assert (Environment.paper in venue.environments) is (venue.name in ("binance", "binanceusdm"))


def test_what_binance_tells_of_a_key() -> None:
    told = {
        "ipRestrict": False, "enableReading": True, "enableWithdrawals": True, "enableFutures": False,
        "enableSpotAndMarginTrading": True,
    }  # fmt: skip
    assert of_binance(told, MarketType.spot) == Permissions(True, True, True, False)
    assert of_binance(told, MarketType.usdm) == Permissions(True, False, True, False)
    assert of_binance({}, MarketType.spot) == Permissions(None, None, None, None)


def test_what_bybit_tells_of_a_key() -> None:
    told = {
        "result": {
            "readOnly": 0,
            "permissions": {
                "ContractTrade": ["Order", "Position"],
                "Spot": [],
                "Wallet": ["AccountTransfer"],
            },
            "ips": ["*"],
        }
    }
    assert of_bybit(told, MarketType.usdm) == Permissions(True, True, False, False)
    assert of_bybit(told, MarketType.spot) == Permissions(True, False, False, False)
    told["result"] |= {"readOnly": 1, "ips": ["203.0.113.4"]}
    assert of_bybit(told, MarketType.usdm) == Permissions(True, False, False, True)


def test_what_okx_tells_of_a_key() -> None:
    assert of_okx({"data": [{"perm": "read_only,trade", "ip": ""}]}) == Permissions(True, True, False, False)
    assert of_okx({"data": [{"perm": "read_only,withdraw", "ip": "203.0.113.4"}]}) == Permissions(
        True, False, True, True
    )
