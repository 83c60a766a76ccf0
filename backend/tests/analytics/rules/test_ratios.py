"""Ratios of results: the worked numbers, and what holds for all."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.analytics.rules.ratios import ratios

D = Decimal
RESULTS = [D(10), D(-4), D(6), D(-8), D(12)]
results = st.lists(
    st.decimals(min_value=-1_000_000, max_value=1_000_000, places=8, allow_nan=False), max_size=40
)


def near(value: Decimal | None, expected: str) -> bool:
    return value is not None and round(value, 4) == D(expected)


def test_the_worked_numbers() -> None:
    found = ratios(RESULTS)
    assert (found.trades, found.wins, found.losses, found.total) == (5, 3, 2, D(16))
    assert found.win_rate == D(60)
    assert near(found.average_win, "9.3333")
    assert found.average_loss == D(6)
    assert near(found.payoff, "1.5556")
    assert near(found.profit_factor, "2.3333")
    assert found.expectancy == D("3.2")
    assert near(found.sharpe, "0.4072")
    assert found.sortino == D("0.8")


def test_nothing_is_not_zero() -> None:
    found = ratios([])
    assert (found.trades, found.total) == (0, D(0))
    assert found.win_rate is found.expectancy is found.sharpe is found.sortino is None


@pytest.mark.parametrize("value", ["5", "0"])
def test_without_a_loss_nothing_is_divided_by_it(value: str) -> None:
    found = ratios([D(value), D(value)])
    assert found.profit_factor is found.payoff is found.sortino is found.sharpe is None
    assert found.average_loss is None


def test_a_result_of_zero_is_neither_won_nor_lost_but_counts() -> None:
    found = ratios([D(4), D(0), D(-2), D(0)])
    assert (found.wins, found.losses, found.win_rate) == (1, 1, D(25))
    assert found.expectancy == D("0.5")


@given(results, st.randoms())
def test_the_order_does_not_matter(values: list[Decimal], random: Random) -> None:
    mixed = list(values)
    random.shuffle(mixed)
    one, other = ratios(values), ratios(mixed)
    assert one.total == other.total == sum(values)
    assert (one.wins, one.losses, one.profit_factor) == (other.wins, other.losses, other.profit_factor)


@given(results.filter(lambda values: len(set(values)) > 1))
def test_ratios_are_free_of_the_unit(values: list[Decimal]) -> None:
    one, hundredfold = ratios(values), ratios([value * 100 for value in values])
    assert hundredfold.total == one.total * 100
    for name in ("win_rate", "profit_factor", "payoff", "sharpe", "sortino"):
        before, after = getattr(one, name), getattr(hundredfold, name)
        assert (before is None) == (after is None)
        assert before is None or abs(before - after) < D("1e-40") * max(1, abs(before))


@given(results)
def test_a_sign_turned_around_turns_wins_into_losses(values: list[Decimal]) -> None:
    one, turned = ratios(values), ratios([-value for value in values])
    assert (one.wins, one.losses) == (turned.losses, turned.wins)
    assert one.average_win == turned.average_loss
    assert one.total == -turned.total
