"""Rounding to a pair's steps and the reasons to refuse, by cases and for any numbers."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dollarclub.exchanges.rules.precision import (
    Draft,
    Flaw,
    Steps,
    flaw,
    largest_amount,
    nearest_price,
    rounded_amount,
    rounded_price,
    smallest_amount,
    step_of,
)

BTC = Steps(
    price_tick=Decimal("0.01"),
    amount_step=Decimal("0.00001"),
    min_amount=Decimal("0.00001"),
    max_amount=Decimal(9000),
    market_step=Decimal(0),
    market_max_amount=Decimal(120),
    min_cost=Decimal(5),
)


def limit(amount: str, price: str | None = "50000", **changes: object) -> Draft:
    values: dict[str, object] = {
        "is_market": False,
        "is_buy": True,
        "amount": Decimal(amount),
        "price": None if price is None else Decimal(price),
    }
    return Draft(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (limit("0.01"), None),
        (limit("0.0001"), None),  # exactly the least notional
        (limit("0.00009"), Flaw.below_min_notional),
        (limit("0.000123456"), Flaw.amount_off_step),
        (limit("0"), Flaw.amount_missing),
        (limit("-1"), Flaw.amount_missing),
        (limit("0.01", None), Flaw.price_missing),
        (limit("0.01", "0"), Flaw.price_missing),
        (limit("0.01", "50000.005"), Flaw.price_off_tick),
        (limit("9000"), None),
        (limit("9000.00001"), Flaw.above_max_amount),
        (limit("121", None, is_market=True), Flaw.above_max_amount),
        (limit("0.00001", None, is_market=True), None),  # no price, so the notional cannot be told
        (limit("0.00001", None, is_market=True, reference=Decimal(50000)), Flaw.below_min_notional),
        (limit("0.00001", reduce_only=True), None),
        (Draft(is_market=True, is_buy=True, amount=None, cost=Decimal(5)), None),
        (Draft(is_market=True, is_buy=True, amount=None, cost=Decimal("4.99")), Flaw.below_min_notional),
        (Draft(is_market=True, is_buy=True, amount=None, cost=Decimal(0)), Flaw.below_min_notional),
    ],
)
def test_an_order_is_judged_by_the_pairs_metadata(draft: Draft, expected: Flaw | None) -> None:
    assert flaw(BTC, draft) is expected


def test_a_closed_pair_refuses_everything() -> None:
    closed = Steps(**{**vars(BTC), "active": False})
    assert flaw(closed, limit("0.01")) is Flaw.market_closed


def test_prices_never_get_worse_than_asked() -> None:
    assert rounded_price(BTC, Decimal("100.019"), is_buy=True) == Decimal("100.01")
    assert rounded_price(BTC, Decimal("100.011"), is_buy=False) == Decimal("100.02")
    assert rounded_price(BTC, Decimal("0.001"), is_buy=True) == Decimal("0.01")
    assert nearest_price(BTC, Decimal("100.016")) == Decimal("100.02")


def test_the_largest_order_is_the_smaller_of_the_bounds() -> None:
    assert largest_amount(BTC, is_market=True) == 120
    assert largest_amount(BTC, is_market=False) == 9000
    unbound = Steps(**{**vars(BTC), "max_amount": Decimal(0), "market_max_amount": Decimal(0)})
    assert largest_amount(unbound, is_market=True) is None


_steps = st.sampled_from(
    [Decimal(10) ** -n for n in range(9)] + [Decimal("0.5"), Decimal("0.25"), Decimal(5), Decimal(0)]
)
_amounts = st.decimals(min_value="0.00000001", max_value="1000000", places=10, allow_nan=False)
_prices = st.decimals(min_value="0.00000001", max_value="1000000", places=10, allow_nan=False)
_pairs = st.builds(
    Steps,
    price_tick=_steps,
    amount_step=_steps,
    min_amount=st.sampled_from([Decimal(0), Decimal("0.001"), Decimal(1)]),
    max_amount=st.sampled_from([Decimal(0), Decimal(5000)]),
    market_step=st.sampled_from([Decimal(0), Decimal("0.1"), Decimal(1)]),
    market_max_amount=st.sampled_from([Decimal(0), Decimal(100)]),
    min_cost=st.sampled_from([Decimal(0), Decimal(5), Decimal(100)]),
)  # fmt: skip


@given(steps=_pairs, amount=_amounts, price=_prices, is_buy=st.booleans(), is_market=st.booleans())
def test_a_rounded_order_is_never_refused_for_precision(
    steps: Steps, amount: Decimal, price: Decimal, is_buy: bool, is_market: bool
) -> None:
    rounded = rounded_amount(steps, amount, is_market=is_market)
    assert 0 <= rounded <= amount
    at = rounded_price(steps, price, is_buy=is_buy)
    found = flaw(
        steps,
        Draft(
            is_market=is_market, is_buy=is_buy, amount=rounded, price=None if is_market else at, reference=at
        ),
    )
    assert found not in (Flaw.amount_off_step, Flaw.price_off_tick, Flaw.price_missing)
    assert found is not Flaw.amount_missing or rounded == 0


@given(steps=_pairs, price=_prices, is_buy=st.booleans())
def test_a_rounded_price_is_within_one_tick_and_not_worse(steps: Steps, price: Decimal, is_buy: bool) -> None:
    rounded = rounded_price(steps, price, is_buy=is_buy)
    assert abs(rounded - price) < steps.price_tick or rounded == price
    if is_buy:
        assert rounded <= max(price, steps.price_tick)
    else:
        assert rounded >= price


@given(steps=_pairs, price=_prices, is_market=st.booleans())
def test_the_smallest_amount_passes_and_one_step_less_does_not(
    steps: Steps, price: Decimal, is_market: bool
) -> None:
    at = rounded_price(steps, price, is_buy=True)
    least = smallest_amount(steps, at, is_market=is_market)
    largest = largest_amount(steps, is_market=is_market)
    assume(least > 0 and (largest is None or least <= largest))

    def judged(amount: Decimal) -> Flaw | None:
        return flaw(
            steps,
            Draft(
                is_market=is_market, is_buy=True, amount=amount, price=None if is_market else at, reference=at
            ),
        )

    assert judged(least) is None
    step = step_of(steps, is_market=is_market)
    if step > 0:
        assert judged(least - step) is not None
