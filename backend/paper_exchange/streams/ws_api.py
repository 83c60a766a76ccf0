"""Requests over a socket: the same handlers as REST, and the user-data subscription."""

import json

from paper_exchange.clock import Clock
from paper_exchange.engine.model import ApiKey, Market
from paper_exchange.engine.refusal import Refusal
from paper_exchange.faults.plan import AFTER, BEFORE, Fault, FaultKind, Subject
from paper_exchange.streams.hub import Hub
from paper_exchange.streams.sockets import Socket
from paper_exchange.wire import auth
from paper_exchange.wire.app import RestApp
from paper_exchange.wire.auth import Security
from paper_exchange.wire.call import Call, finished
from paper_exchange.wire.params import Params

METHODS = {
    "ping": ("GET", "/api/v3/ping"),
    "time": ("GET", "/api/v3/time"),
    "exchangeInfo": ("GET", "/api/v3/exchangeInfo"),
    "depth": ("GET", "/api/v3/depth"),
    "trades.recent": ("GET", "/api/v3/trades"),
    "trades.aggregate": ("GET", "/api/v3/aggTrades"),
    "klines": ("GET", "/api/v3/klines"),
    "avgPrice": ("GET", "/api/v3/avgPrice"),
    "ticker.24hr": ("GET", "/api/v3/ticker/24hr"),
    "ticker.price": ("GET", "/api/v3/ticker/price"),
    "ticker.book": ("GET", "/api/v3/ticker/bookTicker"),
    "order.place": ("POST", "/api/v3/order"),
    "order.test": ("POST", "/api/v3/order/test"),
    "order.status": ("GET", "/api/v3/order"),
    "order.cancel": ("DELETE", "/api/v3/order"),
    "openOrders.status": ("GET", "/api/v3/openOrders"),
    "openOrders.cancelAll": ("DELETE", "/api/v3/openOrders"),
    "allOrders": ("GET", "/api/v3/allOrders"),
    "myTrades": ("GET", "/api/v3/myTrades"),
    "account.status": ("GET", "/api/v3/account"),
    "account.commission": ("GET", "/api/v3/account/commission"),
}
SUBSCRIBE = "userDataStream.subscribe.signature"
UNSUBSCRIBE = "userDataStream.unsubscribe"


class WsApi:
    """Answers one request after the other."""

    def __init__(self, rest: RestApp, hub: Hub) -> None:
        self.rest, self.hub = rest, hub

    async def handle(self, socket: Socket, text: str) -> None:
        """Answer a request with its own id, unless a fault cuts the connection."""
        name: object = None
        subject = Subject("WS")
        try:
            request = json.loads(text)
            if not isinstance(request, dict) or not isinstance(request.get("method"), str):
                raise Refusal(-1135, "Invalid JSON Request")
            name = request.get("id")
            method, given = request["method"], request.get("params") or {}
            params = Params({key: _text(value) for key, value in given.items()})
            subject = self._subject(method, params)
            fault = self.rest.plan.strike(BEFORE, subject)
            if fault is not None:
                return (
                    socket.end() if fault.kind is FaultKind.disconnect else socket.put(_faulty(name, fault))
                )
            result = await finished(self._answer(socket, method, params, subject))
            answer: dict[str, object] = {"id": name, "status": 200, "result": result, "rateLimits": []}
        except (ValueError, AttributeError):
            answer = _error(name, Refusal(-1135, "Invalid JSON Request"))
        except Refusal as refusal:
            answer = _error(name, refusal)
        return self._send(socket, answer, self.rest.plan.strike(AFTER, subject))

    @staticmethod
    def _send(socket: Socket, answer: dict[str, object], fault: Fault | None) -> None:
        if fault is None:
            return socket.put(answer)
        if fault.kind is FaultKind.drop_answer:
            return socket.end()
        if fault.kind is FaultKind.late_answer:
            return socket.put_later(answer, fault.delay_ms / 1000)
        return socket.put(_faulty(answer["id"], fault))

    def _subject(self, method: str, params: Params) -> Subject:
        key = self.rest.exchange.state.keys.get(params.values.get("apiKey", ""))
        account = key.account if key else None
        return Subject(f"WS {method}", key.key if key else None, account, params.values.get("symbol"))

    def _answer(self, socket: Socket, method: str, params: Params, subject: Subject) -> object:
        address = socket.web.client.host if socket.web.client else ""
        route = self.rest.routes.get(METHODS.get(method, ("", "")))
        wall = Clock.wall_ms()
        self.rest.meter.spend(Market.spot, address, route.weighs(params) if route else 2, wall)
        server_ms = wall + self.rest.plan.skew_ms(subject)
        if method == SUBSCRIBE:
            return self._subscribe(socket, self._signed(params, server_ms, address))
        if method == UNSUBSCRIBE:
            return self._unsubscribe(socket, params)
        if route is None:
            raise Refusal(-1000, f"Unknown method: {method}")
        signer = None
        if route.security is not Security.none:
            signer = self._signed(params, server_ms, address)
            auth.check_permission(signer, route.security)
            if route.orders:
                self.rest.meter.count_order(route.market, signer.account, wall)
        return route.handler(Call(self.rest.exchange, params, self.rest.meter.limits, server_ms, signer))

    def _signed(self, params: Params, server_ms: int, address: str) -> ApiKey:
        """The key that signed the parameters, sorted by name and not encoded."""
        key = auth.known_key(self.rest.exchange.state.keys, params.text("apiKey"), address)
        auth.check_time(params, server_ms)
        signature = params.text("signature")
        raw = "&".join(
            f"{name}={value}" for name, value in sorted(params.values.items()) if name != "signature"
        )
        if not auth.is_signed(key.secret, raw, signature):
            raise Refusal(-1022, "Signature for this request is not valid.")
        return key

    @staticmethod
    def _subscribe(socket: Socket, key: ApiKey) -> dict[str, int]:
        number = max(socket.users, default=-1) + 1
        socket.users[number] = (key.key, key.account)
        return {"subscriptionId": number}

    @staticmethod
    def _unsubscribe(socket: Socket, params: Params) -> dict[str, int]:
        number = params.whole("subscriptionId")
        if number is None:
            socket.users.clear()
        else:
            socket.users.pop(number, None)
        return {}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":")) if isinstance(value, list | dict) else str(value)


def _faulty(name: object, fault: Fault) -> dict[str, object]:
    """The error that a fault answers with; behind a socket no proxy puts its page in between."""
    if fault.kind is FaultKind.too_many_requests:
        status = fault.status if fault.status in (418, 429) else 429
        after = Clock.wall_ms() + max(1000, fault.delay_ms)
        text = f"Too many requests; current request has limited until {after}."
        return {
            "id": name,
            "status": status,
            "error": {"code": -1003, "msg": text, "data": {"retryAfter": after}},
        }
    code = -1000 if fault.code is None else fault.code
    return {"id": name, "status": fault.status, "error": {"code": code, "msg": fault.message}}


def _error(name: object, refusal: Refusal) -> dict[str, object]:
    return {"id": name, "status": refusal.status, "error": refusal.body, "rateLimits": []}
