"""Limits, the stop and the day's loss on real positions: what is refused, what waits, and what lifts it."""

from decimal import Decimal

import pytest

from dollarclub.core.errors import Conflict
from dollarclub.exchanges.gateway import MarketType
from dollarclub.positions.rules.states import CloseReason, GroupStatus
from dollarclub.risk.queries.exposure import exposures
from dollarclub.risk.queries.groups import active_groups
from dollarclub.risk.rules.pretrade import Refusal, RefusalCode
from dollarclub.risk.schemas import RiskSettings
from dollarclub.risk.service import state
from dollarclub.risk.service.overview import overview
from dollarclub.risk.service.pretrade import check
from tests.support.position_floor import PLAN
from tests.support.risk_floor import SETTINGS, RiskFloor

D = Decimal


def judged(risk: RiskFloor, cost: str, *, symbol: str = "BTC/USDT", pyramid: bool = False) -> Refusal | None:
    with risk.desk.context.db.transaction() as session:
        return check(
            session,
            account_id=risk.account_id,
            key_id=risk.desk.keys[MarketType.spot],
            symbol=symbol,
            planned_cost=D(cost),
            is_pyramid=pyramid,
        )


def limited(risk: RiskFloor, **limits: object) -> None:
    risk.set(RiskSettings.model_validate(SETTINGS.model_dump() | limits))


def stopped(risk: RiskFloor) -> str | None:
    with risk.desk.context.db.transaction() as session:
        return state.is_stopped(session, risk.account_id)


def test_what_rests_counts_as_exposure_like_what_is_held(risk: RiskFloor) -> None:
    limited(risk, max_exposure=12_000)
    risk.tick("50100")
    risk.floor.open(risk.floor.request(), PLAN)
    risk.floor.work()
    assert len(risk.floor.resting()) == 3, "10,000 rest, nothing is filled"
    refused = judged(risk, "2100")
    assert refused is not None
    assert refused.code is RefusalCode.exposure
    assert judged(risk, "2000") is None
    risk.floor.price("49900")
    refused = judged(risk, "2100")
    assert refused is not None, "the first leg is filled by now, and counts the same"
    assert judged(risk, "2100", symbol="ETH/BTC") is None, "other money is counted by itself"


@pytest.mark.parametrize("market_type", list(MarketType))
def test_exposure_is_that_of_the_ledger(risk: RiskFloor, market_type: MarketType) -> None:
    """Groups that rest, that are half filled, that sold a part, that were closed."""
    loser, _ = risk.losing_and_winning(market_type)
    risk.floor.open(risk.floor.request(market_type, price=D(49_500), timeframe=5), PLAN)
    risk.floor.work()
    closed = risk.enter("49000", "1000", 240, market_type)
    risk.floor.close(closed)
    risk.floor.ends(closed, market_type)
    risk.run(loser)
    risk.tick("48700", market_type)
    risk.look()
    risk.ended()
    with risk.desk.context.db.transaction() as session:
        added = {each.id: each.amount for each in exposures(session, risk.account_id)}
        ledgers = {each.id: each.exposure for each in active_groups(session, risk.account_id)}
    assert len(ledgers) == 3
    assert added == ledgers


def test_a_symbol_has_its_own_limits(risk: RiskFloor) -> None:
    limited(risk, max_groups_per_symbol=1, max_exposure_per_symbol=1500)
    risk.enter("50000", "1000", 15)
    refused = judged(risk, "100")
    assert refused is not None
    assert refused.code is RefusalCode.symbol_limit
    assert judged(risk, "100", pyramid=True) is None
    refused = judged(risk, "600", pyramid=True)
    assert refused is not None
    assert refused.code is RefusalCode.exposure
    assert judged(risk, "600", symbol="ETH/USDT") is None


def test_entries_of_a_day_are_counted(risk: RiskFloor) -> None:
    limited(risk, max_daily_trades=1)
    assert judged(risk, "100") is None
    risk.enter("50000", "1000", 15)
    refused = judged(risk, "100", symbol="ETH/USDT")
    assert refused is not None
    assert refused.code is RefusalCode.daily_trades


