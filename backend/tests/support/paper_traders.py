"""The same trader's hands on five clients: what a scripted day needs of each, by documented options only."""

import asyncio
from decimal import Decimal
from typing import Any, Protocol

import ccxt.async_support
import ccxt.pro
from binance_common.configuration import ConfigurationRestAPI, ConfigurationWebSocketAPI
from binance_sdk_spot.rest_api.models import NewOrderSideEnum, NewOrderTimeInForceEnum, NewOrderTypeEnum
from binance_sdk_spot.spot import Spot

from tests.support.paper import Keys, PaperSite, ccxt_settings, point_at, spot_client

PAIR, SYMBOL = "BTC/USDT", "BTCUSDT"


class Trader(Protocol):
    """A client that trades bitcoin on spot. Orders are known by the names that the trader gave them."""

    async def limit(self, name: str, side: str, quantity: str, price: str) -> None: ...

    async def market(self, name: str, side: str, quantity: str) -> Decimal:
        """What was traded."""
        ...

    async def cancel(self, name: str) -> None: ...

    async def open(self) -> list[str]: ...

    async def status(self, name: str) -> str:
        """Binance's name of the state."""
        ...

    async def free(self, asset: str) -> Decimal: ...

    async def close(self) -> None: ...


class AsyncCcxt:
    """ccxt's asyncio client; `pro` sends everything over the websocket."""

    def __init__(self, site: PaperSite, keys: Keys, *, pro: bool = False) -> None:
        kind = ccxt.pro.binance if pro else ccxt.async_support.binance
        self.client = point_at(kind(ccxt_settings(keys)), site)
        self.client.number = str
        self.suffix = "_ws" if pro else ""

    def _call(self, name: str, *arguments: Any) -> Any:
        return getattr(self.client, name + self.suffix)(*arguments)

    async def limit(self, name: str, side: str, quantity: str, price: str) -> None:
        await self._call("create_order", PAIR, "limit", side, quantity, price, {"clientOrderId": name})

    async def market(self, name: str, side: str, quantity: str) -> Decimal:
        order = await self._call(
            "create_order", PAIR, "market", side, quantity, None, {"clientOrderId": name}
        )
        return Decimal(order["filled"])

    async def cancel(self, name: str) -> None:
        await self._call("cancel_order", None, PAIR, {"clientOrderId": name})

    async def open(self) -> list[str]:
        return [order["clientOrderId"] for order in await self._call("fetch_open_orders", PAIR)]

    async def status(self, name: str) -> str:
        order = await self._call("fetch_order", None, PAIR, {"clientOrderId": name})
        return str(order["info"]["status"])

    async def free(self, asset: str) -> Decimal:
        balance = await self.client.fetch_balance()
        return Decimal(balance[asset]["free"])

    async def close(self) -> None:
        await self.client.close()


class SyncCcxt:
    """ccxt's ordinary client, in a thread."""

    def __init__(self, site: PaperSite, keys: Keys) -> None:
        self.client = spot_client(site, keys)

    async def limit(self, name: str, side: str, quantity: str, price: str) -> None:
        params = {"clientOrderId": name}
        await asyncio.to_thread(self.client.create_order, PAIR, "limit", side, quantity, price, params)

    async def market(self, name: str, side: str, quantity: str) -> Decimal:
        params = {"clientOrderId": name}
        order = await asyncio.to_thread(
            self.client.create_order, PAIR, "market", side, quantity, None, params
        )
        return Decimal(order["filled"])

    async def cancel(self, name: str) -> None:
        await asyncio.to_thread(self.client.cancel_order, None, PAIR, {"clientOrderId": name})

    async def open(self) -> list[str]:
        return [
            order["clientOrderId"] for order in await asyncio.to_thread(self.client.fetch_open_orders, PAIR)
        ]

    async def status(self, name: str) -> str:
        order = await asyncio.to_thread(self.client.fetch_order, None, PAIR, {"clientOrderId": name})
        return str(order["info"]["status"])

    async def free(self, asset: str) -> Decimal:
        balance = await asyncio.to_thread(self.client.fetch_balance)
        return Decimal(balance[asset]["free"])

    async def close(self) -> None:
        return None


