"""Many alerts at once: the pool's limit holds, and equal alerts are one position."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.trader import Trader
from tests.support.waiting import eventually
from tests.support.webhooks import moment

LEVELS = [
    {"gap": "0", "weight": "50", "take_profit": "1"},
    {"gap": "-1", "weight": "50", "take_profit": "1"},
]
SYMBOLS = [f"CROWD{number}USDT" for number in range(40)]
CATALOG = {"venue": "binance", "market_type": "spot", "environment": "paper"}


@pytest.fixture
def crowd(trader: Trader) -> Trader:
    """A grid trader in a market with forty pairs more."""
    for symbol in SYMBOLS:
        pair = {"base": symbol.removesuffix("USDT"), "quote": "USDT", "price": "100"}
        listed = trader.site.admin.post("/symbols", json={**pair, "tick": "0.01", "step": "0.0001"})
        assert listed.status_code in (201, 409), listed.text
        trader.site.price("100", symbol)
    client, headers = trader.sender.client, trader.sender.person.headers
    assert client.post("/api/markets/refresh", json=CATALOG, headers=headers).status_code == 202
    eventually(
        lambda: trader.ask("/api/markets?search=CROWD&market_type=spot")["total"] == 40, what="the pairs"
    )
    trader.sender.change(mode="grid")
    body = {"plan": {"levels": LEVELS, "capital": "900"}}
    assert client.post("/api/dca-configs", json=body, headers=headers).status_code == 201
    return trader


def test_forty_symbols_from_twenty_senders_open_ten_positions_and_thirty_wait(crowd: Trader) -> None:
    with ThreadPoolExecutor(20) as senders:
        signals = list(
            senders.map(lambda symbol: crowd.send("buy", symbol, price="90", timeframe="15"), SYMBOLS)
        )
    outcomes = Counter(crowd.done(signal, seconds=60)["outcome"] for signal in signals)
    assert outcomes == {"position_opened": 10, "queued": 30}
    assert crowd.ask("/api/pool") == {"used": 10, "limit": 10, "waiting": 30}
    eventually(lambda: len(crowd.exchange_orders()) == 20, what="the legs of ten positions, and no more")


def test_two_hundred_equal_alerts_are_one_position_and_none_is_refused(crowd: Trader) -> None:
    body = {"secret": crowd.sender.secret, "timestamp": moment(), "action": "buy", "symbol": SYMBOLS[0]}
    body |= {"price": "90", "timeframe": "15"}

    def send(_: int) -> httpx.Response:
        """As TradingView does: what is answered 503 is sent again."""
        answer = eventually(lambda: (got := crowd.sender.post(body)).status_code != 503 and got, seconds=20)
        assert answer
        return answer

    with ThreadPoolExecutor(20) as senders:
        answers = list(senders.map(send, range(200)))
    assert {answer.status_code for answer in answers} == {202}
    assert Counter(answer.json()["status"] for answer in answers) == {"accepted": 1, "duplicate": 199}
    [signal] = {answer.json()["signal_id"] for answer in answers}
    assert crowd.done(signal)["outcome"] == "position_opened"
    assert crowd.ask("/api/pool")["used"] == 1
