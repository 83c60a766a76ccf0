"""Who is paid for, and whose profit may pay: groups of the same purse that nobody has taken out of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.exchanges.rules.precision import Steps
from dollarclub.positions.rules.config import EntryType, GridPlan, Level, PositionSide
from dollarclub.positions.rules.ledger import LedgerFill
from dollarclub.positions.rules.states import GroupStatus
from dollarclub.positions.rules.view import GroupView
from dollarclub.risk.rules.group import Group
from dollarclub.risk.rules.losers import Hindrance
from dollarclub.risk.schemas import RiskSettings
from dollarclub.risk.service.judging import Picture, judged, plan_for

D = Decimal
ZERO = D(0)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
VALUES = RiskSettings(required_pyramids=1, min_close_notional=D(0))
LOSER, WINNER = UUID(int=1), UUID(int=2)


def group(
    id: UUID, last: str, symbol: str = "BTC/USDT", environment: Environment = Environment.live
) -> Group:
    """Ten units bought at 100."""
    bought = LedgerFill(True, D(10), D(100), D(1000), ZERO, ZERO, 1, UUID(int=9), NOON)
    view = GroupView(
        id=id,
        side=PositionSide.long,
        market_type=MarketType.spot,
        status=GroupStatus.open,
        plan=GridPlan(EntryType.limit, (Level(ZERO, D(100), D(1)),)),
        steps=Steps(D("0.01"), D("0.001"), D("0.001"), ZERO, ZERO, ZERO, D(10)),
        fills=(bought,),
        last=D(last),
    )
    return Group(UUID(int=3), UUID(int=4), environment, symbol, NOON, view)


def seen(*groups: Group) -> Picture:
    return judged(groups, {}, VALUES, NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("symbol", "environment", "pays"),
    [
        ("ETH/USDT", Environment.live, True),
        ("ETH/USDC", Environment.live, True),
        ("ETH/BTC", Environment.live, False),
        ("ETH/USDT", Environment.paper, False),
    ],
)
def test_only_money_of_the_same_kind_pays(symbol: str, environment: Environment, pays: bool) -> None:
    picture = seen(group(LOSER, "98"), group(WINNER, "105", symbol, environment))
    plan = plan_for(picture, LOSER, VALUES)
    assert plan is not None
    assert plan.covers is pays


def test_a_group_that_a_person_took_over_pays_nothing() -> None:
    winner = group(WINNER, "105")
    taken = replace(winner, view=replace(winner.view, is_manual=True))
    plan = plan_for(seen(group(LOSER, "98"), taken), LOSER, VALUES)
    assert plan is not None
    assert not plan.slices


def test_by_hand_the_worst_loser_needs_no_timer() -> None:
    other = UUID(int=5)
    picture = seen(group(other, "99"), group(LOSER, "98"), group(WINNER, "105"))
    assert picture.due() is None
    assert picture.by_hand() == LOSER
    assert picture.may_run(other)
    assert not picture.may_run(WINNER), "it does not lose"
    assert picture.hindrances[LOSER] is Hindrance.incomplete


def test_without_a_price_nothing_is_judged() -> None:
    blind = group(LOSER, "98")
    picture = seen(replace(blind, view=replace(blind.view, last=None)))
    assert picture.losing == []
    assert picture.by_hand() is None
    assert picture.hindrances[LOSER] is Hindrance.no_price
