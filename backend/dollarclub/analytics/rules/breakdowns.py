"""Trades by what they have in common: pair, timeframe, strategy, weekday, side, day; and how their returns spread."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Generic, TypeVar

from dollarclub.analytics.rules.ratios import Ratios, ratios
from dollarclub.analytics.rules.trades import Trade
from dollarclub.kit.money import PRECISE, ZERO, floor_to

Key = TypeVar("Key", bound=Hashable)
MOST_BINS = 20
_NICE = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Part(Generic[Key]):
    """The trades that share `key`; `ratios` are of quote units."""

    key: Key
    ratios: Ratios
    fees: Decimal
    volume: Decimal


@dataclass(frozen=True)
class Bin:
    """`count` returns from `low` on and below `high`, in percent."""

    low: Decimal
    high: Decimal
    count: int


@dataclass(frozen=True)
class Day:
    """A day (UTC) with at least one closed trade. `best` and `worst` are the pairs that earned most and least."""

    day: date
    trades: int
    wins: int
    net: Decimal
    fees: Decimal
    volume: Decimal
    best: str
    worst: str


def parts(trades: Iterable[Trade], key: Callable[[Trade], Key]) -> list[Part[Key]]:
    """What earned most comes first."""
    by_key: dict[Key, list[Trade]] = defaultdict(list)
    for trade in trades:
        by_key[key(trade)].append(trade)
    made = [_part(each, found) for each, found in by_key.items()]
    return sorted(made, key=lambda part: (-part.ratios.total, str(part.key)))


def histogram(percents: Sequence[Decimal], most: int = MOST_BINS) -> list[Bin]:
    """At most `most` bins of one round width, 0 being an edge, from the lowest return to the highest one."""
    if not percents:
        return []
    low, high = min(percents), max(percents)
    width = _width(high - low, most)
    while _bins(low, high, width) > most:
        width = _next(width)
    first = floor_to(low, width)
    counts = [0] * _bins(low, high, width)
    for percent in percents:
        counts[_index(percent - first, width)] += 1
    return [
        Bin(first + width * number, first + width * (number + 1), count)
        for number, count in enumerate(counts)
    ]


def best(trades: Iterable[Trade], count: int) -> list[Trade]:
    """Those that earned most; ties by their end."""
    return sorted(trades, key=lambda trade: (-trade.realised, trade.closed_at, trade.id))[:count]


def worst(trades: Iterable[Trade], count: int) -> list[Trade]:
    return sorted(trades, key=lambda trade: (trade.realised, trade.closed_at, trade.id))[:count]


def days(trades: Iterable[Trade]) -> list[Day]:
    """The latest day first."""
    by_day: dict[date, list[Trade]] = defaultdict(list)
    for trade in trades:
        by_day[trade.day].append(trade)
    return [_day(day, by_day[day]) for day in sorted(by_day, reverse=True)]


def _part(key: Key, trades: Sequence[Trade]) -> Part[Key]:
    return Part(
        key=key,
        ratios=ratios([trade.realised for trade in trades]),
        fees=sum((trade.fees for trade in trades), ZERO),
        volume=sum((trade.volume for trade in trades), ZERO),
    )


def _day(day: date, trades: Sequence[Trade]) -> Day:
    pairs = parts(trades, lambda trade: trade.symbol)
    return Day(
        day=day,
        trades=len(trades),
        wins=sum(trade.realised > ZERO for trade in trades),
        net=sum((trade.realised for trade in trades), ZERO),
        fees=sum((trade.fees for trade in trades), ZERO),
        volume=sum((trade.volume for trade in trades), ZERO),
        best=pairs[0].key,
        worst=pairs[-1].key,
    )


def _width(span: Decimal, most: int) -> Decimal:
    """The smallest of 1, 2, 5 · 10ⁿ that spans it in `most` pieces; 1 where all are the same."""
    if span <= ZERO:
        return Decimal(1)
    least = PRECISE.divide(span, Decimal(most))
    unit = Decimal(1).scaleb(least.adjusted())
    return next(unit * each for each in _NICE if unit * each >= least)


def _next(width: Decimal) -> Decimal:
    digit = Decimal(width.as_tuple().digits[0])
    unit = Decimal(1).scaleb(width.adjusted())
    return unit * next(each for each in _NICE if each > digit)


def _bins(low: Decimal, high: Decimal, width: Decimal) -> int:
    return _index(high - floor_to(low, width), width) + 1


def _index(distance: Decimal, width: Decimal) -> int:
    return int(PRECISE.divide(distance, width).to_integral_value(rounding=ROUND_FLOOR))
