"""The exchange's time: the wall's, or one that stands still until it is told to move."""

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Clock:
    """Milliseconds UTC. `held_ms` is the market's time while it is virtual; signatures are always judged by the wall."""

    held_ms: int | None = None

    def now_ms(self) -> int:
        """The market's time: prices, orders, trades, candles."""
        return self.wall_ms() if self.held_ms is None else self.held_ms

    @staticmethod
    def wall_ms() -> int:
        return time.time_ns() // 1_000_000

    def advance(self, milliseconds: int) -> None:
        """Move a virtual clock; the wall's does not move."""
        if self.held_ms is None:
            raise ValueError("the clock follows the wall")
        self.held_ms += milliseconds
