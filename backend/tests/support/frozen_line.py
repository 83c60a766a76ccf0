"""A line to a server that can be frozen: connections stay open and nothing passes, as with a dead network."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class FrozenLine:
    """Forwards bytes both ways unless it is frozen."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._flowing = threading.Event()
        self._flowing.set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        self._flowing.clear()

    def thaw(self) -> None:
        self._flowing.set()

    def close(self) -> None:
        self.thaw()
        for each in (self._listening, *self._sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := source.recv(65536):
                self._flowing.wait()
                target.sendall(block)
            target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def frozen_line(port: int) -> Iterator[FrozenLine]:
    line = FrozenLine(port)
    try:
        yield line
    finally:
        line.close()
