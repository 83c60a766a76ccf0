"""The curve, how far it fell, and the year's ratios."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dollarclub.analytics.rules.equity import curve, daily_returns, drawdown, thinned, yearly
from dollarclub.analytics.rules.trades import Trade
from tests.support.trades import trades_of

D = Decimal
BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)
amounts = st.lists(st.decimals(min_value=-1000, max_value=1000, places=4), max_size=60)


def hourly(*results: str | Decimal) -> list[Trade]:
    return trades_of([(BEGAN + timedelta(hours=number), D(each)) for number, each in enumerate(results)])


def daily(*results: str) -> list[Trade]:
    return trades_of([(BEGAN + timedelta(days=number), D(each)) for number, each in enumerate(results)])


def test_the_worked_curve() -> None:
    points = curve(hourly("10", "-4", "6", "-8", "12"))
    assert [point.equity for point in points] == [10, 6, 12, 4, 16]
    found = drawdown(points, D(200))
    assert (found.deepest, found.deepest_percent) == (D(8), D(4))
    assert found.deepest_at == BEGAN + timedelta(hours=3)
    assert (found.current, found.current_percent) == (D(0), D(0))


def test_a_loss_at_first_is_a_drawdown_from_nothing() -> None:
    found = drawdown(curve(hourly("-5", "2")), None)
    assert (found.deepest, found.current) == (D(5), D(3))
    assert found.deepest_percent is found.current_percent is None


def test_nothing_yet() -> None:
    assert curve([]) == []
    found = drawdown([], D(100))
    assert (found.deepest, found.deepest_at, found.current) == (D(0), None, D(0))


def test_the_curve_goes_by_the_time_of_the_end() -> None:
    points = curve(reversed(hourly("10", "-4")))
    assert [point.equity for point in points] == [10, 6]


def test_daily_returns_are_of_the_equity_of_that_day() -> None:
    trades = daily("10", "-11", "0")
    first = trades[0].day
    assert daily_returns(trades, D(100), first, first + timedelta(days=3)) == [
        D("0.1"),
        D("-0.1"),
        D(0),
        D(0),
    ]
    assert daily_returns(trades, None, first, first) == []
    assert daily_returns(daily("-100", "5"), D(100), first, first + timedelta(days=1)) == []


def test_the_year_has_365_days() -> None:
    found = yearly([D("0.1"), D("-0.1"), D("0.1"), D("0.1")])
    # mean 0.05, population deviation 0.0866025, downside sqrt(0.01 / 4) = 0.05; times 19.10497
    assert found.sharpe is not None
    assert found.sortino is not None
    assert round(found.sharpe, 4) == D("11.0303")
    assert round(found.sortino, 4) == D("19.1050")
    assert yearly([]).sharpe is None


@given(amounts)
def test_the_curve_ends_at_the_sum_and_falls_no_deeper_than_it_shows(values: list[Decimal]) -> None:
    points = curve(hourly(*values))
    assert len(points) == len(values)
    assert (points[-1].equity if points else 0) == sum(values)
    assert all(point.drawdown >= 0 for point in points)
    deepest = max(
        (points[one].equity - points[other].equity for other in range(len(points)) for one in range(other)),
        default=D(0),
    )
    below_zero = max((-point.equity for point in points), default=D(0))
    assert drawdown(points, None).deepest == max(D(0), deepest, below_zero)


@given(amounts, st.integers(min_value=2, max_value=30))
def test_a_thinned_curve_keeps_its_lowest_point_and_its_end(values: list[Decimal], most: int) -> None:
    points = curve(hourly(*values))
    kept = thinned(points, most)
    assert len(kept) <= max(most, 2)
    assert all(one.at < other.at for one, other in pairwise(kept))
    if points:
        assert kept[-1] == points[-1]
        assert min(point.equity for point in kept) == min(point.equity for point in points)


@given(amounts)
def test_daily_returns_compound_to_the_sum(values: list[Decimal]) -> None:
    trades = hourly(*values)
    last = trades[-1].day if trades else date(2026, 3, 2)
    returns = daily_returns(trades, D(1_000_000), date(2026, 3, 2), last)
    equity = D(1_000_000)
    for each in returns:
        equity *= 1 + each
    assert abs(equity - 1_000_000 - sum(values)) < D("1e-9")
