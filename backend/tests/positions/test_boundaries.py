"""A process that dies anywhere while it sees to a group: the next one goes on, nothing is doubled and nothing stays behind.

Every commit and every exchange call is a boundary. One life after the other, each dies a boundary later: while a grid is
laid out, while its legs take profit, while the group is closed. `CHAOS_EVERY_CASE=1` leaves no boundary out.
"""

import os
from dataclasses import replace
from uuid import UUID

import pytest

from dollarclub.core import presence
from dollarclub.exchanges.gateway import MarketType
from dollarclub.orders.rules.states import FINAL
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.states import GroupStatus
from tests.orders.test_boundaries import ghost
from tests.positions.test_engine import Money, check
from tests.support.mortality import Boundaries, Death, MortalGateways, mortal
from tests.support.position_floor import Floor

EVERY_CASE = os.environ.get("CHAOS_EVERY_CASE") == "1"
APART = 8 if EVERY_CASE else 48
"""A life in so many is lived by each case; all cases together die at every boundary."""

ENDLESS = 400
PLACES = [(MarketType.spot, PositionSide.long), (MarketType.usdm, PositionSide.short)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(APART) if EVERY_CASE else (5, 18, 31, 44))
def test_a_death_at_any_boundary_leaves_a_group_that_ends_clean(floor: Floor, first: int) -> None:
    market_type, side = PLACES[first % len(PLACES)]
    deaths = []
    for number in range(first, ENDLESS, APART):
        floor.desk.site.price("50200" if side is PositionSide.long else "49800")
        before = Money.of(floor.desk)
        group_id = floor.open(floor.request(market_type, side))
        died = None
        try:
            live(doomed(floor, Boundaries(number)), group_id, market_type, side)
        except Death as death:
            died = str(death)
            deaths.append(died)
        take_over(floor, group_id, market_type, side)
        check(floor, group_id, before)
        assert floor.resting() == [], died
        if died is None:
            break
    assert deaths, "hardly any boundary was crossed"


def doomed(floor: Floor, boundaries: Boundaries) -> Floor:
    """Another process over the same database and exchange, of which nobody thinks that it lives."""
    desk = replace(floor.desk, context=mortal(floor.context, boundaries), worker=ghost())
    desk.gateways = MortalGateways(floor.desk.gateways, boundaries)
    with floor.context.db.transaction() as session:
        presence.renew(session, desk.worker)
    return floor.mortal(desk)


def live(floor: Floor, group_id: UUID, market_type: MarketType, side: PositionSide) -> None:
    """The grid is laid out, two legs fill and rest their take profits, one takes it, and the rest is closed."""
    floor.hear(market_type)
    for price in ("49400", "50100") if side is PositionSide.long else ("50600", "49900"):
        floor.price(price, market_type)
    if floor.group(group_id).status is GroupStatus.open:
        floor.close(group_id)
    for _ in range(20):
        floor.hear(market_type)
        if floor.group(group_id).status is GroupStatus.closed:
            return


def take_over(floor: Floor, group_id: UUID, market_type: MarketType, side: PositionSide) -> None:
    """What the next process does."""
    floor.engine.free_lost()
    for _ in range(20):
        floor.hear(market_type)
        if all(order.status in FINAL or order.venue_order_id for order in floor.desk.orders()):
            break
        floor.desk.pass_time(2.5)
    live(floor, group_id, market_type, side)
    assert floor.group(group_id).status is GroupStatus.closed, floor.view(group_id).orders