class RestConnector:
    """The exchange's official connector over REST; its models check every answer's types."""

    def __init__(self, site: PaperSite, keys: Keys) -> None:
        settings = ConfigurationRestAPI(api_key=keys.key, api_secret=keys.secret, base_path=site.url)
        self.api = Spot(config_rest_api=settings).rest_api

    async def _place(self, name: str, side: str, kind: NewOrderTypeEnum, quantity: str, **more: Any) -> Any:
        answer = await asyncio.to_thread(
            self.api.new_order,
            SYMBOL, NewOrderSideEnum(side.upper()), kind, quantity=float(quantity), new_client_order_id=name, **more,
        )  # fmt: skip
        return answer.data()

    async def limit(self, name: str, side: str, quantity: str, price: str) -> None:
        more = {"price": float(price), "time_in_force": NewOrderTimeInForceEnum.GTC}
        await self._place(name, side, NewOrderTypeEnum.LIMIT, quantity, **more)

    async def market(self, name: str, side: str, quantity: str) -> Decimal:
        placed = await self._place(name, side, NewOrderTypeEnum.MARKET, quantity)
        assert placed.fills
        return Decimal(placed.executed_qty)

    async def cancel(self, name: str) -> None:
        await asyncio.to_thread(self.api.delete_order, SYMBOL, orig_client_order_id=name)

    async def open(self) -> list[str]:
        answer = await asyncio.to_thread(self.api.get_open_orders, SYMBOL)
        return [order.client_order_id for order in answer.data()]

    async def status(self, name: str) -> str:
        answer = await asyncio.to_thread(self.api.get_order, SYMBOL, orig_client_order_id=name)
        return str(answer.data().status)

    async def free(self, asset: str) -> Decimal:
        answer = await asyncio.to_thread(self.api.get_account)
        return next(Decimal(balance.free) for balance in answer.data().balances if balance.asset == asset)

    async def close(self) -> None:
        return None


class SocketConnector:
    """The exchange's official connector over its websocket API."""

    def __init__(self, site: PaperSite, keys: Keys) -> None:
        address = f"ws://127.0.0.1:{site.port}/ws-api/v3"
        settings = ConfigurationWebSocketAPI(api_key=keys.key, api_secret=keys.secret, stream_url=address)
        self.api = Spot(config_ws_api=settings).websocket_api
        self.connection: Any = None

    async def _api(self) -> Any:
        if self.connection is None:
            self.connection = await self.api.create_connection()
        return self.connection

    async def _place(self, name: str, side: str, kind: str, quantity: str, **more: Any) -> Any:
        api = await self._api()
        answer = await api.order_place(
            SYMBOL, side.upper(), kind, quantity=float(quantity), new_client_order_id=name, **more
        )
        return answer.data().result

    async def limit(self, name: str, side: str, quantity: str, price: str) -> None:
        await self._place(name, side, "LIMIT", quantity, price=float(price), time_in_force="GTC")

    async def market(self, name: str, side: str, quantity: str) -> Decimal:
        placed = await self._place(name, side, "MARKET", quantity)
        return Decimal(placed.executed_qty)

    async def cancel(self, name: str) -> None:
        await (await self._api()).order_cancel(SYMBOL, orig_client_order_id=name)

    async def open(self) -> list[str]:
        answer = await (await self._api()).open_orders_status(symbol=SYMBOL)
        return [order.client_order_id for order in answer.data().result]

    async def status(self, name: str) -> str:
        answer = await (await self._api()).order_status(SYMBOL, orig_client_order_id=name)
        return str(answer.data().result.status)

    async def free(self, asset: str) -> Decimal:
        answer = await (await self._api()).account_status()
        return next(
            Decimal(balance.free) for balance in answer.data().result.balances if balance.asset == asset
        )

    async def close(self) -> None:
        if self.connection is not None:
            await self.api.close_connection(close_session=True)
