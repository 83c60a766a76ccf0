"""Timeframes in minutes."""

import pytest

from dollarclub.signals.rules.timeframes import minutes_of


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1", 1),
        ("5", 5),
        ("60", 60),
        ("240", 240),
        ("D", 1440),
        ("1D", 1440),
        ("W", 10_080),
        ("M", 43_200),
        ("3M", 129_600),
        ("30S", 0),
        ("60S", 1),
        ("1m", 1),
        ("5m", 5),
        ("15 m", 15),
        ("15min", 15),
        ("1h", 60),
        ("4h", 240),
        ("1d", 1440),
        ("1w", 10_080),
        ("", None),
        ("0", None),
        ("abc", None),
        ("1h30", None),
        ("-5", None),
    ],
)
def test_minutes(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes
