"""Futures' websockets through the unmodified ccxt.pro."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import ccxt.pro
import pytest
from websockets.asyncio.client import connect

from tests.support.paper import Keys, PaperSite, ccxt_settings, point_at, usdm_client

PAIR = "BTC/USDT:USDT"
SECONDS = 20


@pytest.fixture(scope="module")
def markets(running_site: PaperSite) -> Any:
    client = usdm_client(running_site)
    client.load_markets()
    return client.markets


@pytest.fixture
def play(site: PaperSite, markets: Any) -> Callable[[Keys | None, Callable[[Any], Awaitable[Any]]], Any]:
    """Run a scene with a ccxt.pro client in an event loop of its own."""

    def run(keys: Keys | None, scene: Callable[[Any], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            client = point_at(
                ccxt.pro.binanceusdm(ccxt_settings(keys, fetchMarkets={"types": ["linear"]})), site
            )
            client.number = str
            client.set_markets(markets)
            try:
                return await asyncio.wait_for(scene(client), SECONDS)
            finally:
                await client.close()

        return asyncio.run(main())

    return run


def test_market_streams_are_of_contracts(play: Any) -> None:
    async def scene(client: Any) -> None:
        ticker = await client.watch_ticker(PAIR)
        assert (ticker["symbol"], Decimal(ticker["last"])) == (PAIR, 100_000)
        mark = await client.watch_mark_price(PAIR)
        assert Decimal(mark["markPrice"]) == 100_000
        assert (await client.watch_trades(PAIR))[0]["symbol"] == PAIR
        assert Decimal((await client.watch_ohlcv(PAIR, "1m"))[-1][4]) == 100_000
        book = await client.watch_order_book(PAIR)
        for _ in range(4):
            book = await client.watch_order_book(PAIR)
            assert book["bids"][0][0] < book["asks"][0][0]

    play(None, scene)


def test_orders_positions_and_the_wallet_arrive(site: PaperSite, play: Any) -> None:
    async def scene(client: Any) -> None:
        assert await client.watch_positions([PAIR]) == []
        orders, positions, balance = (
            asyncio.create_task(watching)
            for watching in (
                client.watch_orders(PAIR),
                client.watch_positions([PAIR]),
                client.watch_balance(),
            )
        )
        while not any(one.connected.done() for url, one in client.clients.items() if "/private/" in url):
            await asyncio.sleep(0.01)
        placed = await client.create_order(PAIR, "market", "buy", 0.02, None, {"clientOrderId": "seen"})
        (order,) = await orders
        assert (order["id"], order["clientOrderId"]) == (placed["id"], "seen")
        (position,) = await positions
        assert (position["side"], Decimal(position["contracts"])) == ("long", Decimal("0.02"))
        assert Decimal((await balance)["USDT"]["total"]) == Decimal(10_000) - Decimal("1.000001")

    play(site.account(), scene)


def test_a_closed_listen_key_says_so_on_its_stream(site: PaperSite) -> None:
    client = usdm_client(site, site.account())
    listen_key = client.fapiprivate_post_listenkey()["listenKey"]

    async def main() -> Any:
        async with connect(f"ws://127.0.0.1:{site.port}/fapi/ws/{listen_key}") as socket:
            await asyncio.to_thread(client.fapiprivate_delete_listenkey)
            return json.loads(await asyncio.wait_for(socket.recv(), SECONDS))

    event = asyncio.run(main())
    assert (event["e"], event["listenKey"]) == ("listenKeyExpired", listen_key)
    with pytest.raises(ccxt.ExchangeError, match="-1125"):
        client.fapiprivate_put_listenkey()
