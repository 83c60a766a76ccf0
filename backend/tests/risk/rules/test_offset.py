"""Paying for a loss: the worked example, minima, fractions, and that what is realised covers what is needed."""

import time
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from dollarclub.exchanges.rules.precision import Steps, smallest_amount
from dollarclub.kit.money import ceil_to
from dollarclub.positions.rules.config import PositionSide
from dollarclub.risk.rules.offset import Knobs, need_of, plan, size_loser
from dollarclub.risk.rules.winners import Holding, best

FEE = Decimal("0.001")


def steps(step: str, min_cost: str = "10") -> Steps:
    none = Decimal(0)
    return Steps(Decimal("0.01"), Decimal(step), Decimal(step), none, none, none, Decimal(min_cost))


def holding(
    number: int, held: str, average: str, last: str, step: str, side: PositionSide = PositionSide.long
) -> Holding:
    money = [Decimal(each) for each in (held, average, last)]
    return Holding(UUID(int=number), side, *money, FEE, steps(step))


BTC = holding(1, "0.05", "60000", "58200", "0.00001")
ETH = holding(2, "1.5", "3000", "3060", "0.0001")
SOL = holding(3, "10", "150", "153", "0.001")
XRP = holding(4, "900", "0.50", "0.52", "0.1")
KNOBS = Knobs(max_winners=3)


def test_the_worked_example() -> None:
    offset = plan(BTC, [XRP, SOL, ETH], KNOBS)
    assert offset.need == Decimal("92.91")
    assert [(each.group, each.amount, each.expected) for each in offset.slices] == [
        (ETH.id, Decimal("1.5"), Decimal("85.41")),
        (SOL.id, Decimal("2.635"), Decimal("7.501845")),
    ]
    assert offset.expected == Decimal("92.911845")
    assert offset.expected - offset.need == Decimal("0.001845")
    assert offset.covers
    assert offset.note == "2 winners pay 92.911845 for 92.91."
    assert ETH.unit_profit == Decimal("56.94")
    assert SOL.unit_profit == Decimal("2.847")


def test_a_short_loser_and_a_short_winner_are_mirrored() -> None:
    loser = holding(1, "0.05", "60000", "61800", "0.00001", PositionSide.short)
    winner = holding(2, "3", "3000", "2940", "0.0001", PositionSide.short)
    assert need_of(loser) == Decimal("90") + Decimal("0.05") * 61800 * FEE
    offset = plan(loser, [winner], KNOBS)
    assert winner.unit_profit == Decimal("57.06")
    assert offset.covers
    assert offset.slices[0].amount == ceil_to(offset.need / Decimal("57.06"), Decimal("0.0001"))


def test_what_does_not_cover_is_not_carried_out() -> None:
    offset = plan(BTC, [SOL], KNOBS)
    assert not offset.covers
    assert offset.expected == Decimal("28.47")
    assert offset.note == "The winners would realise 28.47 of 92.91; nothing is closed."
    assert plan(BTC, [], KNOBS).note == "No winner can pay anything of 92.91."
    assert not plan(BTC, [BTC], KNOBS).slices, "a group does not pay for itself"
    assert plan(ETH, [SOL], KNOBS).note == "It is not losing."
    assert not plan(ETH, [SOL], KNOBS).covers


def test_only_so_many_winners_are_combined() -> None:
    assert not plan(BTC, [ETH, SOL], replace(KNOBS, max_winners=1)).covers
    assert [each.id for each in best([XRP, BTC, SOL, ETH])] == [ETH.id, SOL.id, XRP.id]


def test_no_more_than_the_fraction_of_a_winner_is_closed() -> None:
    offset = plan(BTC, [ETH, SOL, XRP], replace(KNOBS, max_fraction_percent=Decimal(80)))
    assert [each.amount for each in offset.slices] == [Decimal("1.2"), Decimal("8"), Decimal("92.8")]
    assert not plan(BTC, [ETH, SOL], replace(KNOBS, max_fraction_percent=Decimal(50))).covers


def test_a_part_is_at_least_what_the_exchange_and_the_settings_allow() -> None:
    small = holding(1, "0.001", "60000", "59950", "0.00001")
    ten = plan(small, [ETH], KNOBS).slices[0].amount
    assert ten == Decimal("0.0033"), "10 of notional at 3060"
    twenty = plan(small, [ETH], replace(KNOBS, min_close_notional=Decimal(20))).slices[0].amount
    assert twenty == Decimal("0.0066")
    tiny = holding(5, "0.0005", "3000", "3060", "0.0001")
    assert not plan(small, [tiny], KNOBS).slices, "a winner below the minimum cannot be closed at all"


