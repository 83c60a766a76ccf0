"""Stops, withdrawal of entries, slippage."""

from decimal import Decimal

import pytest

from dollarclub.exchanges.gateway import Side
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.stops import beyond_price, marketable_price, stop_price, tighter

LONG, SHORT = PositionSide.long, PositionSide.short


def _d(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("side", "percent", "absolute", "stop"),
    [
        (LONG, "5", None, "95"),
        (SHORT, "5", None, "105"),
        (LONG, None, "93", "93"),
        (LONG, "5", "93", "95"),
        (LONG, "5", "97", "97"),
        (SHORT, "5", "103", "103"),
        (SHORT, "5", "108", "105"),
        (LONG, None, None, None),
    ],
)
def test_of_two_stops_the_one_that_loses_less_holds(
    side: PositionSide, percent: str | None, absolute: str | None, stop: str | None
) -> None:
    assert stop_price(side, Decimal(100), _d(percent), _d(absolute)) == _d(stop)


def test_entries_are_withdrawn_behind_a_bound_on_the_losing_side() -> None:
    assert beyond_price(LONG, Decimal(100), Decimal(3)) == 97
    assert beyond_price(SHORT, Decimal(100), Decimal(3)) == 103


@pytest.mark.parametrize(
    ("side", "expected", "price"),
    [(Side.buy, "100.01", "101.01"), (Side.sell, "100.01", "99.01"), (Side.sell, "0.01", "0.01")],
)
def test_a_marketable_order_is_never_worse_than_allowed(side: Side, expected: str, price: str) -> None:
    assert marketable_price(side, Decimal(expected), Decimal(1), Decimal("0.01")) == Decimal(price)


def test_the_smaller_of_two_slippages_holds() -> None:
    assert tighter(Decimal(1), Decimal(2)) == 1
    assert tighter(None, Decimal(2)) == 2
    assert tighter(None, None) is None
