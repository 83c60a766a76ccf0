"""Parts of the whole, and how returns spread."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dollarclub.analytics.rules.breakdowns import MOST_BINS, best, days, histogram, parts, worst
from dollarclub.analytics.rules.sheets import csv_of
from dollarclub.analytics.rules.trades import Trade
from tests.support.trades import trade

D = Decimal
percents = st.lists(st.decimals(min_value=-1000, max_value=1000, places=6), min_size=1, max_size=60)


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def some() -> list[Trade]:
    return [
        trade(at(2), D(10), symbol="ETH/USDT"),
        trade(at(2, 15), D(-4)),
        trade(at(3), D(6), timeframe=60),
        trade(at(4), D(-8), symbol="ETH/USDT"),
        trade(at(4), D(12)),
    ]


def test_parts_stand_by_what_they_earned_and_add_up() -> None:
    found = parts(some(), lambda each: each.symbol)
    assert [(part.key, part.ratios.total, part.ratios.trades) for part in found] == [
        ("BTC/USDT", D(14), 3),
        ("ETH/USDT", D(2), 2),
    ]
    assert sum(part.fees for part in found) == D(1)
    assert sum(part.volume for part in found) == D(1016)


def test_a_day_tells_its_net_and_its_best_and_worst_pair() -> None:
    found = days(some())
    assert [(each.day, each.trades, each.net) for each in found] == [
        (date(2026, 3, 4), 2, D(4)),
        (date(2026, 3, 3), 1, D(6)),
        (date(2026, 3, 2), 2, D(6)),
    ]
    assert (found[0].best, found[0].worst, found[0].wins) == ("BTC/USDT", "ETH/USDT", 1)


def test_best_and_worst() -> None:
    assert [each.realised for each in best(some(), 2)] == [D(12), D(10)]
    assert [each.realised for each in worst(some(), 2)] == [D(-8), D(-4)]


def test_bins_are_round_and_zero_is_an_edge() -> None:
    found = histogram([D("-1.5"), D("-0.2"), D(0), D("0.3"), D("2.4")], most=5)
    assert [(each.low, each.high, each.count) for each in found] == [
        (-2, -1, 1),
        (-1, 0, 1),
        (0, 1, 2),
        (1, 2, 0),
        (2, 3, 1),
    ]
    assert histogram([]) == []
    assert [each.count for each in histogram([D(3), D(3)])] == [2]


@given(percents)
def test_every_return_is_in_one_bin(values: list[Decimal]) -> None:
    found = histogram(values)
    assert len(found) <= MOST_BINS
    assert sum(each.count for each in found) == len(values)
    for each in found:
        assert each.count == sum(each.low <= value < each.high for value in values)
        assert not each.low < 0 < each.high


def test_formulas_in_a_file_are_only_text() -> None:
    text = csv_of(("name", "value"), [("=1+1", D("-4.50")), ("@x,y", None), ("-", 3), ("plain", D("1E+3"))])
    assert text.splitlines() == ["name,value", "'=1+1,-4.5", '"\'@x,y",', "'-,3", "plain,1000"]
