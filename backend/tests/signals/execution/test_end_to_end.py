"""From a posted alert to a filled order on the exchange, through the real API, a real worker and unmodified ccxt."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.support.trader import Trader
from tests.support.waiting import eventually

STORY = ["received", "claimed", "decided", "intent", "sent", "acknowledged", "filled", "settled"]
SPOT, USDM = "BTC/USDT", "BTC/USDT:USDT"


def on_futures(trader: Trader) -> None:
    trader.sender.change(market_type="usdm")


def sides(orders: list[dict[str, Any]]) -> list[tuple[str, str, Decimal]]:
    """(leg, side, filled), oldest first."""
    return [(each["leg"], each["side"], Decimal(each["filled"])) for each in reversed(orders)]


def test_an_alert_becomes_a_filled_order_with_its_whole_story(trader: Trader) -> None:
    done = trader.told("buy", amount="0.01", unit="base")
    assert done["outcome"] == "executed", done
    assert (done["symbol"], done["key_id"]) == (SPOT, trader.keys()["spot"]["id"])
    [order] = done["orders"]
    assert (order["status"], Decimal(order["filled"])) == ("filled", Decimal("0.01"))
    assert order["answer"]["clientOrderId"] == order["client_id"]
    names = [step["name"] for step in done["steps"]]
    assert [name for name in STORY if name in names] == STORY
    times = [datetime.fromisoformat(step["at"]) for step in done["steps"]]
    assert times == sorted(times)
    [told] = trader.exchange_orders()
    assert (told["client_id"], told["status"]) == (order["client_id"], "FILLED")


def test_a_close_sells_what_the_book_holds_and_leaves_the_dust(trader: Trader) -> None:
    trader.told("buy", amount="0.01", unit="base")
    held = trader.position(SPOT)
    assert Decimal(0) < held < Decimal("0.01"), "the fee was taken in bitcoin"
    done = trader.told("close")
    assert done["outcome"] == "exit_executed", done
    [order] = done["orders"]
    assert order["purpose"] == "exit"
    assert Decimal(0) <= trader.position(SPOT) < Decimal("0.00001")
    again = trader.told("close")
    assert (again["outcome"], again["orders"]) == ("exit_no_position", [])


def test_the_same_alert_again_is_the_same_signal(trader: Trader) -> None:
    body = {"secret": trader.sender.secret, "timestamp": "2026-01-01T00:00:00Z", "action": "buy"}
    body |= {"symbol": "BTCUSDT", "amount": "0.01", "unit": "base"}
    first, second = trader.sender.post(body).json(), trader.sender.post(body).json()
    assert (first["signal_id"], second["status"]) == (second["signal_id"], "duplicate")
    trader.done(first["signal_id"])
    assert trader.sender.post(body).json()["status"] == "duplicate"
    assert len(trader.orders()) == len(trader.exchange_orders()) == 1


@pytest.mark.parametrize(
    ("alert", "outcome"),
    [
        ({"action": "sell", "amount": "0.01", "unit": "base"}, "short_not_supported"),
        ({"action": "buy", "symbol": "NOSUCHUSDT", "amount": "1"}, "symbol_unknown"),
        ({"action": "buy", "symbol": "BTCUSDT.P", "amount": "10"}, "market_type_mismatch"),
        ({"action": "buy", "amount": "1", "unit": "quote"}, "below_min_notional"),
        ({"action": "buy"}, "amount_missing"),
        ({"action": "buy", "amount": "900000", "unit": "quote"}, "insufficient_funds"),
        ({"action": "close"}, "exit_no_position"),
    ],
)
def test_what_is_not_executed_says_why_within_two_seconds(
    trader: Trader, alert: dict[str, str], outcome: str
) -> None:
    done = trader.done(trader.send(**alert), seconds=2)
    assert done["outcome"] == outcome, done
    assert done["message"]
    assert all(order["filled"] == "0" for order in done["orders"])


def test_no_key(trader: Trader) -> None:
    """The strategy's key was deleted: nothing is traded on another one instead."""
    spot = trader.keys()["spot"]["id"]
    trader.sender.change(key_id=spot)
    gone = trader.sender.client.delete(f"/api/keys/{spot}", headers=trader.sender.person.headers)
    assert gone.status_code in (200, 202, 204), gone.text
    done = trader.told("buy", amount="0.01", unit="base")
    assert (done["outcome"], done["orders"]) == ("no_key", [])


