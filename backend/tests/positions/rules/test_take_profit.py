"""Take profit: the worked targets, and how a leg's order follows its fills."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.exchanges.rules.precision import Steps
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.take_profit import Rest, aggregate_target, leg_target, rest_of

LONG, SHORT = PositionSide.long, PositionSide.short
CENT = Decimal("0.01")


def _steps(min_amount: str = "0", min_cost: str = "5", max_amount: str = "0") -> Steps:
    return Steps(
        CENT,
        Decimal("0.001"),
        Decimal(min_amount),
        Decimal(max_amount),
        ZERO,
        ZERO,
        Decimal(min_cost),
    )


@pytest.mark.parametrize(
    ("side", "fill_price", "percent", "target"),
    [
        (LONG, "95851.20", "0.5", "96330.46"),
        (LONG, "96347.55", "1", "97311.03"),
        (LONG, "100", "1", "101"),
        (SHORT, "96829.29", "0.5", "96345.14"),
        (SHORT, "98274.51", "1", "97291.76"),
        (SHORT, "0.01", "99", "0.01"),
    ],
)
def test_a_leg_takes_its_profit_at_its_fill_price_and_never_at_a_worse_one(
    side: PositionSide, fill_price: str, percent: str, target: str
) -> None:
    assert leg_target(side, Decimal(fill_price), Decimal(percent), CENT) == Decimal(target)


@pytest.mark.parametrize(
    ("side", "cost", "amount", "percent", "target"),
    [
        (LONG, "996.7153575", "0.01045", "1.2", "96524.013568421052"),
        (LONG, "598.1930196", "0.00624", "1.2", "97014.63715"),
        (LONG, "398.7921348", "0.00416", "1.2", "97013.8558696"),
        (SHORT, "997.3898835", "0.01025", "1.2", "96138.654136390243"),
        (LONG, "299.985", "3.015", "3", "102.48243"),
        (LONG, "299.92512", "3.140", "2.5", "97.90549"),
    ],
)
def test_the_targets_of_averages(
    side: PositionSide, cost: str, amount: str, percent: str, target: str
) -> None:
    average = PRECISE.divide(Decimal(cost), Decimal(amount))
    assert str(aggregate_target(side, average, Decimal(percent))).startswith(target)


def _rest(held: str, resting: str, *, is_complete: bool = False, reduce_only: bool = False) -> Rest:
    return rest_of(
        _steps(),
        target=Decimal(100),
        held=Decimal(held),
        resting=Decimal(resting),
        is_complete=is_complete,
        reduce_only=reduce_only,
    )


@pytest.mark.parametrize(
    ("held", "resting", "is_complete", "expected"),
    [
        ("0", "0", False, Rest()),
        # Less than the minimum of 5 quote units: it waits for more.
        ("0.049", "0", False, Rest()),
        ("0.049", "0", True, Rest()),
        ("0.05", "0", False, Rest(place=Decimal("0.05"))),
        # It has grown by enough for an order of its own.
        ("0.3", "0.2", False, Rest(place=Decimal("0.1"))),
        # It has grown by too little: wait for more; when no more comes, both become one order.
        ("0.22", "0.2", False, Rest()),
        ("0.22", "0.2", True, Rest(recall=True)),
        # A fee in the base asset leaves dust below one step.
        ("0.2998", "0.299", True, Rest()),
        # Something else sold a part of the leg.
        ("0.1", "0.2", True, Rest(recall=True)),
    ],
)
def test_the_order_follows_the_fills(held: str, resting: str, is_complete: bool, expected: Rest) -> None:
    assert _rest(held, resting, is_complete=is_complete) == expected


def test_an_order_that_only_reduces_needs_no_minimum_notional() -> None:
    assert _rest("0.01", "0", reduce_only=True) == Rest(place=Decimal("0.01"))


def test_what_is_more_than_one_order_may_be_of_becomes_several_and_the_last_bit_stays() -> None:
    steps = _steps(max_amount="0.5")

    def rest(resting: str) -> Rest:
        return rest_of(
            steps,
            target=Decimal(100),
            held=Decimal("1.22"),
            resting=Decimal(resting),
            is_complete=True,
            reduce_only=False,
        )

    assert rest("0") == rest("0.5") == Rest(place=Decimal("0.5"))
    assert rest("1.0") == Rest(place=Decimal("0.22"))
    assert rest("1.2") == Rest()


@given(st.lists(st.integers(1, 3_000), min_size=1, max_size=12), st.integers(0, 3), st.booleans())
def test_however_a_leg_fills_all_of_it_rests_in_the_end_and_never_more_than_is_held(
    fills: list[int], fee: int, reduce_only: bool
) -> None:
    """Amounts in 0.0001: the step is 0.001, the minimum 0.05; a fee of 0..3 per mille is taken in the base asset."""
    held, orders = ZERO, ZERO
    for at, units in enumerate([*fills, 0]):
        held += Decimal(units) / 10_000 * (1000 - fee) / 1000
        is_complete = at == len(fills)
        for _ in range(4):
            rest = rest_of(
                _steps(),
                target=Decimal(100),
                held=held,
                resting=orders,
                is_complete=is_complete,
                reduce_only=reduce_only,
            )
            orders = ZERO if rest.recall else orders + rest.place
            assert orders <= held
    missing = held - orders
    assert missing < Decimal("0.001") or (orders == 0 and held < Decimal("0.051"))
