"""What becomes of an entry that has to wait, and of one that waits already: pure decisions.

A queue holds one entry for each (key, symbol, timeframe, side). A bar is the number of the candle that a signal belongs
to; None where no timeframe was told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.positions.rules.config import PositionSide

_HUNDRED = Decimal(100)


class Arrival(StrEnum):
    added = "added"
    replaced = "replaced"
    same_bar = "same_bar"
    full = "full"


@dataclass(frozen=True)
class Waiting:
    """An entry that waits. `price` in quote units is its latest signal's."""

    bar: int | None
    price: Decimal
    replacements: int
    first_queued_at: datetime
    told_at: datetime


def judge_arrival(waiting: Waiting | None, *, bar: int | None, size: int, max_size: int | None) -> Arrival:
    """`waiting` is the entry of the same key, symbol, timeframe and side; `size` is how many wait in all.

    A signal of a later candle replaces, one of the same or of an earlier candle is refused. Where a candle is not
    known, every further signal replaces. A replacement needs no room.
    """
    if waiting is None:
        return Arrival.full if max_size is not None and size >= max_size else Arrival.added
    if bar is not None and waiting.bar is not None and bar <= waiting.bar:
        return Arrival.same_bar
    return Arrival.replaced


def replaced(waiting: Waiting, *, bar: int | None, price: Decimal, now: datetime) -> Waiting:
    """The same place in the queue with the newer signal's price; what counts for first in, first out is kept."""
    return Waiting(bar, price, waiting.replacements + 1, waiting.first_queued_at, now)


def expires_at(waiting: Waiting, ttl: timedelta | None) -> datetime | None:
    """When it is too old to be opened, counted from its latest signal; None is never."""
    return None if ttl is None else waiting.told_at + ttl


def is_expired(waiting: Waiting, ttl: timedelta | None, now: datetime) -> bool:
    moment = expires_at(waiting, ttl)
    return moment is not None and now >= moment


def loss_percent(side: PositionSide, price: Decimal, last: Decimal | None) -> Decimal | None:
    """What the entry would have made since its signal, in percent; negative when it lost, None without prices."""
    if last is None or price <= ZERO:
        return None
    change = PRECISE.divide(PRECISE.multiply(last - price, _HUNDRED), price)
    return change if side is PositionSide.long else -change


def drift_percent(price: Decimal, last: Decimal | None) -> Decimal | None:
    """How far the price went from the signal's, either way, in percent of the signal's; None without prices."""
    change = loss_percent(PositionSide.long, price, last)
    return None if change is None else abs(change)


def has_drifted(price: Decimal, last: Decimal | None, most: Decimal | None) -> bool:
    """Whether the price went further than `most` percent: the entry no longer is what was signalled."""
    drift = drift_percent(price, last)
    return most is not None and drift is not None and drift > most
