"""Prices: a function of the time alone, so that history needs no storage and a restart changes nothing.

The walk is a sum of smooth noises whose periods grow fourfold from one second to half a year and whose size grows with
the root of the period, as a random walk's does. It is the same for the same seed, symbol and time. What an operator does
(setting a price, running a path) cuts the time into segments.
"""

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from zlib import crc32

from paper_exchange.engine.money import ceil_to, floor_to

YEAR_MS = 31_557_600_000
PERIODS = tuple(1_000 * 4**octave for octave in range(13))
KEPT_SEGMENTS = 5_000
MASK = (1 << 64) - 1


class Shape(StrEnum):
    walk = "walk"
    fixed = "fixed"
    path = "path"
    mirror = "mirror"


@dataclass(slots=True)
class Segment:
    """How the price goes from `start_ms` on; `points` are (ms after the start, price), straight lines between them.

    A `mirror`ed price stands still like a `fixed` one, until the mirror reads the next.
    """

    start_ms: int
    shape: Shape
    price: Decimal
    points: list[tuple[int, Decimal]] = field(default_factory=list)


@dataclass(slots=True)
class Course:
    """A symbol's price over time."""

    symbol: str
    volatility: float
    segments: list[Segment]

    def add(self, segment: Segment) -> None:
        """What is later than the new segment's start is replaced by it."""
        kept = [old for old in self.segments if old.start_ms < segment.start_ms]
        self.segments = [*kept[-KEPT_SEGMENTS:], segment]

    def thin(self, before_ms: int) -> None:
        """Of the mirrored prices before that time keep the first of each minute."""
        kept, minute = [], -1
        for segment in self.segments:
            own = segment.start_ms // 60_000
            if segment.shape is Shape.mirror and segment.start_ms < before_ms and own == minute:
                continue
            kept.append(segment)
            minute = own
        self.segments = kept


def turning_points(segment: Segment, since_ms: int, until_ms: int) -> list[int]:
    """The times of a path's points that are later than `since_ms` and before `until_ms`."""
    first = bisect_right(segment.points, since_ms - segment.start_ms, key=lambda point: point[0])
    last = bisect_left(segment.points, until_ms - segment.start_ms, key=lambda point: point[0])
    return [segment.start_ms + after for after, _ in segment.points[first:last]]


@lru_cache(maxsize=1 << 17)
def unit(seed: int, *parts: int) -> float:
    """A number in [0, 1) that these numbers determine (splitmix64)."""
    mixed = seed & MASK
    for part in parts:
        mixed = (mixed + 0x9E3779B97F4A7C15 + (part & MASK)) & MASK
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        mixed ^= mixed >> 31
    return mixed / 2**64


def symbol_seed(seed: int, symbol: str) -> int:
    return (seed << 32) ^ crc32(symbol.encode())


@lru_cache(maxsize=1 << 12)
def noise(seed: int, volatility: float, at_ms: int) -> float:
    """The walk's logarithm at a time, without its start."""
    total = 0.0
    for octave, period in enumerate(PERIODS):
        cell, inside = divmod(at_ms, period)
        part = inside / period
        left, right = unit(seed, octave, cell), unit(seed, octave, cell + 1)
        smooth = left + (right - left) * part * part * (3 - 2 * part)
        total += (smooth - 0.5) * 2.4 * volatility * math.sqrt(period / YEAR_MS)
    return total


def price_at(course: Course, seed: int, at_ms: int) -> Decimal:
    """The price, not yet rounded to a tick."""
    place = bisect_right(course.segments, at_ms, key=lambda segment: segment.start_ms) - 1
    segment = course.segments[max(place, 0)]
    if segment.shape is Shape.path:
        return _on_path(segment, at_ms)
    if segment.shape is not Shape.walk:
        return segment.price
    own = symbol_seed(seed, course.symbol)
    moved = noise(own, course.volatility, at_ms) - noise(own, course.volatility, segment.start_ms)
    return segment.price * Decimal(repr(math.exp(moved)))


def _on_path(segment: Segment, at_ms: int) -> Decimal:
    since, points = at_ms - segment.start_ms, segment.points
    place = bisect_right(points, since, key=lambda point: point[0])
    before = points[place - 1] if place else (0, segment.price)
    if place == len(points):
        return before[1]
    after = points[place]
    return before[1] + (after[1] - before[1]) * Decimal(since - before[0]) / Decimal(after[0] - before[0])


def to_tick(price: Decimal, tick: Decimal) -> Decimal:
    """The nearest price that may be quoted, at least one tick."""
    low, high = floor_to(price, tick), ceil_to(price, tick)
    near = low if price - low < high - price else high
    return max(near, tick)
