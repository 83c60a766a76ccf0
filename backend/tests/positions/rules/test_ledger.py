"""The ledger: the worked numbers, and that every figure adds up to the change of the balances."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.ledger import (
    NO_PYRAMID,
    Figures,
    LedgerFill,
    by_leg,
    by_pyramid,
    exit_fee,
    figures,
    gross_unrealised,
    percent,
    unrealised,
)

LONG, SHORT = PositionSide.long, PositionSide.short
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
RATE = Decimal("0.001")


def _leg(number: int) -> UUID:
    return UUID(int=number + 1)


def _fill(
    is_entry: bool,
    amount: str | Decimal,
    price: str | Decimal,
    *,
    leg: int | None = None,
    pyramid: int | None = 1,
    fee: str | Decimal = "0",
    fee_base: str | Decimal = "0",
    second: int = 0,
) -> LedgerFill:
    size, at = Decimal(amount), Decimal(price)
    return LedgerFill(
        is_entry=is_entry,
        amount=size,
        price=at,
        cost=PRECISE.multiply(size, at),
        fee_quote=Decimal(fee),
        fee_base=Decimal(fee_base),
        pyramid=pyramid,
        leg=None if leg is None else _leg(leg),
        at=START + timedelta(seconds=second),
    )


def _entry(amount: str, price: str, **more: object) -> LedgerFill:
    return _fill(True, amount, price, **more)  # type: ignore[arg-type]


def _exit(amount: str, price: str, **more: object) -> LedgerFill:
    return _fill(False, amount, price, **more)  # type: ignore[arg-type]


LONG_LEGS = [
    _entry(amount, price, leg=leg, second=leg)
    for leg, (amount, price) in enumerate(
        [
            ("0.00207", "96347.55"),
            ("0.00208", "95865.81"),
            ("0.00209", "95384.07"),
            ("0.00210", "94902.33"),
            ("0.00211", "94420.59"),
        ]
    )
]


def test_the_average_of_the_worked_example() -> None:
    found = figures(LONG, LONG_LEGS)
    assert (found.held, found.invested) == (Decimal("0.01045"), Decimal("996.7153575"))
    assert str(found.average).startswith("95379.460047846889952")
    of_three = figures(LONG, LONG_LEGS[:3])
    assert of_three.held == Decimal("0.00624")
    assert str(of_three.average).startswith("95864.26596")


def test_a_leg_that_took_its_profit_leaves_the_average_of_the_others() -> None:
    """Hybrid, §5: leg 1 closes at 96345.13 and earns 0.9969856; legs 0 and 2 hold 0.00416 at 95863.49394…"""
    found = figures(LONG, [*LONG_LEGS[:3], _exit("0.00208", "96345.13", leg=1, second=9)])
    assert found.gross_realised == Decimal("0.9969856")
    assert found.held == Decimal("0.00416")
    assert str(found.average).startswith("95863.49394")
    assert found.average_exit == Decimal("96345.13")


def test_a_pyramid_that_closes_leaves_the_other_as_it_was() -> None:
    fills = [
        _entry("1.500", "100", leg=0),
        _entry("1.515", "99", leg=1, second=1),
        _entry("1.562", "96", leg=10, pyramid=2, second=2),
        _entry("1.578", "95.04", leg=11, pyramid=2, second=3),
        _exit("3.140", "98", pyramid=2, second=4),
    ]
    first, second = by_pyramid(LONG, fills)[1], by_pyramid(LONG, fills)[2]
    assert str(first.average).startswith("99.497512")
    assert (first.held, second.held, second.average) == (Decimal("3.015"), ZERO, None)
    assert second.gross_realised == Decimal("3.140") * 98 - Decimal("1.562") * 96 - Decimal(
        "1.578"
    ) * Decimal("95.04")
    assert str(by_pyramid(LONG, fills[:-1])[2].average).startswith("95.517554")


def test_taking_out_a_part_of_a_group_does_not_move_its_average() -> None:
    before = figures(LONG, [_entry("1", "3100", leg=0), _entry("0.5", "2800", leg=1, second=1)])
    after = figures(
        LONG,
        [
            _entry("1", "3100", leg=0),
            _entry("0.5", "2800", leg=1, second=1),
            _exit("0.6", "3060", pyramid=None, second=2),
        ],
    )
    assert before.average == after.average == 3000
    assert after.gross_realised == 36
    assert (after.held, after.invested) == (Decimal("0.9"), 2700)


def test_what_a_winner_of_an_offset_realises() -> None:
    """§7: 1.5 ETH at 3000, sold at 3060 with 0.1 % fee, realises 85.41; 2.635 SOL of 10 realise 7.501845."""
    eth = figures(LONG, [_entry("1.5", "3000", leg=0), _exit("1.5", "3060", fee="4.59", second=1)])
    sol = figures(LONG, [_entry("10", "150", leg=0), _exit("2.635", "153", fee="0.403155", second=1)])
    assert (eth.realised, sol.realised) == (Decimal("85.41"), Decimal("7.501845"))
    assert eth.realised + sol.realised == Decimal("92.911845")


def test_the_loser_of_an_offset_unrealised() -> None:
    btc = figures(LONG, [_entry("0.05", "60000", leg=0)])
    last = Decimal(58200)
    assert gross_unrealised(LONG, btc, last) == -90
    assert percent(gross_unrealised(LONG, btc, last), btc.invested) == -3
    assert exit_fee(btc, last, RATE) == Decimal("2.91")
    assert unrealised(LONG, btc, last, RATE) == Decimal("-92.91")


def test_a_short_earns_when_the_price_falls() -> None:
    held = figures(SHORT, [_entry("2", "100", leg=0, fee="0.2")])
    assert (gross_unrealised(SHORT, held, Decimal(90)), gross_unrealised(SHORT, held, Decimal(110))) == (
        20,
        -20,
    )
    assert unrealised(SHORT, held, Decimal(90), RATE) == Decimal("20") - Decimal("0.2") - Decimal("0.18")
    half = figures(
        SHORT, [_entry("2", "100", leg=0, fee="0.2"), _exit("1", "90", leg=0, fee="0.09", second=1)]
    )
    assert (half.gross_realised, half.fees, half.open_fees) == (10, Decimal("0.29"), Decimal("0.1"))
    assert half.realised == Decimal("10") - Decimal("0.1") - Decimal("0.09")
    assert half.average == 100


def test_a_fee_in_the_base_asset_reduces_what_is_held_and_not_the_price() -> None:
    found = figures(LONG, [_entry("1", "100", leg=0, fee_base="0.001", fee="0.1")])
    assert (found.entered, found.held, found.fees_base) == (1, Decimal("0.999"), Decimal("0.001"))
    assert (found.fees, found.invested, found.average) == (Decimal("0.1"), Decimal("99.9"), 100)


def test_break_even_covers_the_fee_of_the_entry_and_of_the_exit() -> None:
    for side in (LONG, SHORT):
        found = figures(side, [_entry("2", "100", leg=0, fee="0.2")], RATE)
        assert found.break_even is not None
        with localcontext(PRECISE):
            assert abs(unrealised(side, found, found.break_even, RATE)) < Decimal("1e-40")
    assert figures(LONG, [], RATE).break_even is None


def test_nothing_is_zero_and_has_no_averages() -> None:
    empty = figures(LONG, [])
    assert (empty.held, empty.realised, empty.fees) == (ZERO, ZERO, ZERO)
    assert (empty.average, empty.average_entry, empty.average_exit) == (None, None, None)
    assert percent(ZERO, ZERO) == ZERO


def test_what_a_leg_sells_beyond_its_own_comes_from_its_pyramid() -> None:
    fills = [
        _entry("1", "100", leg=0),
        _entry("1", "90", leg=1, second=1),
        _exit("1.5", "110", leg=0, second=2),
    ]
    assert {leg: part.held for leg, part in by_leg(LONG, fills).items()} == {
        _leg(0): 0,
        _leg(1): Decimal("0.5"),
    }
    assert figures(LONG, fills).gross_realised == 10 + 10


def test_what_was_sold_without_being_held_is_owed() -> None:
    found = by_pyramid(LONG, [_exit("1", "100", pyramid=None)])[NO_PYRAMID]
    assert (found.held, found.gross_realised, found.average) == (-1, ZERO, None)
    assert gross_unrealised(LONG, found, Decimal(110)) == -10


def test_the_order_in_which_fills_are_read_does_not_matter() -> None:
    fills = [*LONG_LEGS, _exit("0.005", "97000", pyramid=None, second=9)]
    assert figures(LONG, fills) == figures(LONG, list(reversed(fills)))


_amounts = st.integers(1, 10**9).map(lambda units: Decimal(units).scaleb(-8))
_prices = st.integers(1, 10**9).map(lambda units: Decimal(units).scaleb(-4))


@st.composite
def _histories(draw: st.DrawFn) -> list[LedgerFill]:
    """Entries of six legs in two pyramids, and exits of legs, pyramids and the group, never more than is held."""
    fills: list[LedgerFill] = []
    held = ZERO
    for second in range(draw(st.integers(1, 14))):
        leg = draw(st.integers(0, 5))
        price = draw(_prices)
        if held == ZERO or draw(st.booleans()):
            amount = draw(_amounts)
            in_base = draw(st.booleans())
            fee_base = (amount * RATE) if in_base else ZERO
            fee = PRECISE.multiply(fee_base, price) if in_base else draw(_amounts)
            fills.append(
                _fill(
                    True,
                    amount,
                    price,
                    leg=leg,
                    pyramid=1 + leg // 3,
                    fee=fee,
                    fee_base=fee_base,
                    second=second,
                )
            )
            held += amount - fee_base
        else:
            amount = (held * draw(st.integers(1, 100)) / 100).quantize(Decimal("1e-8"), rounding="ROUND_DOWN")
            if amount == ZERO:
                continue
            named = draw(st.sampled_from(["leg", "pyramid", "group"]))
            fills.append(
                _fill(
                    False,
                    amount,
                    price,
                    leg=leg if named == "leg" else None,
                    pyramid=None if named == "group" else 1 + leg // 3,
                    fee=draw(_amounts),
                    second=second,
                )
            )
            held -= amount
    return fills


def _balances(side: PositionSide, fills: Sequence[LedgerFill]) -> tuple[Decimal, Decimal]:
    """What the fills did to the balances: base and quote units."""
    base, quote = ZERO, ZERO
    for fill in fills:
        bought = fill.is_entry == (side is LONG)
        base += (fill.amount if bought else -fill.amount) - fill.fee_base
        quote += (-fill.cost if bought else fill.cost) - (ZERO if fill.fee_base else fill.fee_quote)
    return base, quote


@given(_histories(), st.sampled_from(PositionSide), _prices)
def test_realised_and_unrealised_and_fees_are_the_change_of_the_balances(
    fills: list[LedgerFill], side: PositionSide, last: Decimal
) -> None:
    if side is SHORT:
        fills = [fill for fill in fills if not fill.fee_base]
    with localcontext(PRECISE):
        found = figures(side, fills)
        base, quote = _balances(side, fills)
        assert found.held * side.sign == base
        change = quote + base * last
        assert found.gross_realised + gross_unrealised(side, found, last) - found.fees == change
        assert found.realised + unrealised(side, found, last, RATE) + exit_fee(found, last, RATE) == change


@given(_histories(), st.sampled_from([by_leg, by_pyramid]))
def test_parts_add_up_to_the_whole_to_the_last_digit(
    fills: list[LedgerFill], parts_of: Callable[[PositionSide, Sequence[LedgerFill]], dict[object, Figures]]
) -> None:
    whole, parts = figures(LONG, fills), parts_of(LONG, fills).values()
    for name in ("held", "entered", "exited", "invested", "gross_realised", "realised", "fees", "open_fees"):
        with localcontext(PRECISE):
            assert sum((getattr(part, name) for part in parts), ZERO) == getattr(whole, name), name
    assert all(part.held >= 0 for part in parts)


@given(_histories(), _prices)
def test_closing_all_at_the_last_price_realises_what_was_unrealised(
    fills: list[LedgerFill], last: Decimal
) -> None:
    before = figures(LONG, fills)
    if before.held <= ZERO:
        return
    expected = PRECISE.add(before.realised, unrealised(LONG, before, last, RATE))
    fee = exit_fee(before, last, RATE)
    after = figures(LONG, [*fills, _fill(False, before.held, last, pyramid=None, fee=fee, second=99)])
    assert (after.held, after.invested, after.open_fees) == (ZERO, ZERO, ZERO)
    assert after.realised == expected


@pytest.mark.parametrize("named", ["leg", "pyramid", "group"])
def test_a_group_of_one_leg_is_the_same_whatever_an_exit_names(named: str) -> None:
    out = {"leg": {"leg": 0}, "pyramid": {"pyramid": 1}, "group": {"pyramid": None}}[named]
    found = figures(
        LONG, [_entry("3", "10", leg=0, fee="0.03"), _exit("1", "12", fee="0.01", second=1, **out)]
    )
    assert (found.held, found.invested, found.gross_realised) == (2, 20, 2)
    assert found.realised == Decimal("1.98")
