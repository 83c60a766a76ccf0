"""The running program: both ports in one event loop, and the tick that brings the market to the orders."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from paper_exchange.admin.app import create_admin
from paper_exchange.admin.desk import Desk
from paper_exchange.clock import Clock
from paper_exchange.exchange import Exchange
from paper_exchange.faults.plan import Plan
from paper_exchange.mirror import Mirror, let_go, source_url
from paper_exchange.store.sqlite import InUse
from paper_exchange.streams.app import StreamApp
from paper_exchange.streams.hub import Hub
from paper_exchange.streams.ws_api import WsApi
from paper_exchange.wire.api import ROUTES
from paper_exchange.wire.app import TRANSPORT, RestApp
from paper_exchange.wire.limits import Limits, Meter

log = logging.getLogger(__name__)
TICK_S = 0.25


class CuttableProtocol(HttpToolsProtocol):
    """Hands the connection to the application, so that it can be cut."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"transport": self.transport}}


class Front:
    """Both sides of the exchange on one port."""

    def __init__(self, rest: ASGIApp, streams: ASGIApp) -> None:
        self.rest, self.streams = rest, streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self.streams if scope["type"] == "websocket" else self.rest)(scope, receive, send)


class QuietServer(uvicorn.Server):
    """Leaves signals to the program."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@dataclass(slots=True)
class Options:
    """How to run. Port 0 takes a free one; `virtual_ms` starts a clock that stands still; `mirror` is whose prices to follow."""

    data: Path
    host: str = "127.0.0.1"
    port: int = 9000
    admin_port: int = 9001
    seed: int = 1
    admin_token: str | None = None
    virtual_ms: int | None = None
    mirror: str | None = None
    mirror_s: float = 1.0


class PortTaken(Exception):
    """Somebody else listens there."""


@dataclass(slots=True)
class Program:
    """One exchange that serves; `started` is set when both ports listen."""

    options: Options
    started: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    admin_port: int = 0
    admin_token: str = ""
    _servers: list[QuietServer] = field(default_factory=list)

    async def run(self) -> None:
        """Serve until `stop`."""
        clock = Clock(self.options.virtual_ms)
        sockets = [bound(self.options.host, port) for port in (self.options.port, self.options.admin_port)]
        self.port, self.admin_port = (one.getsockname()[1] for one in sockets)
        exchange = Exchange.opened(self.options.data, seed=self.options.seed, clock=clock)
        try:
            plan, meter = Plan(exchange.state.seed), Meter(Limits())
            desk = Desk(exchange, plan, meter, self.options.data / "snapshots")
            desk.recall()
            self.admin_token = self.options.admin_token or kept_token(self.options.data / "admin.token")
            rest = RestApp(exchange, ROUTES, meter, plan)
            hub = Hub(exchange)
            exchange.publish = hub.publish
            exchange.moved = hub.moved
            front = Front(rest, StreamApp(exchange, hub, WsApi(rest, hub), plan))
            self._servers = [self._server(front), self._server(create_admin(desk, self.admin_token))]
            async with self._mirroring(exchange, desk), asyncio.TaskGroup() as group:
                pairs = zip(self._servers, sockets, strict=True)
                serving = [group.create_task(server.serve(sockets=[one])) for server, one in pairs]
                ticking = group.create_task(self._tick(exchange, hub))
                group.create_task(self._announce())
                await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
                self.stop()
                ticking.cancel()
        finally:
            exchange.close()

    @contextlib.asynccontextmanager
    async def _mirroring(self, exchange: Exchange, desk: Desk) -> AsyncIterator[None]:
        if self.options.mirror is None:
            let_go(exchange)
            yield
            return
        desk.mirror = source_url(self.options.mirror)
        async with Mirror(exchange, desk.mirror, self.options.mirror_s).running():
            yield

    def stop(self) -> None:
        """Finish what is under way and end."""
        for server in self._servers:
            server.should_exit = True

    def _server(self, app: ASGIApp) -> QuietServer:
        config = uvicorn.Config(
            app, http=CuttableProtocol, log_config=None, access_log=False, lifespan="off",
            server_header=False, timeout_graceful_shutdown=2,
        )  # fmt: skip
        return QuietServer(config)

    async def _announce(self) -> None:
        while not all(server.started for server in self._servers):
            if any(server.should_exit for server in self._servers):
                return
            await asyncio.sleep(0.005)
        log.info("paper exchange on %s:%s, admin on %s", self.options.host, self.port, self.admin_port)
        self.started.set()

    async def _tick(self, exchange: Exchange, hub: Hub) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            try:
                exchange.tick()
                hub.tick()
            except Exception:
                log.exception("a tick failed")


def bound(host: str, port: int) -> socket.socket:
    """A socket at that address, before anything else is begun."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # connections inherit it; else an answer takes 40 ms
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(2048)
    except OSError as error:
        taken.close()
        raise PortTaken(f"port {port} is taken or not allowed: {error.strerror}") from error
    return taken


def kept_token(path: Path) -> str:
    """The admin token of this data folder, made on the first start."""
    if not path.exists():
        with open(
            path, "w", opener=lambda name, flags: os.open(name, flags, 0o600), encoding="ascii"
        ) as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text(encoding="ascii").strip()


def serve(options: Options) -> None:
    """Run until TERM or INT."""

    async def main() -> None:
        program = Program(options)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, program.stop)
        await program.run()

    try:
        asyncio.run(main())
    except (PortTaken, InUse) as error:
        sys.exit(f"error: {error}")
