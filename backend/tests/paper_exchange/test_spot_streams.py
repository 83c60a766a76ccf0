"""Spot's websockets through the unmodified ccxt.pro, and the faults of streams."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import ccxt.pro
import pytest
from websockets.asyncio.client import connect

from tests.support.paper import Keys, PaperSite, ccxt_settings, point_at, signed_subscription, spot_client

PAIR = "BTC/USDT"
SECONDS = 20


@pytest.fixture(scope="module")
def markets(running_site: PaperSite) -> Any:
    client = spot_client(running_site)
    client.load_markets()
    return client.markets


@pytest.fixture
def play(site: PaperSite, markets: Any) -> Callable[[Keys | None, Callable[[Any], Awaitable[Any]]], Any]:
    """Run a scene with a ccxt.pro client in an event loop of its own."""

    def run(keys: Keys | None, scene: Callable[[Any], Awaitable[Any]]) -> Any:
        async def main() -> Any:
            client = point_at(ccxt.pro.binance(ccxt_settings(keys)), site)
            client.number = str
            client.set_markets(markets)
            try:
                return await asyncio.wait_for(scene(client), SECONDS)
            finally:
                await client.close()

        return asyncio.run(main())

    return run


def order(client: Any, name: str, *, price: str = "99000") -> Awaitable[Any]:
    return client.create_order(PAIR, "limit", "buy", 0.001, price, {"clientOrderId": name})


def test_tickers_books_trades_and_candles_arrive(play: Any) -> None:
    async def scene(client: Any) -> None:
        ticker = await client.watch_ticker(PAIR)
        assert (ticker["symbol"], Decimal(ticker["last"])) == (PAIR, 100_000)
        assert len(await client.watch_trades(PAIR)) >= 1
        candles = await client.watch_ohlcv(PAIR, "1m")
        assert Decimal(candles[-1][4]) == 100_000
        best = await client.watch_bids_asks([PAIR])
        assert Decimal(best[PAIR]["bid"]) < Decimal(best[PAIR]["ask"])

    play(None, scene)


def test_a_price_that_the_operator_sets_is_traded_at_once(site: PaperSite, play: Any) -> None:
    async def scene(client: Any) -> None:
        trades = list(await client.watch_trades(PAIR))
        await asyncio.to_thread(site.price, 91_234)
        while Decimal(trades[-1]["price"]) != 91_234:
            trades += await client.watch_trades(PAIR)
        numbers = [int(trade["id"]) for trade in trades]
        assert numbers == sorted(set(numbers))
        assert trades[-1]["timestamp"] <= client.milliseconds()

    play(None, scene)


def test_the_local_book_follows_the_exchanges(site: PaperSite, play: Any) -> None:
    site.price(100_000, hold=False)

    async def scene(client: Any) -> None:
        book = await client.watch_order_book(PAIR)
        for _ in range(6):
            before = book["nonce"]
            book = await client.watch_order_book(PAIR)
            assert book["nonce"] > before
            assert book["bids"][0][0] < book["asks"][0][0]
        await asyncio.to_thread(site.price, 90_000)
        while book["bids"][0][0] != 89999.99:
            book = await client.watch_order_book(PAIR)
        assert book["asks"][0][0] == 90000.01
        assert len(book["bids"]) == len(book["asks"]) == 100

    play(None, scene)


def test_an_orders_life_and_its_money_arrive(site: PaperSite, play: Any) -> None:
    keys = site.account()

    async def scene(client: Any) -> None:
        orders: asyncio.Task[Any] = asyncio.create_task(client.watch_orders(PAIR))
        balances: asyncio.Task[Any] = asyncio.create_task(client.watch_balance())
        await subscribed(client)
        placed = await order(client, "watched")
        (told,) = await orders
        assert (told["id"], told["status"], told["clientOrderId"]) == (placed["id"], "open", "watched")
        assert Decimal((await balances)["USDT"]["used"]) == 99
        trades = asyncio.create_task(client.watch_my_trades(PAIR))
        await asyncio.to_thread(site.price, 98_000)
        (trade,) = await trades
        assert (trade["order"], Decimal(trade["price"]), trade["takerOrMaker"]) == (
            placed["id"],
            99_000,
            "maker",
        )
        assert trade["fee"]["currency"] == "BTC"
        (filled,) = [one for one in client.orders if one["id"] == placed["id"]]
        assert filled["status"] == "closed"

    play(keys, scene)


async def subscribed(client: Any) -> None:
    """The user-data subscription was answered."""
    while not client.options.get("requestId") or not any(
        one.connected.done() and "/ws-api/" in url for url, one in client.clients.items()
    ):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)


@asynccontextmanager
async def user_stream(site: PaperSite, keys: Keys) -> Any:
    """A raw subscription: gives a function that waits for the next event."""
    async with connect(f"ws://127.0.0.1:{site.port}/ws-api/v3") as socket:
        await socket.send(json.dumps(signed_subscription(site, keys)))
        answer = json.loads(await socket.recv())
        assert (answer["id"], answer["status"], answer["result"]) == ("1", 200, {"subscriptionId": 0})

        async def following() -> Any:
            message = json.loads(await asyncio.wait_for(socket.recv(), SECONDS))
            assert message["subscriptionId"] == 0
            return message["event"]

        yield following


def reports(site: PaperSite, keys: Keys, names: list[str], expected: int) -> list[tuple[str, str]]:
    """(client id, execution) of the reports that arrive after these orders were placed."""

    async def main() -> list[tuple[str, str]]:
        async with user_stream(site, keys) as following:
            await asyncio.to_thread(lambda: [place(site, keys, name) for name in names])
            seen = []
            while len(seen) < expected:
                event = await following()
                if event["e"] == "executionReport":
                    seen.append((event["c"], event["x"]))
            return seen

    return asyncio.run(main())


def kinds(site: PaperSite, keys: Keys, name: str) -> list[str]:
    """The first two events that a new order causes."""

    async def main() -> list[str]:
        async with user_stream(site, keys) as following:
            await asyncio.to_thread(place, site, keys, name)
            return [(await following())["e"] for _ in range(2)]

    return asyncio.run(main())


def place(site: PaperSite, keys: Keys, name: str) -> None:
    spot_client(site, keys).private_post_order(
        {
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001", "price": "99000",
            "newClientOrderId": name,
        }
    )  # fmt: skip


def test_events_are_doubled_swapped_and_lost_on_demand(site: PaperSite) -> None:
    keys = site.account()
    scope = {"account": keys.account, "endpoint": "executionReport", "times": 1}
    site.fault("stream_duplicate", **scope)
    assert reports(site, keys, ["twice"], 2) == [("twice", "NEW")] * 2
    site.fault("stream_reorder", **scope, delay_ms=5000)
    assert kinds(site, keys, "swapped") == ["outboundAccountPosition", "executionReport"]
    assert kinds(site, keys, "in-order") == ["executionReport", "outboundAccountPosition"]
    site.fault("stream_drop", **scope)
    assert reports(site, keys, ["lost", "seen"], 1) == [("seen", "NEW")]


def test_events_are_delayed_on_demand(site: PaperSite) -> None:
    keys = site.account()
    site.fault("stream_delay", account=keys.account, endpoint="executionReport", times=1, delay_ms=600)

    async def main() -> float:
        async with user_stream(site, keys) as following:
            await asyncio.to_thread(place, site, keys, "slow")
            started = asyncio.get_running_loop().time()
            await following()
            return asyncio.get_running_loop().time() - started

    assert asyncio.run(main()) > 0.4


def test_a_cut_stream_ends_and_a_new_subscription_works(site: PaperSite) -> None:
    keys = site.account()
    site.fault("stream_disconnect", account=keys.account, times=1)
    with pytest.raises(Exception, match="1001"):
        reports(site, keys, ["cut"], 1)
    assert reports(site, keys, ["after"], 1) == [("after", "NEW")]


def test_a_deleted_keys_stream_ends(site: PaperSite) -> None:
    keys = site.account()

    async def main() -> str:
        async with user_stream(site, keys) as following:
            await asyncio.to_thread(site.admin.delete, f"/keys/{keys.key}")
            return (await following())["e"]

    assert asyncio.run(main()) == "eventStreamTerminated"


def test_subscriptions_are_listed_and_bad_requests_answered(site: PaperSite) -> None:
    async def main() -> list[Any]:
        async with connect(f"ws://127.0.0.1:{site.port}/stream?streams=btcusdt@bookTicker") as socket:
            first = json.loads(await socket.recv())
            assert (first["stream"], first["data"]["s"]) == ("btcusdt@bookTicker", "BTCUSDT")
            answers = []
            for request in (
                {"method": "SUBSCRIBE", "params": ["ethusdt@miniTicker"], "id": 1},
                {"method": "LIST_SUBSCRIPTIONS", "id": 2},
                {"method": "UNSUBSCRIBE", "params": ["ethusdt@miniTicker", "btcusdt@bookTicker"], "id": 3},
                {"method": "DANCE", "id": 4},
            ):
                await socket.send(json.dumps(request))
                while "id" not in (answer := json.loads(await socket.recv())):
                    continue
                answers.append(answer)
            await socket.send("no json")
            return [*answers, json.loads(await socket.recv())]

    answers = asyncio.run(main())
    assert answers[:3] == [
        {"result": None, "id": 1},
        {"result": ["btcusdt@bookTicker", "ethusdt@miniTicker"], "id": 2},
        {"result": None, "id": 3},
    ]
    assert answers[3]["error"]["code"] == 2
    assert answers[4]["error"]["code"] == 3
