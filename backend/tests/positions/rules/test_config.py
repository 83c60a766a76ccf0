"""Configurations: what is refused and where, what a pyramid follows, and that storing loses nothing."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dollarclub.exchanges.gateway import Side
from dollarclub.positions.rules.config import (
    EntryType,
    GridPlan,
    Level,
    MarginMode,
    OppositePolicy,
    PositionSide,
    RemainderPolicy,
    TakeProfitMode,
    flaws,
)

D = Decimal


def _level(gap: str = "0", weight: str = "100", take_profit: str = "1") -> Level:
    return Level(D(gap), D(weight), D(take_profit))


PLAN = GridPlan(
    entry_type=EntryType.limit,
    levels=(_level(weight="60"), _level("-1", "40")),
    capital=D(200),
    max_pyramids=3,
)

FULL = GridPlan(
    entry_type=EntryType.market,
    levels=(_level(weight="60"), _level("-1.5", "40", "0.25")),
    pyramid_levels={2: (_level(),)},
    capital=D(200),
    pyramid_capitals={1: D("150.5"), 3: D(90)},
    max_pyramids=3,
    tp_mode=TakeProfitMode.pyramid_aggregate,
    tp_percent=D("1.2"),
    pyramid_tp_percents={2: D(3)},
    stop_loss_percent=D(10),
    trailing_percent=D(1),
    trailing_activation_percent=D(2),
    cancel_beyond_percent=D(7),
    entry_ttl_seconds=3600,
    leverage=5,
    margin_mode=MarginMode.isolated,
    opposite=OppositePolicy.reverse,
    max_slippage_percent=D("0.5"),
    remainder=RemainderPolicy.rest,
)


@pytest.mark.parametrize("plan", [PLAN, FULL])
def test_storing_a_configuration_loses_nothing(plan: GridPlan) -> None:
    assert GridPlan.from_json(json.loads(json.dumps(plan.as_json()))) == plan
    assert flaws(plan) == []


def test_a_side_opens_with_one_side_of_orders_and_closes_with_the_other() -> None:
    assert [(side.entry, side.exit, side.sign) for side in (PositionSide.long, PositionSide.short)] == [
        (Side.buy, Side.sell, 1),
        (Side.sell, Side.buy, -1),
    ]


def test_each_pyramid_follows_its_own_settings_and_else_those_of_all() -> None:
    assert FULL.levels_of(1) == FULL.levels_of(3) == FULL.levels
    assert FULL.levels_of(2) == (_level(),)
    assert [FULL.capital_of(number, D(1000)) for number in (1, 2, 3)] == [D("150.5"), D(200), D(90)]
    assert [FULL.tp_percent_of(number) for number in (1, 2, 3)] == [D("1.2"), D(3), D("1.2")]


def test_the_alert_s_size_counts_only_without_a_configured_capital() -> None:
    free = replace(PLAN, capital=None, pyramid_capitals={2: D(50)})
    assert [free.capital_of(number, D(1000)) for number in (1, 2)] == [D(1000), D(50)]
    assert free.capital_of(1, None) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"levels": ()}, "levels"),
        ({"levels": (_level(weight="60"), _level("-1", "39.98"))}, "levels"),
        ({"levels": (_level(weight="60"), _level("-1", "40.02"))}, "levels"),
        ({"levels": (_level(weight="100"), _level("-1", "0"))}, "levels.1.weight"),
        ({"levels": (_level("0.5"),)}, "levels.0.gap"),
        ({"levels": (_level("-100"),)}, "levels.0.gap"),
        ({"levels": (_level("-1", "50"), _level("-1.0", "50"))}, "levels.1.gap"),
        ({"levels": (_level(take_profit="0"),)}, "levels.0.take_profit"),
        ({"levels": (_level(take_profit="-1"),)}, "levels.0.take_profit"),
        ({"pyramid_levels": {2: (_level(weight="99"),)}}, "pyramid_levels.2"),
        ({"pyramid_levels": {1: (_level(),)}}, "pyramid_levels.1"),
        ({"pyramid_levels": {4: (_level(),)}}, "pyramid_levels.4"),
        ({"capital": D(0)}, "capital"),
        ({"pyramid_capitals": {2: D(0)}}, "pyramid_capitals.2"),
        ({"pyramid_capitals": {4: D(1)}}, "pyramid_capitals.4"),
        ({"max_pyramids": 0}, "max_pyramids"),
        ({"max_pyramids": 51}, "max_pyramids"),
        ({"tp_mode": TakeProfitMode.aggregate}, "tp_percent"),
        ({"tp_mode": TakeProfitMode.hybrid}, "tp_percent"),
        ({"tp_percent": D(0)}, "tp_percent"),
        (
            {"tp_mode": TakeProfitMode.pyramid_aggregate, "pyramid_tp_percents": {1: D(1), 3: D(1)}},
            "tp_percent",
        ),
        ({"pyramid_tp_percents": {2: D(0)}}, "pyramid_tp_percents.2"),
        ({"stop_loss_percent": D(100)}, "stop_loss_percent"),
        ({"trailing_percent": D(0)}, "trailing_percent"),
        ({"trailing_activation_percent": D(1)}, "trailing_activation_percent"),
        ({"trailing_percent": D(1), "trailing_activation_percent": D(-1)}, "trailing_activation_percent"),
        ({"cancel_beyond_percent": D(0)}, "cancel_beyond_percent"),
        ({"entry_ttl_seconds": 0}, "entry_ttl_seconds"),
        ({"leverage": 126}, "leverage"),
        ({"max_slippage_percent": D(0)}, "max_slippage_percent"),
    ],
)
def test_what_cannot_be_traded_is_told_by_field(changed: dict[str, Any], field: str) -> None:
    assert [flaw.field for flaw in flaws(replace(PLAN, **changed))] == [field]


@pytest.mark.parametrize(
    "changed",
    [
        {"levels": (_level(weight="33.33"), _level("-1", "33.33"), _level("-2", "33.33"))},
        {"levels": (_level(take_profit="0"),), "tp_mode": TakeProfitMode.aggregate, "tp_percent": D(1)},
        {
            "tp_mode": TakeProfitMode.pyramid_aggregate,
            "pyramid_tp_percents": {1: D(1), 2: D(1), 3: D(1)},
        },
        {"capital": None},
    ],
)
def test_what_can_be_traded_has_no_flaw(changed: dict[str, Any]) -> None:
    assert flaws(replace(PLAN, **changed)) == []
