"""Recorded prices from a CSV file: (time, price) rows, or candles as the exchange's data archive has them."""

import csv
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path

SECONDS_BELOW, MICROSECONDS_ABOVE = 100_000_000_000, 100_000_000_000_000
CANDLE_COLUMNS, CLOSE_TIME, CLOSE = 7, 6, 4


class Unreadable(Exception):
    """The file has a line that is no price; the text says which."""


def read_prices(path: Path, *, speed: Decimal) -> list[tuple[int, Decimal]]:
    """(milliseconds after the first row, price); `speed` 2 plays twice as fast.

    Two columns are time and price; seven or more are a candle, of which the close counts, at its close time. A first line
    that is no number is a heading. Times are seconds, milliseconds or microseconds since 1970.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(_rows(csv.reader(file)))
    if not rows:
        raise Unreadable("the file has no prices")
    start = rows[0][0]
    return [(int((at - start) / speed), price) for at, price in rows]


def _rows(lines: Iterable[list[str]]) -> Iterable[tuple[int, Decimal]]:
    before = 0
    for number, line in enumerate(lines, start=1):
        if not line or (number == 1 and not line[0].replace(".", "").isdigit()):
            continue
        try:
            candle = len(line) >= CANDLE_COLUMNS
            at, price = (
                _milliseconds(line[CLOSE_TIME if candle else 0]),
                Decimal(line[CLOSE if candle else 1]),
            )
        except (InvalidOperation, ValueError, IndexError):
            raise Unreadable(f"line {number} is not a time and a price") from None
        if not price.is_finite() or price <= 0 or at < before:
            raise Unreadable(f"line {number}: prices are above zero and times rise")
        before = at
        yield at, price


def _milliseconds(text: str) -> int:
    value = Decimal(text)
    if value < SECONDS_BELOW:
        return int(value * 1000)
    return int(value / 1000) if value > MICROSECONDS_ABOVE else int(value)