def test_nothing_is_left_that_can_never_be_closed() -> None:
    barely = replace(ETH, held=Decimal("1.6331"))
    offset = plan(BTC, [barely], KNOBS)
    assert offset.slices[0].amount == Decimal("1.6331"), "what would remain is below 10 of notional"
    kept = plan(BTC, [barely, SOL], replace(KNOBS, max_fraction_percent=Decimal("99.95")))
    left = barely.held - kept.slices[0].amount
    assert left >= smallest_amount(barely.steps, barely.last, is_market=True)
    assert kept.covers, "the next winner pays the rest"


def test_the_loser_is_closed_by_as_much_as_was_truly_realised() -> None:
    assert size_loser(BTC, Decimal("92.91")) == Decimal("0.05")
    assert size_loser(BTC, Decimal("500")) == Decimal("0.05")
    part = size_loser(BTC, Decimal("46"))
    assert part == Decimal("0.02475"), "46 / 1858.2 a coin, down to the step"
    assert size_loser(BTC, Decimal("0.2")) == 0, "0.0001 coins are below the least order"
    assert size_loser(BTC, Decimal(0)) == 0
    almost = size_loser(BTC, Decimal("92.8"))
    assert BTC.held - almost >= smallest_amount(BTC.steps, BTC.last, is_market=True)
    assert size_loser(replace(BTC, last=Decimal(61000)), Decimal(0)) == Decimal("0.05"), "it no longer loses"


prices = st.decimals("1", "1000", places=2)
amounts = st.decimals("0.5", "500", places=3)


@st.composite
def winning(draw: st.DrawFn, number: int) -> Holding:
    average = draw(prices)
    side = draw(st.sampled_from(PositionSide))
    factor = draw(st.decimals("1.01", "1.5", places=3))
    last = average * factor if side is PositionSide.long else average / factor
    return replace(
        holding(number, str(draw(amounts)), str(average), "1", "0.001", side),
        last=last.quantize(Decimal("0.01")),
    )


groups = st.integers(1, 6).flatmap(lambda count: st.tuples(*[winning(number + 2) for number in range(count)]))
losers = st.tuples(amounts, prices, st.decimals("0.5", "0.99", places=3)).map(
    lambda drawn: replace(
        holding(1, str(drawn[0]), str(drawn[1]), "1", "0.001"),
        last=(drawn[1] * drawn[2]).quantize(Decimal("0.01")),
    )
)
knobs = st.builds(
    Knobs, st.integers(1, 5), st.decimals("10", "100", places=1), st.decimals("0", "50", places=0)
)


@given(losers, groups, knobs)
def test_what_is_realised_covers_what_is_needed_to_within_one_step(
    loser: Holding, winners: tuple[Holding, ...], chosen: Knobs
) -> None:
    offset = plan(loser, winners, chosen)
    by_id = {each.id: each for each in winners}
    realised = sum(by_id[part.group].unit_profit * part.amount for part in offset.slices)
    assert realised == offset.expected
    assert len(offset.slices) <= chosen.max_winners
    for part in offset.slices:
        winner = by_id[part.group]
        assert part.amount <= winner.held * chosen.max_fraction_percent / 100
        assert part.amount % winner.steps.amount_step == 0
        assert part.amount * winner.last >= max(winner.steps.min_cost, chosen.min_close_notional)
        left = winner.held - part.amount
        assert left == 0 or left >= smallest_amount(winner.steps, winner.last, is_market=True)
    if offset.covers:
        last = offset.slices[-1]
        winner = by_id[last.group]
        step, unit = winner.steps.amount_step, winner.unit_profit
        assert realised >= offset.need
        least = max(winner.steps.min_cost, chosen.min_close_notional) / winner.last + step
        excess = realised - offset.need
        assert excess < unit * step or last.amount <= least or last.amount == winner.held


@given(losers, st.decimals("0", "100000", places=2))
def test_the_loser_never_costs_more_than_was_realised(loser: Holding, realised: Decimal) -> None:
    amount = size_loser(loser, realised)
    assert amount * -loser.unit_profit <= realised
    assert amount <= loser.held
    if amount:
        least = smallest_amount(loser.steps, loser.last, is_market=True)
        assert amount >= least
        assert amount == loser.held or loser.held - amount >= least
    if realised >= need_of(loser) and loser.held * loser.last >= 10:
        assert amount == loser.held


def test_ten_thousand_winners_are_weighed_in_time() -> None:
    many = [replace(SOL, id=UUID(int=number + 10), held=Decimal(number + 1)) for number in range(10_000)]
    taken = []
    for _ in range(3):
        started = time.process_time()
        plan(BTC, many, KNOBS)
        taken.append(time.process_time() - started)
    assert min(taken) < 0.2