def test_a_lost_day_pauses_entries_until_a_person_starts_them(risk: RiskFloor) -> None:
    limited(risk, max_daily_loss=20)
    group = risk.enter("50000", "1000", 15)
    risk.tick("48000")
    assert judged(risk, "100") is None, "what is not realised is not lost yet"
    risk.floor.close(group)
    risk.floor.ends(group)
    refused = judged(risk, "100")
    assert refused is not None
    assert refused.code is RefusalCode.daily_loss
    assert refused.queue
    risk.look()
    assert "paused" in (stopped(risk) or "")
    assert len(risk.audited("risk.pause")) == 1
    risk.look()
    assert len(risk.audited("risk.pause")) == 1
    with risk.desk.context.db.transaction() as session:
        state.start(session, account_id=risk.account_id, by=risk.account_id, now=risk.now())
    risk.look()
    assert stopped(risk) is None, "what was lost before the restart counts no more"
    assert judged(risk, "100") is None


@pytest.mark.parametrize("closes", [True, False])
def test_a_lost_day_closes_positions_only_when_that_is_wished(risk: RiskFloor, closes: bool) -> None:
    limited(risk, max_daily_loss=20, daily_loss_closes=closes)
    lost = risk.enter("50000", "1000", 15)
    kept = risk.enter("50000", "1000", 60)
    risk.tick("48000")
    risk.floor.close(lost)
    risk.floor.ends(lost)
    risk.look()
    if not closes:
        assert risk.floor.group(kept).status is GroupStatus.open
        return
    group = risk.floor.ends(kept)
    assert (group.status, group.close_reason) == (GroupStatus.closed, CloseReason.daily_loss)


def test_partial_losses_of_open_groups_count(risk: RiskFloor) -> None:
    """A part of a loser that was sold is lost today, though its group is still open."""
    limited(risk, max_daily_loss=500)
    risk.losing_and_winning()
    risk.run()
    risk.tick("48500")
    risk.look()
    offset = risk.ended()
    assert offset.loss is not None
    assert offset.realised is not None
    with risk.desk.context.db.transaction() as session:
        shown = overview(session, risk.account_id, risk.now()).realised_today
    entry_fees = offset.realised - offset.loss - shown["paper:USD"]
    assert D(0) < entry_fees < D(2), "the result of both parts less what entering them had cost"


def test_stopping_and_starting_leave_their_traces(risk: RiskFloor) -> None:
    with risk.desk.context.db.transaction() as session:
        state.stop(session, account_id=risk.account_id, by=risk.account_id, reason="News", now=risk.now())
    assert stopped(risk) == "Entries are stopped: News"
    with pytest.raises(Conflict), risk.desk.context.db.transaction() as session:
        state.stop(session, account_id=risk.account_id, by=risk.account_id, reason="", now=risk.now())
    with risk.desk.context.db.transaction() as session:
        state.start(session, account_id=risk.account_id, by=risk.account_id, now=risk.now())
    assert stopped(risk) is None
    (entry,) = risk.audited("risk.stop")
    assert entry.actor_id == risk.account_id
    assert entry.note == "News"
    assert entry.before is not None
    assert entry.after is not None
    assert entry.before["stopped_at"] is None
    assert entry.after["stopped_at"] is not None


def test_a_stop_lets_offsets_go_on(risk: RiskFloor) -> None:
    risk.losing_and_winning()
    with risk.desk.context.db.transaction() as session:
        state.stop(session, account_id=risk.account_id, by=risk.account_id, reason="", now=risk.now())
    risk.run()
    assert risk.ended().status == "done"


def test_the_page_shows_who_would_be_paid_for_and_by_whom(risk: RiskFloor) -> None:
    loser, winner = risk.losing_and_winning()
    with risk.desk.context.db.transaction() as session:
        shown = overview(session, risk.account_id, risk.now())
    (candidate,) = shown.candidates
    assert candidate.group_id == loser
    assert candidate.hindrance == "timer_running", "it starts with this look"
    assert candidate.pnl_percent is not None
    assert D("-2.1") < candidate.pnl_percent < D("-1.9")
    assert shown.plan is not None
    assert shown.plan.loser_id == loser
    assert shown.plan.covers
    assert not shown.plan.is_due
    assert [(part.group_id, part.is_whole) for part in shown.plan.slices] == [(winner, False)]
    used = {usage.name: usage.used for usage in shown.limits}
    assert D(2900) < used["max_exposure"] < D(3000)
    assert used["max_daily_trades"] == 2
    assert risk.offsets() == [], "looking changes nothing"
    assert risk.audited("risk.timer_started") == []
