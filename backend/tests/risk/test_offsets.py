"""Offsets on a real paper exchange: winners first, the loser by what they truly realised, nothing left half-done."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from dollarclub.core.errors import Conflict, NotFound
from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.ids import new_id
from dollarclub.orders.service import halts
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.states import CloseReason, GroupStatus
from dollarclub.risk.flows.watching import carry_out
from dollarclub.risk.models import OffsetStatus
from dollarclub.risk.queries.offsets import audit_page
from dollarclub.risk.repository.engines import EngineRepository
from dollarclub.risk.service import groups, planning
from dollarclub.risk.service.overview import overview
from tests.support.orders_desk import Desk
from tests.support.risk_floor import SETTINGS, RiskFloor

D = Decimal
PLACES = [
    (MarketType.spot, PositionSide.long),
    (MarketType.usdm, PositionSide.long),
    (MarketType.usdm, PositionSide.short),
]


@pytest.mark.parametrize(("market_type", "side"), PLACES)
def test_a_loss_is_paid_for_and_both_books_stay_in_order(
    risk: RiskFloor, market_type: MarketType, side: PositionSide
) -> None:
    loser, winner = risk.losing_and_winning(market_type, side)
    held = risk.floor.view(winner).figures.held
    risk.run()
    risk.look()
    offset = risk.ended()
    assert offset.status is OffsetStatus.done, offset.note
    assert offset.realised is not None
    assert offset.loss is not None
    step = D("0.001") * 1000
    assert offset.realised >= offset.needed
    assert offset.realised - offset.needed < step
    assert offset.loss <= offset.realised
    sold = [order for order in risk.risk_orders() if order["book_id"] == winner]
    assert [order["status"] for order in sold] == ["filled"]
    closed = risk.floor.ends(loser, market_type)
    assert (closed.status, closed.close_reason) == (GroupStatus.closed, CloseReason.risk_offset)
    view = risk.floor.view(winner)
    assert view.status is GroupStatus.open
    assert view.figures.held == held - sold[0]["filled"]
    assert view.figures.realised + view.figures.open_fees > 0
    resting = [order for order in view.orders if order.is_live]
    assert sum(order.amount for order in resting) <= view.figures.held
    assert resting, "its take profit rests again for what is left"


def test_the_timer_runs_before_the_engine_acts_by_itself(risk: RiskFloor) -> None:
    risk.losing_and_winning()
    risk.look()
    assert risk.offsets() == []
    assert len(risk.audited("risk.timer_started")) == 1
    risk.moved = timedelta(minutes=14, seconds=50)
    risk.look()
    assert risk.offsets() == []
    risk.moved = timedelta(minutes=15, seconds=5)
    risk.look()
    assert risk.ended().status is OffsetStatus.done
    assert [entry.actor_id for entry in risk.audited("risk.offset_begun")] == [None]


def test_a_group_that_recovers_waits_anew(risk: RiskFloor) -> None:
    risk.losing_and_winning()
    risk.look()
    risk.tick("50100")
    risk.look()
    assert len(risk.audited("risk.timer_reset")) == 1
    risk.tick("49000")
    risk.moved = timedelta(minutes=16)
    risk.look()
    assert risk.offsets() == []


def test_skipping_leaves_it_out_once(risk: RiskFloor) -> None:
    loser, _ = risk.losing_and_winning()
    risk.look()
    with risk.desk.context.db.transaction() as session:
        groups.skip(session, account_id=risk.account_id, group_id=loser, by=risk.account_id)
    risk.moved = timedelta(minutes=16)
    risk.look()
    assert risk.offsets() == []
    assert len(risk.audited("risk.skipped")) == 1
    risk.moved = timedelta(minutes=40)
    risk.look()
    assert risk.ended().status is OffsetStatus.done, "only once"


@pytest.mark.parametrize("who", ["loser", "winner"])
def test_a_blocked_group_is_left_alone(risk: RiskFloor, who: str) -> None:
    loser, winner = risk.losing_and_winning()
    with risk.desk.context.db.transaction() as session:
        blocked = loser if who == "loser" else winner
        groups.block(session, account_id=risk.account_id, group_id=blocked, by=risk.account_id)
    risk.look()
    risk.moved = timedelta(minutes=16)
    risk.look()
    assert risk.offsets() == []
    with pytest.raises(Conflict):
        risk.run()


def test_what_the_winners_cannot_pay_begins_nothing(risk: RiskFloor) -> None:
    risk.enter("50000", "1000", 15)
    risk.enter("48000", "100", 60)
    risk.tick("49000")
    with pytest.raises(Conflict) as refused:
        risk.run()
    assert refused.value.code == "not_covered"
    assert risk.risk_orders() == []


def test_a_price_that_falls_meanwhile_closes_less_of_the_loser(risk: RiskFloor) -> None:
    loser, winner = risk.losing_and_winning()
    risk.run()
    risk.tick("48500")
    risk.look()
    offset = risk.ended()
    assert offset.status is OffsetStatus.done, offset.note
    assert offset.realised is not None
    assert offset.loss is not None
    assert offset.realised < offset.needed
    assert offset.loss <= offset.realised, "no more is lost than was won"
    view = risk.floor.view(loser)
    assert view.status is GroupStatus.open
    assert view.figures.held > 0
    assert sum(order.amount for order in view.orders if order.is_live) == view.figures.held
    assert risk.floor.view(winner).status is GroupStatus.open


def test_winners_that_lose_by_now_abort_it(risk: RiskFloor) -> None:
    loser, winner = risk.losing_and_winning()
    before = risk.floor.view(loser).figures
    risk.run()
    risk.tick("47900")
    risk.look()
    offset = risk.ended()
    assert offset.status is OffsetStatus.aborted
    assert risk.floor.view(loser).figures == before
    assert all(order["book_id"] == winner for order in risk.risk_orders())


def test_a_halt_begins_nothing_and_ends_what_has_begun(risk: RiskFloor) -> None:
    risk.losing_and_winning()
    risk.run()
    with risk.desk.context.db.transaction() as session:
        halts.engage(session, account_id=risk.account_id, by=risk.account_id, reason="", flatten=False)
    risk.look()
    assert risk.ended().status is OffsetStatus.aborted
    assert risk.risk_orders() == []
    with pytest.raises(Conflict) as refused:
        risk.run()
    assert refused.value.code == "halted"


def test_only_one_offset_runs_for_an_account(risk: RiskFloor) -> None:
    risk.losing_and_winning()
    risk.run()
    with pytest.raises(Conflict) as refused:
        risk.run()
    assert refused.value.code == "offset_running"


def test_offsetting_by_itself_can_be_turned_off(risk: RiskFloor) -> None:
    risk.set(SETTINGS.model_copy(update={"offset_enabled": False}))
    risk.losing_and_winning()
    risk.look()
    risk.moved = timedelta(minutes=16)
    risk.look()
    assert risk.offsets() == []
    risk.run()
    assert risk.ended().status is OffsetStatus.done, "by hand it still works"


def test_two_workers_at_once_sell_nothing_twice(risk: RiskFloor) -> None:
    _, winner = risk.losing_and_winning()
    held = risk.floor.view(winner).figures.held
    risk.run()
    risk.make_due()
    others = [
        replace(risk.desk, worker=replace(risk.desk.worker, id=f"other-{number}")) for number in range(3)
    ]
    with ThreadPoolExecutor(len(others)) as threads:
        for _ in range(3):
            list(threads.map(lambda one: offset_worked_on(risk, one), others))
    offset = risk.ended()
    assert offset.status is OffsetStatus.done, offset.note
    assert offset.realised is not None
    assert offset.needed <= offset.realised < offset.needed + 1
    sold = sum(order["filled"] for order in risk.risk_orders() if order["book_id"] == winner)
    assert risk.floor.view(winner).figures.held == held - sold


def offset_worked_on(risk: RiskFloor, desk: Desk) -> None:
    """As if the lease of whoever works on the account had just run out."""
    lease = timedelta(seconds=3)
    carry_out(desk.context, desk.gateways, desk.worker, risk.account_id, lease)


def test_what_is_asked_for_during_a_look_is_looked_at_next(risk: RiskFloor) -> None:
    lease = timedelta(seconds=30)
    risk.make_due()
    with risk.desk.context.db.transaction() as session:
        engines = EngineRepository(session)
        assert engines.claim("first", lease) == risk.account_id
        assert engines.claim("second", lease) is None
        engines.release(risk.account_id, "first", again_in=lease)
        assert engines.claim("second", lease) is None, "not due again yet"
    risk.make_due()
    with risk.desk.context.db.transaction() as session:
        engines = EngineRepository(session)
        assert engines.claim("first", lease) == risk.account_id
        engines.make_due(risk.account_id)
        engines.release(risk.account_id, "first", again_in=lease)
        assert engines.claim("second", lease) == risk.account_id


def test_nobody_reaches_another_accounts_positions(risk: RiskFloor) -> None:
    loser, _ = risk.losing_and_winning()
    stranger = new_id()
    with risk.desk.context.db.transaction() as session:
        session.execute(
            text(
                "INSERT INTO accounts (id, email, username, password_hash, role, is_active, created_at, updated_at)"
                " VALUES (:id, 's@example.com', 'stranger', '', 'trader', true, now(), now())"
            ),
            {"id": stranger},
        )
    for act in (groups.block, groups.unblock, groups.skip):
        with pytest.raises(NotFound), risk.desk.context.db.transaction() as session:
            act(session, account_id=stranger, group_id=loser, by=stranger)
    with pytest.raises(Conflict), risk.desk.context.db.transaction() as session:
        planning.run_now(session, account_id=stranger, group_id=loser, by=stranger, now=risk.now())
    with risk.desk.context.db.transaction() as session:
        assert overview(session, stranger, risk.now()).candidates == []
        assert audit_page(session, account_id=stranger, limit=10, offset=0).total == 0