def test_a_limit_order_rests_until_the_price_comes(trader: Trader) -> None:
    signal = trader.send("buy", amount="0.01", unit="base", order_type="limit", price="45000")
    resting = trader.becomes(signal, "resting")
    assert resting["status"] == "executing"
    trader.site.price("44900")
    done = trader.done(signal)
    assert done["outcome"] == "executed", done
    assert Decimal(done["orders"][0]["average"]) <= Decimal(45000)


def test_an_exit_takes_back_the_entries_that_still_rest(trader: Trader) -> None:
    resting = trader.send("buy", amount="0.01", unit="base", order_type="limit", price="45000")
    trader.becomes(resting, "resting")
    trader.told("buy", amount="0.02", unit="base")
    closed = trader.told("close")
    assert closed["outcome"] == "exit_executed", closed
    assert trader.done(resting)["outcome"] == "cancelled"
    trader.site.price("44000")
    assert {order["status"] for order in trader.exchange_orders()} == {"FILLED", "CANCELED"}


def test_a_reverse_on_futures_closes_and_enters(trader: Trader) -> None:
    on_futures(trader)
    assert trader.told("buy", "BTCUSDT.P", amount="0.01", unit="base")["outcome"] == "executed"
    done = trader.told("sell", "BTCUSDT.P", intent="reverse", amount="0.02", unit="base")
    assert done["outcome"] == "executed", done
    assert sides(trader.orders(origin_id=done["id"])) == [
        ("exit", "sell", Decimal("0.01")),
        ("entry", "sell", Decimal("0.02")),
    ]
    eventually(lambda: trader.position(USDM) == Decimal("-0.02"), what="the reversed position")
    assert trader.told("close", "BTCUSDT.P")["outcome"] == "exit_executed"
    eventually(lambda: trader.position(USDM) == 0, what="flat")


def test_a_part_is_closed_on_futures(trader: Trader) -> None:
    on_futures(trader)
    trader.told("sell", "BTCUSDT.P", amount="0.04", unit="base")
    done = trader.told("close", "BTCUSDT.P", intent="reduce", amount="25%")
    assert done["outcome"] == "exit_executed", done
    eventually(lambda: trader.position(USDM) == Decimal("-0.03"), what="three quarters")


def test_a_share_of_the_free_balance(trader: Trader) -> None:
    done = trader.told("buy", amount="10%")
    assert done["outcome"] == "executed", done
    [order] = done["orders"]
    spent = Decimal(order["filled"]) * Decimal(order["average"])
    assert Decimal(9_900) < spent <= Decimal(10_000)


def test_while_trading_is_halted_entries_are_refused_and_exits_go_on(trader: Trader) -> None:
    trader.told("buy", amount="0.01", unit="base")
    headers = trader.sender.person.headers
    halt = {"scope": "account", "flatten": False, "reason": "drill"}
    assert trader.sender.client.post("/api/halt", json=halt, headers=headers).status_code == 201
    refused = trader.told("buy", amount="0.01", unit="base")
    assert (refused["outcome"], refused["orders"]) == ("halted", [])
    assert trader.told("close")["outcome"] == "exit_executed"
    lifted = trader.sender.client.post("/api/halt/lift", json={"scope": "account"}, headers=headers)
    assert lifted.status_code == 200, lifted.text
    assert trader.told("buy", amount="0.01", unit="base")["outcome"] == "executed"


def test_an_answer_that_is_lost_is_found_out_and_nothing_is_sent_twice(trader: Trader) -> None:
    trader.site.fault("drop_answer", endpoint="POST /api/v3/order", times=1)
    signal = trader.send("buy", amount="0.01", unit="base")
    done = trader.done(signal, seconds=60)
    assert done["outcome"] == "executed", done
    assert len(trader.exchange_orders()) == 1


def test_a_replay_goes_into_paper(trader: Trader) -> None:
    done = trader.told("buy", amount="0.01", unit="base")
    answer = trader.sender.client.post(
        f"/api/signals/{done['id']}/replay", headers=trader.sender.person.headers
    )
    assert answer.status_code == 202, answer.text
    replayed = trader.done(answer.json()["signal_id"])
    assert (replayed["outcome"], replayed["replay_of"]) == ("executed", done["id"])
    assert len(trader.exchange_orders()) == 2


def test_alerts_of_one_pair_are_executed_in_their_order(trader: Trader) -> None:
    signals = []
    for _ in range(5):
        signals.append(trader.send("buy", amount="0.01", unit="base"))
        signals.append(trader.send("close"))
    outcomes = [trader.done(signal)["outcome"] for signal in signals]
    assert outcomes == ["executed", "exit_executed"] * 5
    assert trader.position(SPOT) < Decimal("0.00005")
