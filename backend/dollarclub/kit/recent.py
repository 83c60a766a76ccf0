"""Values that are good for a moment: read once by whoever needs them first, for all who need them meanwhile."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
_MOST = 10_000


class Recent(Generic[Key, Value]):
    """Keeps each value for `seconds`. Safe for use by several threads; one key is read by one of them at a time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._slots: dict[Key, _Slot[Value]] = {}

    def get(self, key: Key, read: Callable[[], Value | None]) -> Value | None:
        """The value of `key`, by `read` when it is not recent. None is not kept, nor is what `read` raises."""
        slot = self._slots.get(key)
        if slot is None:
            if len(self._slots) >= _MOST:
                self._slots = {}
            slot = self._slots.setdefault(key, _Slot())
        if (kept := slot.kept(self._seconds)) is not None:
            return kept
        with slot.lock:
            if (kept := slot.kept(self._seconds)) is not None:
                return kept
            began = time.monotonic()
            value = read()
            if value is not None:
                slot.entry = (began, value)
            return value

    def forget(self, key: Key) -> None:
        self._slots.pop(key, None)


class _Slot(Generic[Value]):
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.entry: tuple[float, Value] | None = None

    def kept(self, seconds: float) -> Value | None:
        entry = self.entry
        return entry[1] if entry is not None and time.monotonic() - entry[0] < seconds else None
