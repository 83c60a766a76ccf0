"""The REST side as an ASGI application: route, faults, weight, signature, handler, answer."""

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send

from paper_exchange.clock import Clock
from paper_exchange.engine.model import ApiKey
from paper_exchange.engine.refusal import Refusal
from paper_exchange.exchange import Exchange
from paper_exchange.faults.plan import AFTER, BEFORE, Fault, FaultKind, Plan, Subject
from paper_exchange.wire import auth
from paper_exchange.wire.auth import Security
from paper_exchange.wire.call import Call, Route, finished
from paper_exchange.wire.limits import Meter
from paper_exchange.wire.params import Params

log = logging.getLogger(__name__)
LONGEST_BODY = 64 * 1024
TRANSPORT = "paper_exchange.transport"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json;charset=UTF-8"


def as_json(view: object) -> bytes:
    return json.dumps(view, separators=(",", ":")).encode()


def refused(refusal: Refusal, headers: dict[str, str]) -> Answer:
    return Answer(refusal.status, as_json(refusal.body), {**headers, **refusal.headers})


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: str
    body: str
    key: str | None
    address: str


class RestApp:
    """Answers every route of `routes`; unknown ones are refused as Binance refuses them."""

    def __init__(self, exchange: Exchange, routes: Iterable[Route], meter: Meter, plan: Plan) -> None:
        self.exchange, self.meter, self.plan = exchange, meter, plan
        self.routes = {(route.method, route.path): route for route in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = await _read(scope, receive)
        if asked is None:
            return await _send(send, Answer(413, as_json({"code": -1108, "msg": "Request is too large."})))
        subject = self._subject(asked)
        fault = self.plan.strike(BEFORE, subject)
        if fault is not None:
            if fault.kind is FaultKind.disconnect:
                return _cut(scope)
            return await _send(send, faulty(fault))
        answer = await self.answer(asked, subject)
        fault = self.plan.strike(AFTER, subject)
        if fault is not None:
            if fault.kind is FaultKind.drop_answer:
                return _cut(scope)
            if fault.kind is FaultKind.late_answer:
                await asyncio.sleep(fault.delay_ms / 1000)
            else:
                answer = faulty(fault)
        return await _send(send, answer)

    async def answer(self, asked: Asked, subject: Subject) -> Answer:
        """The request's answer; everything it changed is stored before this returns."""
        headers: dict[str, str] = {}
        try:
            route = self.routes.get((asked.method, asked.path))
            if route is None:
                text = f"Path {asked.path}, Method {asked.method} is invalid"
                raise Refusal(-5000, text, status=404)
            params = Params.read(asked.query, asked.body)
            wall = Clock.wall_ms()
            headers |= self.meter.spend(route.market, asked.address, route.weighs(params), wall)
            server_ms = wall + self.plan.skew_ms(subject)
            key = self._authorise(route, asked, params, server_ms)
            if route.orders and key is not None:
                headers |= self.meter.count_order(route.market, key.account, wall)
            call = Call(self.exchange, params, self.meter.limits, server_ms, key)
            return Answer(200, as_json(await finished(route.handler(call))), headers)
        except Refusal as refusal:
            return refused(refusal, headers)
        except Exception:
            log.exception("%s %s failed", asked.method, asked.path)
            return Answer(
                500,
                as_json({"code": -1000, "msg": "An unknown error occurred while processing the request."}),
                headers,
            )

    def _authorise(self, route: Route, asked: Asked, params: Params, server_ms: int) -> ApiKey | None:
        if route.security is Security.none:
            return None
        key = auth.known_key(self.exchange.state.keys, asked.key, asked.address)
        if route.security is not Security.key:
            auth.check_time(params, server_ms)
            auth.check_signature(key.secret, asked.query, asked.body)
            auth.check_permission(key, route.security)
        return key

    def _subject(self, asked: Asked) -> Subject:
        try:
            symbol = Params.read(asked.query, asked.body).values.get("symbol")
        except Refusal:
            symbol = None
        known = self.exchange.state.keys.get(asked.key or "")
        return Subject(f"{asked.method} {asked.path}", asked.key, known.account if known else None, symbol)


def faulty(fault: Fault) -> Answer:
    """The error that a fault answers with."""
    if fault.kind is FaultKind.too_many_requests:
        status = fault.status if fault.status in (418, 429) else 429
        body = {"code": -1003, "msg": "Too many requests; please use the websocket for live updates."}
        return Answer(status, as_json(body), {"Retry-After": str(max(1, fault.delay_ms // 1000))})
    if fault.code is None:
        page = f"<html><body><h1>{fault.status} {fault.message}</h1></body></html>"
        return Answer(fault.status, page.encode(), kind="text/html")
    return Answer(fault.status, as_json({"code": fault.code, "msg": fault.message}))


async def _read(scope: Scope, receive: Receive) -> Asked | None:
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LONGEST_BODY:
            return None
    headers = {name: value for name, value in scope["headers"] if name == b"x-mbx-apikey"}
    key = headers.get(b"x-mbx-apikey")
    return Asked(
        method=scope["method"],
        path=scope["path"],
        query=scope["query_string"].decode("latin-1"),
        body=body.decode("utf-8", "replace"),
        key=key.decode("latin-1") if key else None,
        address=(scope.get("client") or ("", 0))[0],
    )


async def _send(send: Send, answer: Answer) -> None:
    headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body)), **answer.headers}
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
    await send({"type": "http.response.body", "body": answer.body})


def _cut(scope: Scope) -> None:
    """End the connection without a word, as a network does."""
    transport = scope.get("extensions", {}).get(TRANSPORT)
    if transport is not None:
        transport["transport"].abort()
