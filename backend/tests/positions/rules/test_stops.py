"""Stops, trailing, withdrawal of entries, slippage."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.exchanges.gateway import Side
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.stops import (
    beyond_price,
    has_drifted,
    is_beyond,
    is_stop_due,
    marketable_price,
    slippage_percent,
    stop_price,
    tighter,
    trailing_extreme,
    trailing_stop,
)

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


def test_a_stop_is_due_at_its_very_price() -> None:
    assert is_stop_due(LONG, Decimal(95), Decimal(95))
    assert not is_stop_due(LONG, Decimal(95), Decimal("95.01"))
    assert is_stop_due(SHORT, Decimal(105), Decimal("105"))
    assert not is_stop_due(SHORT, Decimal(105), Decimal("104.99"))


def _trail(
    side: PositionSide, activation: str | None, percent: str, prices: list[str]
) -> tuple[Decimal | None, str | None]:
    """The last extreme, and the price at which the stop was due; None when it never was."""
    extreme: Decimal | None = None
    for price in prices:
        last = Decimal(price)
        extreme = trailing_extreme(side, Decimal(100), _d(activation), extreme, last)
        if extreme is not None and is_stop_due(side, trailing_stop(side, extreme, Decimal(percent)), last):
            return extreme, price
    return extreme, None


@pytest.mark.parametrize(
    ("side", "activation", "prices", "extreme", "stopped_at"),
    [
        # Not active before 2 %, so neither is the fall to 99 a stop.
        (LONG, "2", ["101", "99", "101.99"], None, None),
        (LONG, "2", ["102", "104", "103", "102.97", "102.96"], "104", "102.96"),
        (LONG, None, ["100", "99.5", "99"], "100", "99"),
        (SHORT, "2", ["98", "95", "95.94", "95.95"], "95", "95.95"),
        (SHORT, "2", ["99", "98.01"], None, None),
    ],
)
def test_a_trailing_stop_follows_the_best_price(
    side: PositionSide, activation: str | None, prices: list[str], extreme: str | None, stopped_at: str | None
) -> None:
    assert _trail(side, activation, "1", prices) == (_d(extreme), stopped_at)


def test_once_active_a_trailing_stop_stays_so_when_the_average_moves() -> None:
    assert trailing_extreme(LONG, Decimal(200), Decimal(2), Decimal(104), Decimal(103)) == 104


@given(st.sampled_from(PositionSide), st.lists(st.integers(50, 200), min_size=1))
def test_a_trailing_stop_never_retreats(side: PositionSide, prices: list[int]) -> None:
    extreme: Decimal | None = None
    stops = []
    for price in prices:
        extreme = trailing_extreme(side, Decimal(100), None, extreme, Decimal(price))
        assert extreme is not None
        stops.append(trailing_stop(side, extreme, Decimal(1)) * side.sign)
    assert stops == sorted(stops)


def test_entries_are_withdrawn_behind_the_bound_and_not_on_it() -> None:
    bound = beyond_price(LONG, Decimal(100), Decimal(3))
    assert (bound, is_beyond(LONG, bound, Decimal(97)), is_beyond(LONG, bound, Decimal("96.99"))) == (
        97,
        False,
        True,
    )
    bound = beyond_price(SHORT, Decimal(100), Decimal(3))
    assert (bound, is_beyond(SHORT, bound, Decimal(103)), is_beyond(SHORT, bound, Decimal("103.01"))) == (
        103,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("side", "expected", "price"),
    [(Side.buy, "100.01", "101.01"), (Side.sell, "100.01", "99.01"), (Side.sell, "0.01", "0.01")],
)
def test_a_marketable_order_is_never_worse_than_allowed(side: Side, expected: str, price: str) -> None:
    assert marketable_price(side, Decimal(expected), Decimal(1), Decimal("0.01")) == Decimal(price)


def test_slippage_is_what_was_worse_than_expected() -> None:
    assert slippage_percent(Side.buy, Decimal(100), Decimal(101)) == 1
    assert slippage_percent(Side.buy, Decimal(100), Decimal(99)) == -1
    assert slippage_percent(Side.sell, Decimal(100), Decimal(99)) == 1


def test_an_entry_has_drifted_only_when_it_became_worse() -> None:
    assert not has_drifted(LONG, Decimal(100), Decimal(101), Decimal(1))
    assert has_drifted(LONG, Decimal(100), Decimal("101.01"), Decimal(1))
    assert not has_drifted(LONG, Decimal(100), Decimal(80), Decimal(1))
    assert has_drifted(SHORT, Decimal(100), Decimal("98.9"), Decimal(1))
    assert not has_drifted(SHORT, Decimal(100), Decimal(120), Decimal(1))


def test_the_smaller_of_two_slippages_holds() -> None:
    assert tighter(Decimal(1), Decimal(2)) == 1
    assert tighter(None, Decimal(2)) == 2
    assert tighter(None, None) is None
