"""Limits that block entries: at the limit, beyond it, off."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.exchanges.gateway import Environment
from dollarclub.risk.rules.limits import EFFECTS, Effect, usages
from dollarclub.risk.rules.pretrade import Exposure, Limits, RefusalCode, judge
from dollarclub.risk.rules.purse import purse_of, quote_of

CALM = Exposure(0, Decimal(0), Decimal(0), Decimal(0), 0)
LIMITS = Limits(1, Decimal(3000), Decimal(10000), Decimal(500), 20)


def code(exposure: Exposure, cost: str = "1000", *, opens_group: bool = True) -> RefusalCode | None:
    refusal = judge(LIMITS, exposure, Decimal(cost), opens_group=opens_group)
    return refusal.code if refusal else None


def test_what_is_within_every_limit_passes() -> None:
    assert code(CALM) is None
    assert judge(Limits(), replace(CALM, exposure_total=Decimal(10**9)), Decimal(10**9)) is None, (
        "all are off"
    )


@pytest.mark.parametrize(
    ("changes", "cost", "expected"),
    [
        ({"exposure_total": Decimal(9000)}, "1000", None),
        ({"exposure_total": Decimal(9000)}, "1000.01", RefusalCode.exposure),
        ({"exposure_of_symbol": Decimal(2500)}, "500", None),
        ({"exposure_of_symbol": Decimal(2500)}, "501", RefusalCode.exposure),
        ({"groups_of_symbol": 1}, "1", RefusalCode.symbol_limit),
        ({"realised_today": Decimal("-499.99")}, "1", None),
        ({"realised_today": Decimal(-500)}, "1", RefusalCode.daily_loss),
        ({"realised_today": Decimal(900)}, "1", None),
        ({"trades_today": 19}, "1", None),
        ({"trades_today": 20}, "1", RefusalCode.daily_trades),
    ],
)
def test_each_limit_binds_beyond_it(changes: dict[str, object], cost: str, expected: object) -> None:
    assert code(replace(CALM, **changes), cost) == expected  # type: ignore[arg-type]


def test_a_pyramid_is_no_further_group_but_counts_in_money() -> None:
    assert code(replace(CALM, groups_of_symbol=1), opens_group=False) is None
    full = replace(CALM, exposure_total=Decimal(10000))
    assert code(full, opens_group=False) is RefusalCode.exposure


def test_only_a_day_of_losses_lets_the_entry_wait() -> None:
    lost = judge(LIMITS, replace(CALM, realised_today=Decimal("-512.50")), Decimal(1))
    full = judge(LIMITS, replace(CALM, exposure_total=Decimal(9500)), Decimal(1000))
    assert lost is not None
    assert lost.queue
    assert lost.message == "Today's realised loss of 512.5 reached the limit of 500."
    assert full is not None
    assert not full.queue
    assert "the limit of 10000" in full.message


money = st.decimals("0", "20000", places=2)


@given(money, money)
def test_no_entry_that_passes_exceeds_the_limit(exposure: Decimal, cost: Decimal) -> None:
    only_total = Limits(max_exposure=Decimal(10000))
    refusal = judge(only_total, replace(CALM, exposure_total=exposure), cost)
    assert (refusal is None) == (exposure + cost <= Decimal(10000))


def test_every_limit_says_what_it_does_and_how_much_is_used() -> None:
    exposure = Exposure(1, Decimal(20), Decimal(30), Decimal(-40), 5)
    shown = {usage.name: usage for usage in usages(LIMITS, exposure)}
    assert [shown[name].used for name in shown] == [1, 20, 30, 40, 5]
    assert {usage.effect for usage in shown.values()} == {Effect.blocks_entries}
    assert shown["max_groups_per_symbol"].is_reached
    assert not shown["max_exposure"].is_reached
    assert EFFECTS["loss_threshold_percent"] is Effect.closes_positions
    assert usages(Limits(), replace(exposure, realised_today=Decimal(9)))[3].used == 0, (
        "a profit uses no loss"
    )


@pytest.mark.parametrize(
    ("symbol", "purse"),
    [("BTC/USDT", "paper:USD"), ("BTC/USDC:USDC", "paper:USD"), ("ETH/BTC", "paper:BTC")],
)
def test_only_money_of_one_kind_is_added_up(symbol: str, purse: str) -> None:
    assert purse_of(Environment.paper, quote_of(symbol)) == purse
    assert purse_of(Environment.live, quote_of(symbol)) != purse
