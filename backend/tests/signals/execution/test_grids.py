"""Alerts of a grid strategy: from the webhook to a position whose legs rest on the exchange, and to its close."""

from decimal import Decimal
from typing import Any

import pytest

from tests.support.trader import Trader
from tests.support.waiting import eventually

LEVELS = [
    {"gap": "0", "weight": "50", "take_profit": "1"},
    {"gap": "-1", "weight": "50", "take_profit": "1"},
]


@pytest.fixture
def grid(trader: Trader) -> Trader:
    """A trader whose default strategy trades by grid, with one configuration for everything."""
    trader.sender.change(mode="grid")
    body = {"plan": {"levels": LEVELS, "capital": "1000", "max_pyramids": 2}}
    answer = trader.sender.client.post("/api/dca-configs", json=body, headers=trader.sender.person.headers)
    assert answer.status_code == 201, answer.text
    return trader


def put(trader: Trader, **settings: Any) -> None:
    seen = trader.ask("/api/pool/settings")
    body = {"version": seen["version"], "settings": {**seen["settings"], **settings}}
    answer = trader.sender.client.put("/api/pool/settings", json=body, headers=trader.sender.person.headers)
    assert answer.status_code == 200, answer.text


def test_an_alert_becomes_a_position_whose_legs_rest_and_an_exit_closes_it(grid: Trader) -> None:
    opened = grid.told("buy", price="49000", timeframe="15")
    assert opened["outcome"] == "position_opened", opened
    assert opened["group_id"] is not None
    eventually(lambda: len(grid.exchange_orders()) == 2, what="both legs on the exchange")
    prices = {Decimal(order["price"]) for order in grid.exchange_orders()}
    assert prices == {Decimal(49000), Decimal(48510)}
    closed = grid.told("close", timeframe="15")
    assert (closed["outcome"], closed["group_id"]) == ("exit_executed", opened["group_id"])
    eventually(
        lambda: {order["status"] for order in grid.exchange_orders()} == {"CANCELED"},
        what="both legs taken back",
    )
    assert grid.told("close", timeframe="15")["outcome"] == "exit_no_position"


def test_the_same_candle_again_adds_nothing(grid: Trader) -> None:
    told = "2026-01-01T00:01:00Z"
    body = {"secret": grid.sender.secret, "action": "buy", "symbol": "BTCUSDT", "timeframe": "15"}
    outcomes = []
    for moment, price in (
        (told, "49000"),
        ("2026-01-01T00:14:00Z", "48900"),
        ("2026-01-01T00:15:00Z", "48800"),
    ):
        answer = grid.sender.post({**body, "timestamp": moment, "price": price})
        outcomes.append(grid.done(answer.json()["signal_id"])["outcome"])
    assert outcomes == ["position_opened", "duplicate_bar", "pyramid_added"]


def test_an_alert_that_finds_no_slot_waits_and_is_told_what_became_of_it(grid: Trader) -> None:
    put(grid, max_groups=1)
    grid.told("buy", price="49000", timeframe="15")
    waits = grid.told("buy", "ETHUSDT", price="1900", timeframe="15")
    assert waits["outcome"] == "queued", waits
    grid.told("close", timeframe="15")
    opened = grid.becomes(waits["id"], "position_opened")
    assert opened["group_id"] is not None


def test_an_exit_takes_what_waits_out_of_the_queue(grid: Trader) -> None:
    put(grid, max_groups=1)
    grid.told("buy", price="49000", timeframe="15")
    waits = grid.told("buy", "ETHUSDT", price="1900", timeframe="15")
    assert grid.told("close", "ETHUSDT", timeframe="15")["outcome"] == "unqueued"
    assert grid.becomes(waits["id"], "queue_dropped")["message"]
    assert grid.ask("/api/queue")["items"] == []


def test_without_a_configuration_the_signal_says_so(trader: Trader) -> None:
    trader.sender.change(mode="grid")
    assert trader.told("buy", price="49000")["outcome"] == "no_config"


def test_a_reverse_closes_the_other_side_and_then_opens(grid: Trader) -> None:
    grid.sender.change(market_type="usdm")
    long = grid.told("buy", "BTCUSDT.P", price="49000", timeframe="15")
    assert long["outcome"] == "position_opened", long
    turned = grid.told("sell", "BTCUSDT.P", intent="reverse", price="51000", timeframe="15")
    opened = grid.becomes(turned["id"], "position_opened")
    assert opened["group_id"] not in (None, long["group_id"])
    eventually(
        lambda: sorted(order["status"] for order in grid.exchange_orders()) == ["CANCELED"] * 2 + ["NEW"] * 2,
        what="the long legs taken back, the short ones resting",
    )


def test_spot_has_no_shorts(grid: Trader) -> None:
    assert grid.told("sell", price="49000")["outcome"] == "short_not_supported"
