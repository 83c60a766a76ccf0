"""Answers and events have the keys and types of the exchange's own documentation, no less and no more."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.support.paper import Keys, PaperSite, signed_subscription, spot_client, usdm_client

SAMPLES = Path(__file__).parent / "samples"
SPOT: dict[str, Any] = json.loads((SAMPLES / "spot.json").read_text())
USDM: dict[str, Any] = json.loads((SAMPLES / "usdm.json").read_text())
LIMIT = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "99000",
}
MARKET = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.01"}


def differences(sample: Any, ours: Any, newer: set[str], where: str = "") -> list[str]:
    """Missing and additional keys, and values of another type; lists are judged by their first entries."""
    if sample is None or ours is None:
        return [] if sample is ours or isinstance(sample or ours, str) else [f"{where}: {ours!r}"]
    if type(sample) is not type(ours):
        return [f"{where}: {type(ours).__name__} instead of {type(sample).__name__}"]
    if isinstance(sample, list):
        if len(sample) > 1 and not isinstance(sample[0], dict):
            return [
                text
                for n, pair in enumerate(zip(sample, ours, strict=True))
                for text in differences(*pair, newer, f"{where}[{n}]")
            ]
        return differences(sample[0], ours[0], newer, f"{where}[0]") if sample and ours else []
    if not isinstance(sample, dict):
        return []
    found = [f"{where}.{key} is missing" for key in sample if key not in ours]
    found += [f"{where}.{key} is not documented" for key in ours if key not in sample and key not in newer]
    return found + [
        text
        for key in sample
        if key in ours
        for text in differences(sample[key], ours[key], newer, f"{where}.{key}")
    ]


def same(samples: dict[str, Any], name: str, ours: Any) -> None:
    assert differences(samples[name]["sample"], ours, set(samples[name].get("newer", []))) == [], name


def test_the_comparison_sees_what_differs() -> None:
    assert differences({"a": "1", "b": 2}, {"a": 1, "c": True}, set()) == [
        ".b is missing", ".c is not documented", ".a: int instead of str",
    ]  # fmt: skip


def test_spot_answers(site: PaperSite) -> None:
    client = spot_client(site, site.account())
    same(SPOT, "order_ack", client.private_post_order({**LIMIT, "newOrderRespType": "ACK"}))
    same(SPOT, "order_result", client.private_post_order({**MARKET, "newOrderRespType": "RESULT"}))
    same(SPOT, "order_full", client.private_post_order(MARKET))
    (resting,) = client.private_get_openorders({"symbol": "BTCUSDT"})
    same(SPOT, "order_query", resting)
    same(SPOT, "order_query", client.private_get_order({"symbol": "BTCUSDT", "orderId": resting["orderId"]}))
    same(
        SPOT,
        "order_cancel",
        client.private_delete_order({"symbol": "BTCUSDT", "orderId": resting["orderId"]}),
    )
    same(SPOT, "account", client.private_get_account())
    same(SPOT, "my_trades", client.private_get_mytrades({"symbol": "BTCUSDT"}))
    same(SPOT, "restrictions", client.sapi_get_account_apirestrictions())
    same(SPOT, "exchange_info_symbol", client.public_get_exchangeinfo({"symbol": "BTCUSDT"})["symbols"][0])


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("depth", "depth?symbol=BTCUSDT"),
        ("trades", "trades?symbol=BTCUSDT"),
        ("aggregate_trades", "aggTrades?symbol=BTCUSDT"),
        ("klines", "klines?symbol=BTCUSDT&interval=1h"),
        ("error", "depth?symbol=NOPE"),
    ],
)
def test_spot_market_data(site: PaperSite, name: str, path: str) -> None:
    same(SPOT, name, site.get(f"/api/v3/{path}"))


def test_futures_answers(site: PaperSite) -> None:
    client = usdm_client(site, site.account())
    same(USDM, "order", client.fapiprivate_post_order(LIMIT))
    same(USDM, "order", client.fapiprivate_post_order({**MARKET, "newOrderRespType": "RESULT"}))
    (resting,) = client.fapiprivate_get_openorders({"symbol": "BTCUSDT"})
    same(USDM, "order_query", resting)
    same(USDM, "order_query", client.fapiprivate_get_allorders({"symbol": "BTCUSDT"})[1])
    same(USDM, "order", client.fapiprivate_delete_order({"symbol": "BTCUSDT", "orderId": resting["orderId"]}))
    same(USDM, "user_trades", client.fapiprivate_get_usertrades({"symbol": "BTCUSDT"}))
    same(USDM, "position_risk", client.fapiprivatev3_get_positionrisk())
    same(USDM, "position_risk_v2", client.fapiprivatev2_get_positionrisk())
    same(USDM, "account", client.fapiprivatev3_get_account())
    same(USDM, "account_v2", client.fapiprivatev2_get_account())
    stop = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "type": "STOP_MARKET",
        "quantity": "0.01",
        "triggerPrice": "90000",
    }
    placed = client.fapiprivate_post_algoorder({**stop, "algoType": "CONDITIONAL"})
    same(USDM, "algo_order", placed)
    same(USDM, "algo_cancel", client.fapiprivate_delete_algoorder({"algoId": placed["algoId"]}))


def test_spot_events(site: PaperSite) -> None:
    keys = site.account()

    async def main() -> dict[str, Any]:
        async with connect(f"ws://127.0.0.1:{site.port}/ws-api/v3") as socket:
            await socket.send(json.dumps(signed_subscription(site, keys)))
            await socket.recv()
            await asyncio.to_thread(spot_client(site, keys).private_post_order, LIMIT)
            messages = [json.loads(await asyncio.wait_for(socket.recv(), 10)) for _ in range(2)]
            return {message["event"]["e"]: message for message in messages}

    seen = asyncio.run(main())
    same(SPOT, "execution_report_event", seen["executionReport"])
    same(SPOT, "account_position_event", seen["outboundAccountPosition"])


def test_futures_events(site: PaperSite) -> None:
    keys: Keys = site.account()
    client = usdm_client(site, keys)
    listen_key = client.fapiprivate_post_listenkey()["listenKey"]
    assert client.fapiprivate_put_listenkey() == {"listenKey": listen_key}

    async def main() -> list[dict[str, Any]]:
        async with connect(f"ws://127.0.0.1:{site.port}/private/ws?listenKey={listen_key}") as socket:
            await asyncio.to_thread(client.fapiprivate_post_order, MARKET)
            return [json.loads(await asyncio.wait_for(socket.recv(), 10)) for _ in range(3)]

    new, trade, account = asyncio.run(main())
    same(USDM, "order_trade_update_event", new)
    same(USDM, "order_trade_update_event", trade)
    same(USDM, "account_update_event", account)
    assert (trade["o"]["x"], trade["o"]["X"], account["a"]["P"][0]["pa"]) == ("TRADE", "FILLED", "0.01")
