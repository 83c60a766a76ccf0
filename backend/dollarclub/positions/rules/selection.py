"""Which configuration an entry follows: the most specific one that fits.

A pair named counts for more than a timeframe, a timeframe for more than a key: (pair, any, any) wins over
(any, timeframe, key).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

_ANY = (None, "*")


@dataclass(frozen=True)
class Candidate:
    """An enabled configuration; None fits anything, as `*` does for a pair. `timeframe` in minutes."""

    id: UUID
    pair: str | None
    timeframe: int | None
    key_id: UUID | None


def choose(candidates: Sequence[Candidate], *, pair: str, timeframe: int, key_id: UUID) -> UUID | None:
    """The one to follow; None when none fits.

    `BTC/USDT` fits the perpetual `BTC/USDT:USDT` too, less closely than one that names the perpetual itself.
    """
    fitting = [
        one
        for one in candidates
        if (one.pair in _ANY or _closeness(one.pair, pair) > 0)
        and one.timeframe in (None, timeframe)
        and one.key_id in (None, key_id)
    ]

    def specificity(one: Candidate) -> tuple[int, bool, bool, int]:
        # The id last, so that the choice does not depend on the order in which they were read.
        return _closeness(one.pair, pair), one.timeframe is not None, one.key_id is not None, one.id.int

    best = max(fitting, key=specificity, default=None)
    return None if best is None else best.id


def _closeness(named: str | None, pair: str) -> int:
    """2: the very pair; 1: of the same base and quote; 0: any, or another."""
    if named is None:
        return 0
    if named.upper() == pair.upper():
        return 2
    return 1 if named.upper() == pair.upper().split(":", 1)[0] else 0
