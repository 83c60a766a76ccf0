"""The websocket side as an ASGI application.

`/ws/NAME/NAME…` and `/stream?streams=NAME/NAME…` are spot's, the same below `/market`, `/public`, `/private` or `/fapi` the
futures'; `/ws-api/v3` takes requests. A path's part that is only a number is a client's way to open several sockets.
"""

import asyncio
import json
from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from paper_exchange.engine.model import Market
from paper_exchange.exchange import Exchange
from paper_exchange.faults.plan import Plan
from paper_exchange.streams.hub import Hub
from paper_exchange.streams.names import parse
from paper_exchange.streams.sockets import Handle, Socket
from paper_exchange.streams.ws_api import WsApi

FUTURES_PATHS = {"market", "public", "private", "fapi"}
MOST_STREAMS = 1024


class StreamApp:
    """Accepts sockets and keeps them fed."""

    def __init__(self, exchange: Exchange, hub: Hub, api: WsApi, plan: Plan) -> None:
        self.exchange, self.hub, self.api, self.plan = exchange, hub, api, plan

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        web = WebSocket(scope, receive, send)
        parts = [part for part in scope["path"].split("/") if part]
        if "ws-api" in parts:
            return await self._serve(Socket(web, Market.spot, False, self.plan), self.api.handle)
        if not {"ws", "stream"} & set(parts):
            return await web.close(1008)
        market = Market.usdm if FUTURES_PATHS & set(parts) else Market.spot
        socket = Socket(web, market, "ws" not in parts, self.plan)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        asked = [name for text in query.get("streams", []) for name in text.split("/")]
        tail = parts[parts.index("ws") + 1 :] if "ws" in parts else []
        names = [name for name in [*asked, *tail] if name and not name.isdigit()]
        for name in query.get("listenKey", []):
            self._listen(socket, name)
        return await self._serve(socket, self._request, names)

    def _listen(self, socket: Socket, name: str) -> None:
        """A listen key among the names makes the socket its account's stream."""
        account = self.exchange.listen_keys.owner(name)
        if account is not None:
            socket.account, socket.listen_key = account, name

    async def _serve(self, socket: Socket, handle: Handle, names: list[str] | None = None) -> None:
        self.hub.sockets.add(socket)
        self._open(socket, names or [])
        tasks: list[asyncio.Task[None]] = []
        try:
            await socket.web.accept()
            tasks += [asyncio.create_task(socket.send_all()), asyncio.create_task(socket.receive_all(handle))]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.hub.drop(socket)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _open(self, socket: Socket, names: list[str]) -> None:
        for name in names:
            self._listen(socket, name)
            channel = parse(self.exchange, socket.market, name)
            if channel is not None:
                self.hub.subscribe(socket, channel)

    async def _request(self, socket: Socket, text: str) -> None:
        """SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS."""
        try:
            request = json.loads(text)
            method, name = request["method"], request.get("id")
            params = request.get("params") or []
        except (ValueError, TypeError, KeyError, AttributeError):
            return socket.put({"error": {"code": 3, "msg": "Invalid JSON: expected value"}})
        if not isinstance(params, list) or not all(isinstance(stream, str) for stream in params):
            return socket.put(_error(name, 2, "Invalid request: params must be a list of strings"))
        if method == "LIST_SUBSCRIPTIONS":
            return socket.put({"result": sorted(socket.streams), "id": name})
        if method == "UNSUBSCRIBE":
            self.hub.unsubscribe(socket, params)
            return socket.put({"result": None, "id": name})
        if method != "SUBSCRIBE":
            return socket.put(_error(name, 2, "Invalid request: unknown variant"))
        if len(socket.streams) + len(params) > MOST_STREAMS:
            return socket.put(_error(name, 2, "Invalid request: too many streams"))
        self._open(socket, params)
        return socket.put({"result": None, "id": name})


def _error(name: object, code: int, message: str) -> dict[str, object]:
    return {"error": {"code": code, "msg": message}, "id": name}
