"""A process that dies at any boundary of an offset: another goes on or aborts, and nothing is left half-done.

Each commit and each exchange call of the risk engine is a boundary, before and after. An offset is lived again and
again, dying some boundaries later each time, until it ends without dying. `CHAOS_EVERY_CASE=1` dies at each of them, and
on futures too.
"""

import os
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import pytest

from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.money import ZERO
from dollarclub.orders.rules.states import FINAL
from dollarclub.positions.rules.states import CloseReason, GroupStatus
from dollarclub.risk.flows.watching import risk_due
from dollarclub.risk.models import OffsetStatus, RiskOffset
from tests.orders.test_boundaries import mortal_desk
from tests.support.mortality import Boundaries, Death
from tests.support.risk_floor import RiskFloor

D = Decimal
ENDLESS = 100
EVERY_CASE = os.environ.get("CHAOS_EVERY_CASE") == "1"
CASES = list(MarketType) if EVERY_CASE else [MarketType.spot]
STRIDE = 1 if EVERY_CASE else 16
OVER = (OffsetStatus.done, OffsetStatus.aborted)


@dataclass(frozen=True)
class Life:
    """One offset that was begun, its groups, and what the winner held before."""

    offset_id: UUID
    loser: UUID
    winner: UUID
    held: Decimal


@pytest.mark.timeout(600)
@pytest.mark.parametrize("market_type", CASES)
def test_a_death_at_any_boundary_leaves_nothing_half_done(risk: RiskFloor, market_type: MarketType) -> None:
    for number in range(0, ENDLESS, STRIDE):
        life = begin(risk, market_type, number)
        boundaries = Boundaries(number)
        doomed = mortal_desk(risk.desk, boundaries)
        risk.make_due()
        story = "nobody died"
        try:
            risk_due(doomed.context, doomed.gateways, doomed.worker)
        except Death as death:
            story = f"{number}: {death}"
        take_over(risk)
        check(risk, life, story)
        if story == "nobody died":
            assert number >= 20, "hardly any boundary was crossed"
            return
        clear(risk)
    raise AssertionError("an offset has no end")


def begin(risk: RiskFloor, market_type: MarketType, number: int) -> Life:
    loser = risk.enter("50000", "1000", 2 * number + 1, market_type)
    winner = risk.enter("48000", "2000", 2 * number + 2, market_type)
    risk.tick("49000", market_type)
    held = risk.floor.view(winner).figures.held
    return Life(risk.run(), loser, winner, held)


def take_over(risk: RiskFloor) -> None:
    """Another process does what there is to do, and time passes for orders that nobody knows the end of."""
    for _ in range(30):
        risk.desk.settle(moving=True)
        risk.floor.work()
        risk.look()
        if all(offset.status in OVER for offset in risk.offsets()):
            break
    risk.floor.work()


def check(risk: RiskFloor, life: Life, story: str) -> None:
    (offset,) = [each for each in risk.offsets() if each.id == life.offset_id]
    assert offset.status in OVER, story
    orders = [order for order in risk.risk_orders() if order["origin_id"] == life.offset_id]
    assert all(order["status"] in {each.value for each in FINAL} for order in orders), story
    for order in orders:
        placed = risk.desk.on_exchange(order["client_id"])
        assert sum(D(str(each["executed"])) for each in placed) == order["filled"], story
    sold = sum((order["filled"] for order in orders if order["book_id"] == life.winner), ZERO)
    closed = sum((order["filled"] for order in orders if order["book_id"] == life.loser), ZERO)
    winner = risk.floor.view(life.winner)
    assert winner.figures.held == life.held - sold, story
    resting = sum((each.amount for each in winner.orders if each.is_live), ZERO)
    assert ZERO <= winner.figures.held - resting < winner.steps.amount_step, story
    agrees(risk, life, offset, closed, story)


def agrees(risk: RiskFloor, life: Life, offset: RiskOffset, closed: Decimal, story: str) -> None:
    assert offset.status is OffsetStatus.done, f"{story} {offset.note}"
    assert offset.realised is not None
    assert offset.loss is not None
    assert offset.needed <= offset.realised < offset.needed + 1, f"{story} {offset.realised}"
    assert ZERO < offset.loss <= offset.realised, story
    loser = risk.floor.group(life.loser)
    assert (loser.status, loser.close_reason) == (GroupStatus.closed, CloseReason.risk_offset), story
    assert loser.result is not None
    assert D(loser.result["exited"]) == closed, story


def clear(risk: RiskFloor) -> None:
    """Close what is left, so that the next life has only its own groups."""
    for each in risk.open_groups():
        risk.floor.close(each)
    risk.floor.work()
    risk.tick("50000")
    assert risk.open_groups() == []
