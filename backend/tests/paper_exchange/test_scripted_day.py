"""One scripted day, the same through every client, with the same money at its end."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from binance_common.configuration import ConfigurationRestAPI, ConfigurationWebSocketStreams
from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import (
    DerivativesTradingUsdsFutures as Futures,
)
from binance_sdk_derivatives_trading_usds_futures.rest_api.models import (
    NewAlgoOrderAlgoTypeEnum,
    NewAlgoOrderSideEnum,
    NewAlgoOrderTypeEnum,
    NewOrderSideEnum,
    NewOrderTypeEnum,
)

from tests.support.paper import Keys, PaperSite, usdm_client
from tests.support.paper_traders import AsyncCcxt, RestConnector, SocketConnector, SyncCcxt, Trader
from tests.support.waiting import eventually

CLIENTS: dict[str, Callable[[PaperSite, Keys], Trader]] = {
    "ccxt": SyncCcxt,
    "ccxt async": AsyncCcxt,
    "ccxt.pro": lambda site, keys: AsyncCcxt(site, keys, pro=True),
    "connector": RestConnector,
    "connector websocket": SocketConnector,
}


async def filled(trader: Trader, name: str) -> None:
    async with asyncio.timeout(20):
        while await trader.status(name) != "FILLED":
            await asyncio.sleep(0.02)


async def day(site: PaperSite, trader: Trader) -> None:
    """Buy, ladder down, let one rung fill, cancel the other, take profit."""
    try:
        assert await trader.market("open", "buy", "0.02") == Decimal("0.02")
        await trader.limit("rung-1", "buy", "0.03", "99000")
        await trader.limit("rung-2", "buy", "0.05", "97000")
        assert sorted(await trader.open()) == ["rung-1", "rung-2"]
        await asyncio.to_thread(site.price, 98_995)
        await filled(trader, "rung-1")
        await trader.cancel("rung-2")
        assert await trader.status("rung-2") == "CANCELED"
        await trader.limit("profit", "sell", "0.04", "100500")
        await asyncio.to_thread(site.price, 100_600)
        await filled(trader, "profit")
        assert await trader.open() == []
        assert await trader.free("BTC") == Decimal("2.00995")
        assert await trader.free("USDT") == Decimal(100_000) - Decimal("2000.0002") - 2970 + Decimal(
            "4015.98"
        )
    finally:
        await trader.close()


@pytest.mark.parametrize("name", CLIENTS)
def test_a_spot_day_ends_alike_for_every_client(site: PaperSite, name: str) -> None:
    keys = site.account()
    asyncio.run(day(site, CLIENTS[name](site, keys)))
    assert site.spot_balance(keys.account, "BTC") == (Decimal("2.00995"), 0)


def test_a_futures_day_through_the_official_connector_and_ccxt(site: PaperSite) -> None:
    keys = site.account()
    rest = Futures(
        config_rest_api=ConfigurationRestAPI(api_key=keys.key, api_secret=keys.secret, base_path=site.url)
    ).rest_api
    assert rest.change_initial_leverage("BTCUSDT", 10).data().leverage == 10
    opened = rest.new_order("BTCUSDT", NewOrderSideEnum.BUY, NewOrderTypeEnum.MARKET, quantity=0.05).data()
    assert (opened.status, opened.executed_qty) == ("FILLED", "0.05")
    stop = rest.new_algo_order(
        NewAlgoOrderAlgoTypeEnum.CONDITIONAL, "BTCUSDT", NewAlgoOrderSideEnum.SELL, NewAlgoOrderTypeEnum.STOP_MARKET,
        quantity=0.05, trigger_price=98_000, client_algo_id="stop",
    ).data()  # fmt: skip
    assert stop.algo_status == "NEW"
    client = usdm_client(site, keys)
    client.load_markets()
    (held,) = client.fetch_positions(["BTC/USDT:USDT"])
    (same,) = rest.position_information_v3().data()
    assert Decimal(held["contracts"]) == Decimal(same.position_amt) == Decimal("0.05")
    site.price(97_990)
    eventually(lambda: client.fetch_positions(["BTC/USDT:USDT"]) == [])
    trades = rest.account_trade_list("BTCUSDT").data()
    paid = sum(Decimal(trade.realized_pnl) - Decimal(trade.commission) for trade in trades)
    account = rest.account_information_v3().data()
    assert Decimal(account.total_wallet_balance) == 10_000 + paid
    assert rest.query_algo_order(client_algo_id="stop").data().algo_status == "FINISHED"
    assert {line.income_type for line in rest.get_income_history().data()} == {"COMMISSION", "REALIZED_PNL"}


def test_futures_events_reach_the_official_connector(site: PaperSite) -> None:
    keys = site.account()
    rest_settings = ConfigurationRestAPI(api_key=keys.key, api_secret=keys.secret, base_path=site.url)
    stream_settings = ConfigurationWebSocketStreams(stream_url=f"ws://127.0.0.1:{site.port}/stream")
    futures = Futures(config_rest_api=rest_settings, config_ws_streams=stream_settings)
    listen_key = futures.rest_api.start_user_data_stream().data().listen_key

    async def main() -> list[Any]:
        streams = await futures.websocket_streams.create_connection()
        seen: asyncio.Queue[Any] = asyncio.Queue()
        try:
            user = await streams.user_data(listen_key)
            user.on("message", seen.put_nowait)
            marks = await streams.mark_price_stream("btcusdt", "1s")
            prices: asyncio.Queue[Any] = asyncio.Queue()
            marks.on("message", prices.put_nowait)
            price = await asyncio.wait_for(prices.get(), 10)
            order = ("BTCUSDT", NewOrderSideEnum.SELL, NewOrderTypeEnum.MARKET)
            await asyncio.to_thread(lambda: futures.rest_api.new_order(*order, quantity=0.01))
            return [price, *[await asyncio.wait_for(seen.get(), 10) for _ in range(3)]]
        finally:
            await streams.close_connection(close_session=True)

    price, new, trade, account = asyncio.run(main())
    assert (price.s, Decimal(price.p)) == ("BTCUSDT", 100_000)
    kinds = [type(event.actual_instance).__name__ for event in (new, trade, account)]
    assert kinds == ["OrderTradeUpdate", "OrderTradeUpdate", "AccountUpdate"]
