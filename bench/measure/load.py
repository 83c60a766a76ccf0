"""The sender of webhooks: a process of its own that posts many bodies and writes down how each was answered.

Reads one JSON line (see `Order`), writes one: `{"answers": [[seconds, status], …], "seconds": …}`.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import uvloop

MARK = "@@"


@dataclass(frozen=True)
class Order:
    """What to send: `body` with `@@` replaced by a number from `first` on, `count` times.

    With `per_second` each is sent when its time has come and measured from then; without, each of `clients` sends its
    next one as soon as it has its answer.
    """

    host: str
    port: int
    path: str
    body: str
    count: int
    clients: int
    first: int = 0
    per_second: float = 0

    def text(self) -> str:
        return json.dumps(asdict(self)) + "\n"


class Connection(asyncio.Protocol):
    """One kept connection, one request at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[int] | None = None
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if len(body) >= length and self._answer is not None:
            self._received = b""
            self._answer.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(0)

    async def ask(self, request: bytes) -> int:
        """The status of the answer; 0 when there was none."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer


def requests(order: Order) -> Iterator[bytes]:
    head = (
        f"POST {order.path} HTTP/1.1\r\nHost: {order.host}:{order.port}\r\n"
        "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n"
    )
    for number in range(order.first, order.first + order.count):
        body = order.body.replace(MARK, f"{number:08d}")
        yield (head.format(len(body.encode())) + body).encode()


async def send(order: Order) -> dict[str, Any]:
    loop = asyncio.get_running_loop()
    connections = [
        (await loop.create_connection(Connection, order.host, order.port))[1] for _ in range(order.clients)
    ]
    prepared = list(requests(order))
    answers: list[tuple[float, int]] = []
    began = time.monotonic()
    if order.per_second:
        await _by_the_clock(order, connections, prepared, answers, began)
    else:
        await _one_after_the_other(connections, prepared, answers)
    return {"answers": answers, "seconds": time.monotonic() - began}


async def _one_after_the_other(
    connections: list[Connection], prepared: list[bytes], answers: list[tuple[float, int]]
) -> None:
    waiting = iter(prepared)

    async def client(connection: Connection) -> None:
        for request in waiting:
            sent = time.monotonic()
            status = await connection.ask(request)
            answers.append((time.monotonic() - sent, status))

    await asyncio.gather(*(client(each) for each in connections))


async def _by_the_clock(
    order: Order,
    connections: list[Connection],
    prepared: list[bytes],
    answers: list[tuple[float, int]],
    began: float,
) -> None:
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)

    async def one(request: bytes, due: float) -> None:
        connection = await free.get()
        status = await connection.ask(request)
        free.put_nowait(connection)
        answers.append((time.monotonic() - due, status))

    tasks = []
    for number, request in enumerate(prepared):
        due = began + number / order.per_second
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        tasks.append(asyncio.create_task(one(request, due)))
    await asyncio.gather(*tasks)


def main() -> None:
    # Buffered in any case: an unbuffered stream writes no more of a long line than a pipe holds.
    with open(sys.stdout.fileno(), "w", closefd=False) as out:
        for line in sys.stdin:
            print(json.dumps(uvloop.run(send(Order(**json.loads(line))))), file=out, flush=True)


if __name__ == "__main__":
    main()
