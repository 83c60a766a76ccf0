"""Grids: the worked example, what exchanges refuse, and that no grid costs more than its capital."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.exchanges.rules.precision import Draft, Steps, flaw
from dollarclub.kit.money import PRECISE
from dollarclub.positions.rules.config import EntryType, Level, PositionSide
from dollarclub.positions.rules.grid import Grid, Shortfall, ShortfallReason, grid, least_capital

LONG, SHORT = PositionSide.long, PositionSide.short


def _steps(tick: str = "0.01", step: str = "0.00001", **bounds: str) -> Steps:
    names = ("min_amount", "max_amount", "market_step", "market_max_amount", "min_cost")
    return Steps(Decimal(tick), Decimal(step), *(Decimal(bounds.get(name, "0")) for name in names))


def _levels(*rows: tuple[str, str, str]) -> tuple[Level, ...]:
    return tuple(Level(Decimal(gap), Decimal(weight), Decimal(tp)) for gap, weight, tp in rows)


FIVE = _levels(
    ("0", "20", "1"), ("-0.5", "20", "0.5"), ("-1", "20", "2"), ("-1.5", "20", "1.5"), ("-2", "20", "1")
)


def _grid(side: PositionSide, **changed: object) -> Grid | tuple[Shortfall, ...]:
    asked: dict[str, object] = {
        "base": Decimal("96347.55"),
        "capital": Decimal(1000),
        "levels": FIVE,
        "steps": _steps(),
        "entry_type": EntryType.limit,
    }
    return grid(side=side, **{**asked, **changed})  # type: ignore[arg-type]


def _planned(side: PositionSide, **changed: object) -> Grid:
    planned = _grid(side, **changed)
    assert isinstance(planned, Grid)
    return planned


def _refused(side: PositionSide, **changed: object) -> tuple[Shortfall, ...]:
    planned = _grid(side, **changed)
    assert isinstance(planned, tuple)
    return planned


@pytest.mark.parametrize(
    ("side", "legs", "cost", "average", "dust"),
    [
        (
            LONG,
            [
                ("96347.55", "0.00207", "199.4394285", "97311.03"),
                ("95865.81", "0.00208", "199.4008848", "96345.14"),
                ("95384.07", "0.00209", "199.3527063", "97291.76"),
                ("94902.33", "0.00210", "199.2948930", "96325.87"),
                ("94420.59", "0.00211", "199.2274449", "95364.80"),
            ],
            "996.7153575",
            "95379.460047846889952",
            "3.2846425",
        ),
        (
            SHORT,
            [
                ("96347.55", "0.00207", "199.4394285", "95384.07"),
                ("96829.29", "0.00206", "199.4683374", "96345.14"),
                ("97311.03", "0.00205", "199.4876115", "95364.80"),
                ("97792.77", "0.00204", "199.4972508", "96325.87"),
                ("98274.51", "0.00203", "199.4972553", "97291.76"),
            ],
            "997.3898835",
            "97306.330097560975609",
            "2.6101165",
        ),
    ],
)
def test_the_worked_example(
    side: PositionSide, legs: list[tuple[str, str, str, str]], cost: str, average: str, dust: str
) -> None:
    planned = _planned(side)
    assert [(leg.price, leg.amount, leg.cost, leg.target) for leg in planned.legs] == [
        tuple(Decimal(value) for value in leg) for leg in legs
    ]
    assert [leg.number for leg in planned.legs] == [0, 1, 2, 3, 4]
    assert planned.cost == Decimal(cost)
    assert str(planned.average).startswith(average)
    assert planned.dust == Decimal(dust)
    assert not any(leg.is_market or leg.is_held for leg in planned.legs)


def test_by_market_the_first_leg_goes_at_once_and_the_deeper_ones_wait_for_their_price() -> None:
    steps = _steps(market_step="0.0001")
    planned = _planned(LONG, entry_type=EntryType.market, steps=steps)
    assert [(leg.is_market, leg.is_held) for leg in planned.legs] == [(True, False)] + [(False, True)] * 4
    assert [leg.amount for leg in planned.legs] == [Decimal(text) for text in ["0.0020"] * 3 + ["0.0021"] * 2]


def test_two_pyramids_of_the_pyramid_example() -> None:
    steps = _steps("0.01", "0.001")
    levels = _levels(("0", "50", "1"), ("-1", "50", "1"))
    first = _planned(LONG, base=Decimal(100), capital=Decimal(300), levels=levels, steps=steps)
    second = _planned(LONG, base=Decimal(96), capital=Decimal(300), levels=levels, steps=steps)
    assert [(leg.price, leg.amount) for leg in first.legs] == [
        (Decimal("100.00"), Decimal("1.500")),
        (Decimal("99.00"), Decimal("1.515")),
    ]
    assert [(leg.price, leg.amount) for leg in second.legs] == [
        (Decimal("96.00"), Decimal("1.562")),
        (Decimal("95.04"), Decimal("1.578")),
    ]


def test_a_leg_below_the_minimum_is_named_with_the_capital_that_would_do() -> None:
    levels = _levels(("0", "90", "1"), ("-1", "10", "1"))
    steps = _steps("0.01", "0.001", min_cost="10")
    (short,) = _refused(LONG, base=Decimal(100), capital=Decimal(50), levels=levels, steps=steps)
    assert (short.leg, short.reason) == (1, ShortfallReason.below_min_cost)
    # 0.102 · 99 = 10.098 is the first multiple of the step that costs 10 or more; it is a tenth of the capital.
    assert short.least_capital == Decimal("100.98")
    assert "Leg 2" in short.message
    assert "100.98" in short.message
    enough = _planned(LONG, base=Decimal(100), capital=Decimal("100.98"), levels=levels, steps=steps)
    assert enough.legs[1].amount == Decimal("0.102")
    assert _refused(LONG, base=Decimal(100), capital=Decimal("100.97"), levels=levels, steps=steps)


def test_exactly_the_minimum_is_accepted() -> None:
    levels = _levels(("0", "100", "1"))
    steps = _steps("0.01", "0.001", min_cost="10", min_amount="0.1")
    assert _planned(LONG, base=Decimal(100), capital=Decimal(10), levels=levels, steps=steps).cost == 10


def test_every_failing_leg_is_told_and_their_largest_need_is_the_capital_that_works() -> None:
    levels = _levels(("0", "50", "1"), ("-1", "30", "1"), ("-2", "20", "1"))
    steps = _steps("0.01", "0.001", min_amount="1")
    shorts = _refused(LONG, base=Decimal(100), capital=Decimal(50), levels=levels, steps=steps)
    assert [short.leg for short in shorts] == [0, 1, 2]
    assert {short.reason for short in shorts} == {ShortfallReason.below_min_amount}
    assert least_capital(shorts) == Decimal(490)


def test_a_leg_above_the_maximum_is_told_with_the_capital_that_still_works() -> None:
    steps = _steps("0.01", "0.001", max_amount="5")
    levels = _levels(("0", "100", "1"))
    (short,) = _refused(LONG, base=Decimal(100), capital=Decimal(501), levels=levels, steps=steps)
    assert (short.reason, short.most_capital) == (ShortfallReason.above_max_amount, Decimal(500))
    assert least_capital([short]) is None


def test_a_leg_without_take_profit_has_no_target() -> None:
    planned = _planned(LONG, levels=_levels(("0", "100", "0")))
    assert planned.legs[0].target is None


@pytest.mark.parametrize(("base", "capital", "levels"), [("0", "1", FIVE), ("1", "0", FIVE), ("1", "1", ())])
def test_nonsense_is_an_error(base: str, capital: str, levels: tuple[Level, ...]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        _grid(LONG, base=Decimal(base), capital=Decimal(capital), levels=levels)


@st.composite
def _any_levels(draw: st.DrawFn) -> tuple[Level, ...]:
    weights = draw(st.lists(st.integers(1, 100), min_size=1, max_size=8))
    shares = [Decimal(weight * 10_000 // sum(weights)) / 100 for weight in weights]
    # Up to the tolerance more than 100.
    shares[0] += Decimal(100) - sum(shares) + draw(st.sampled_from([Decimal(0), Decimal("0.01")]))
    gaps = draw(st.lists(st.integers(0, 9_000), min_size=len(shares), max_size=len(shares), unique=True))
    targets = draw(st.lists(st.integers(0, 9_000), min_size=len(shares), max_size=len(shares)))
    return tuple(
        Level(Decimal(-gap) / 100, max(share, Decimal("0.01")), Decimal(tp) / 100)
        for gap, share, tp in zip(gaps, shares, targets, strict=True)
    )


_prices = st.integers(1, 10**13).map(lambda units: Decimal(units).scaleb(-6))
_some_steps = st.builds(
    lambda tick, step, low, cost: _steps(
        str(Decimal(1).scaleb(-tick)),
        str(Decimal(1).scaleb(-step)),
        min_amount=str(Decimal(low).scaleb(-step)),
        min_cost=str(cost),
    ),
    st.integers(0, 8),
    st.integers(0, 8),
    st.integers(0, 20),
    st.integers(0, 20),
)


@given(
    st.sampled_from(PositionSide), _prices, _prices, _any_levels(), _some_steps, st.sampled_from(EntryType)
)
def test_no_grid_costs_more_than_its_capital_and_no_leg_would_be_refused(
    side: PositionSide,
    base: Decimal,
    capital: Decimal,
    levels: tuple[Level, ...],
    steps: Steps,
    entry_type: EntryType,
) -> None:
    planned = grid(side=side, base=base, capital=capital, levels=levels, steps=steps, entry_type=entry_type)
    if isinstance(planned, tuple):
        enough = least_capital(planned)
        assert enough is not None
        planned = grid(
            side=side, base=base, capital=enough, levels=levels, steps=steps, entry_type=entry_type
        )
        assert isinstance(planned, Grid)
        capital = enough
    assert planned.cost <= capital
    assert PRECISE.add(planned.cost, planned.dust) == capital
    for leg in planned.legs:
        exact = base * (100 + side.sign * leg.gap) / 100
        worse = (leg.price - exact) * side.sign
        assert worse <= 0 or leg.price == steps.price_tick
        assert (
            leg.target is None
            or (leg.target - leg.price * (100 + side.sign * leg.take_profit) / 100) * (side.sign) >= 0
            or leg.target == steps.price_tick
        )
        draft = Draft(
            is_market=leg.is_market,
            is_buy=side is LONG,
            amount=leg.amount,
            price=None if leg.is_market else leg.price,
            reference=leg.price,
        )
        assert flaw(steps, draft) is None
