"""What a starting sandbox says about itself, line by line over one pipe."""

import json
import os
from contextlib import suppress

_LONGEST = 4096


class StatusPipe:
    """Reads the lines of a sandbox as they come, never waiting.

    Lines: bubblewrap's JSON, `init PID`, `script PID`, `started`, `peak KIBIBYTES`,
    `exit STATUS` (as from wait) and, anything else,
    the text of an error.
    """

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._rest = b""
        self._errors: list[str] = []
        self.init: int | None = None
        self.script: int | None = None
        self.started = False
        self.peak_kibibytes = 0
        self.exit_status: int | None = None

    def read(self) -> None:
        """Take in what has arrived."""
        if self._pipe < 0:
            return
        with suppress(BlockingIOError):
            while piece := os.read(self._pipe, 65536):
                *lines, rest = (self._rest + piece).split(b"\n")
                self._rest = rest[-_LONGEST:]
                for line in lines:
                    self._line(line[:_LONGEST].decode(errors="replace"))

    def _line(self, line: str) -> None:
        """A hostile script may reach this pipe through /proc: once it runs, only its own end can be told."""
        word, _, value = line.partition(" ")
        number = int(value) if value.isdecimal() else None
        if self.started:
            if word == "peak" and number is not None:
                self.peak_kibibytes = number
            elif word == "exit" and number is not None and number <= 0xFFFF:
                self.exit_status = number
        elif line.startswith("{"):
            with suppress(ValueError):
                self.init = json.loads(line).get("child-pid", self.init)
        elif word == "init" and number is not None:
            self.init = number
        elif word == "script" and number is not None:
            self.script = number
        elif line == "started":
            self.started = True
        elif line.strip():
            self._errors = [*self._errors[-2:], line.strip()]

    @property
    def error(self) -> str:
        """The last words of a sandbox that did not start, one line."""
        return "; ".join(self._errors)[:500]

    def close(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
