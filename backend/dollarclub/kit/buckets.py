"""Token buckets: so many at once, so many steadily."""

from collections.abc import Hashable


class TokenBuckets:
    """One bucket a key, full at first, of `burst` tokens that come back at `per_second`. Not safe for several threads."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._levels: dict[Hashable, tuple[float, float]] = {}
        self._largest = 10_000

    def take(self, key: Hashable, now: float) -> bool:
        """Take a token at `now` (seconds of a clock that never goes back); False when there is none."""
        level, since = self._levels.get(key, (self._burst, now))
        level = min(self._burst, level + (now - since) * self._per_second)
        if level < 1:
            self._levels[key] = (level, now)
            return False
        if len(self._levels) >= self._largest and key not in self._levels:
            self._forget_full(now)
        self._levels[key] = (level - 1, now)
        return True

    def _forget_full(self, now: float) -> None:
        missing = {key: self._burst - level for key, (level, _) in self._levels.items()}
        self._levels = {
            key: held
            for key, held in self._levels.items()
            if (now - held[1]) * self._per_second < missing[key]
        }
