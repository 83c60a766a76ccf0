"""One client's socket: what waits to be sent, and what the faults do to it."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from paper_exchange.engine.model import Market
from paper_exchange.faults.plan import STREAM, Fault, FaultKind, Plan, Subject

LONGEST_QUEUE = 20_000


@dataclass(slots=True, eq=False)
class Socket:
    """`users` are user-data subscriptions by number: (key, account); `listen_key` makes it one account's futures stream.

    Messages go out in order through `send_all`, which one task runs; a client that does not read is cut off.
    """

    web: WebSocket
    market: Market
    combined: bool
    plan: Plan
    streams: set[str] = field(default_factory=set)
    account: str | None = None
    key: str | None = None
    listen_key: str = ""
    users: dict[int, tuple[str, str]] = field(default_factory=dict)
    _waiting: asyncio.Queue[tuple[float, str] | None] = field(
        default_factory=lambda: asyncio.Queue(LONGEST_QUEUE)
    )
    _held: str | None = None

    def put(self, message: object) -> None:
        """Send an answer; faults do not touch answers."""
        self._enqueue(json.dumps(message, separators=(",", ":")))

    def put_later(self, message: object, delay: float) -> None:
        """Send an answer after so many seconds; what comes meanwhile passes it."""
        asyncio.get_running_loop().call_later(delay, self.put, message)

    def put_event(self, text: str, subject: Subject) -> None:
        """Send a stream event, unless a fault delays, doubles, swaps or drops it or ends the connection."""
        fault = self.plan.strike(STREAM, subject)
        kind = fault.kind if fault else None
        if kind is FaultKind.stream_drop:
            return None
        if kind is FaultKind.stream_disconnect:
            return self.end()
        if kind is FaultKind.stream_reorder and self._held is None and fault is not None:
            self._hold(text, fault)
            return None
        self._enqueue(text, fault.delay_ms / 1000 if fault and kind is FaultKind.stream_delay else 0.0)
        if kind is FaultKind.stream_duplicate:
            self._enqueue(text)
        self._release()
        return None

    def _hold(self, text: str, fault: Fault) -> None:
        """Until the next event has passed it, at the latest for the fault's delay."""
        self._held = text
        asyncio.get_running_loop().call_later(fault.delay_ms / 1000, self._release)

    def _release(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._enqueue(held)

    def _enqueue(self, text: str, delay: float = 0.0) -> None:
        not_before = asyncio.get_running_loop().time() + delay if delay else 0.0
        try:
            self._waiting.put_nowait((not_before, text))
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Close after nothing more: what waits is dropped."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)

    async def send_all(self) -> None:
        """Send what comes until the socket ends."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while (message := await self._waiting.get()) is not None:
                not_before, text = message
                if not_before > loop.time():
                    await asyncio.sleep(not_before - loop.time())
                await self.web.send_text(text)
            if self.web.application_state is WebSocketState.CONNECTED:
                await self.web.close(1001)

    async def receive_all(self, handle: "Handle") -> None:
        """Hand every text to `handle` until the client goes."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                await handle(self, await self.web.receive_text())


Handle = Callable[[Socket, str], Awaitable[None]]
