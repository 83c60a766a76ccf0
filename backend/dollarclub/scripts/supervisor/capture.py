"""What a run prints, on its way from the pipes to the database: bounded, in order, cut at characters."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dollarclub.kit.clock import Clock
from dollarclub.scripts.repository.logs import Fragment

STDOUT, STDERR, SYSTEM = 1, 2, 3
FRAGMENT_BYTES = 64 * 1024


@dataclass(frozen=True)
class LogLimits:
    """Bytes of one line, of a whole log, and of what may wait for the database."""

    line_bytes: int
    total_bytes: int
    buffer_bytes: int


@dataclass
class _Piece:
    stream: int
    at: datetime
    content: bytearray


@dataclass
class _StreamState:
    line_length: int = 0
    cutting: bool = False
    carry: bytes = b""


@dataclass(frozen=True)
class Drained:
    """Fragments taken from a buffer, and the log's totals after them."""

    fragments: list[Fragment]
    last_seq: int
    total_bytes: int
    total_lines: int
    truncated: bool
    drained_bytes: int


def incomplete_tail(data: bytes) -> int:
    """How many bytes at the end are the beginning of a UTF-8 character that is not complete (0 to 3)."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 == 0x80:
            continue
        needed = 4 if 0xF0 <= byte <= 0xF4 else 3 if byte & 0xF0 == 0xE0 else 2 if 0xC2 <= byte <= 0xDF else 1
        return back if needed > back else 0
    return 0


@dataclass
class LogBuffer:
    """The log of one run between the loop, which appends, and the writer, which drains. Safe for these two threads."""

    limits: LogLimits
    clock: Clock
    on_data: Callable[[], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pieces: deque[_Piece] = field(default_factory=deque)
    _streams: dict[int, _StreamState] = field(
        default_factory=lambda: {1: _StreamState(), 2: _StreamState(), 3: _StreamState()}
    )
    waiting_bytes: int = 0
    _accepted: int = 0
    _seq: int = 0
    _bytes: int = 0
    _lines: int = 0
    truncated: bool = False

    @property
    def full(self) -> bool:
        """So much waits that reading should pause."""
        return self.waiting_bytes >= self.limits.buffer_bytes

    def write(self, stream: int, data: bytes) -> None:
        """Append what was read from a stream."""
        state = self._streams[stream]
        data = state.carry + data
        tail = incomplete_tail(data)
        state.carry = data[len(data) - tail :] if tail else b""
        if tail:
            data = data[:-tail]
        if data:
            self._accept(stream, self._cut_lines(state, data))

    def end_stream(self, stream: int) -> None:
        """The stream was closed: what was held back as half a character is all there will be."""
        state = self._streams[stream]
        if state.carry:
            data, state.carry = state.carry, b""
            self._accept(stream, self._cut_lines(state, data))

    def say(self, text: str) -> None:
        """Append a line of the platform's own."""
        self._append(SYSTEM, text.encode() + b"\n")

    def _cut_lines(self, state: _StreamState, data: bytes) -> bytes:
        """`data` with every line shortened to the limit and marked; most data passes untouched."""
        limit = self.limits.line_bytes
        parts = data.split(b"\n")
        if (
            not state.cutting
            and state.line_length + len(parts[0]) <= limit
            and all(len(p) <= limit for p in parts)
        ):
            state.line_length = len(parts[-1]) + (state.line_length if len(parts) == 1 else 0)
            return data
        kept: list[bytes] = []
        for index, part in enumerate(parts):
            if index:
                state.line_length, state.cutting = 0, False
            room = limit - state.line_length
            state.line_length += len(part)
            if state.cutting:
                part = b""
            elif len(part) > room:
                state.cutting = True
                end = max(room, 0)
                part = part[: end - incomplete_tail(part[:end])] + f" [line cut at {limit} bytes]".encode()
            kept.append(part)
        return b"\n".join(kept)

    def _accept(self, stream: int, data: bytes) -> None:
        if not data or self.truncated:
            return
        room = self.limits.total_bytes - self._accepted
        if len(data) <= room:
            self._accepted += len(data)
            self._append(stream, data)
            return
        data = data[:room]
        data = data[: len(data) - incomplete_tail(data)]
        self._accepted = self.limits.total_bytes
        self.truncated = True
        if data:
            self._append(stream, data)
        self.say(f"[log cut: it reached its limit of {self.limits.total_bytes} bytes; the script goes on]")

    def _append(self, stream: int, data: bytes) -> None:
        with self._lock:
            last = self._pieces[-1] if self._pieces else None
            if last is not None and last.stream == stream and len(last.content) + len(data) <= FRAGMENT_BYTES:
                last.content += data
            else:
                now = self.clock()
                view = memoryview(data)
                start = 0
                while start < len(data):
                    end = min(start + FRAGMENT_BYTES, len(data))
                    if end < len(data):
                        end -= incomplete_tail(data[start:end])
                    self._pieces.append(_Piece(stream, now, bytearray(view[start:end])))
                    start = end
            self.waiting_bytes += len(data)
        self.on_data()

    def drain(self, budget: int) -> Drained | None:
        """Take up to about `budget` bytes of fragments; None when nothing waits."""
        with self._lock:
            taken: list[_Piece] = []
            size = 0
            while self._pieces and (not taken or size + len(self._pieces[0].content) <= budget):
                piece = self._pieces.popleft()
                size += len(piece.content)
                taken.append(piece)
            self.waiting_bytes -= size
        if not taken:
            return None
        fragments = []
        for piece in taken:
            self._seq += 1
            content = bytes(piece.content)
            fragments.append(
                Fragment(self._seq, piece.stream, piece.at, content, content.endswith(b"\n"), self._lines)
            )
            self._lines += content.count(b"\n")
            self._bytes += len(content)
        return Drained(fragments, self._seq, self._bytes, self._lines, self.truncated, size)
