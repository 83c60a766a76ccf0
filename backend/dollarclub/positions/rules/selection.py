"""Which configuration an entry follows: the most specific one that fits.

A pair named counts for more than a timeframe, a timeframe for more than a key: (pair, any, any) wins over
(any, timeframe, key).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Candidate:
    """An enabled configuration; None fits anything. `pair` is `BTC/USDT`, `timeframe` minutes."""

    id: UUID
    pair: str | None
    timeframe: int | None
    key_id: UUID | None


def choose(candidates: Sequence[Candidate], *, pair: str, timeframe: int, key_id: UUID) -> UUID | None:
    """The one to follow; None when none fits. Of a perpetual `BTC/USDT:USDT` the pair is `BTC/USDT` too."""
    fitting = [
        one
        for one in candidates
        if (one.pair is None or _pair(one.pair) == _pair(pair))
        and one.timeframe in (None, timeframe)
        and one.key_id in (None, key_id)
    ]
    best = max(fitting, key=_specificity, default=None)
    return None if best is None else best.id


def _specificity(one: Candidate) -> tuple[bool, bool, bool, int]:
    # The id last, so that the choice does not depend on the order in which they were read.
    return (one.pair is not None, one.timeframe is not None, one.key_id is not None, one.id.int)


def _pair(symbol: str) -> str:
    return symbol.split(":", 1)[0].upper()
