"""One look at an account: timers move, the day's loss pauses, an offset that is due begins."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.outbox import emit
from dollarclub.orders.service.halts import is_halted
from dollarclub.positions.rules.states import CloseReason
from dollarclub.positions.service.closing import request_close
from dollarclub.risk.events import risk_changed
from dollarclub.risk.queries import groups as queries
from dollarclub.risk.repository.engines import EngineRepository
from dollarclub.risk.repository.offsets import OffsetRepository
from dollarclub.risk.repository.states import StateRepository
from dollarclub.risk.rules.losers import Hindrance
from dollarclub.risk.rules.pretrade import exceeds_daily_loss
from dollarclub.risk.rules.timers import Timer
from dollarclub.risk.schemas import RiskSettings
from dollarclub.risk.service import planning, settings, state
from dollarclub.risk.service.judging import Picture, picture, plan_for, timer_of

EVERY, IDLE = timedelta(seconds=5), timedelta(seconds=15)


def evaluate(session: Session, account_id: UUID, now: datetime) -> timedelta:
    """Write all that follows from the present prices; how long until the next look."""
    values = settings.read(session, account_id).values
    seen = picture(session, account_id, values, now)
    _watch_loss(session, account_id, values, seen, now)
    _move_timers(session, account_id, values, seen, now)
    _begin_offset(session, account_id, values, seen)
    return EVERY if seen.groups else IDLE


def _watch_loss(
    session: Session, account_id: UUID, values: RiskSettings, seen: Picture, now: datetime
) -> None:
    if values.max_daily_loss is None:
        return
    since = state.counted_since(EngineRepository(session).read(account_id), now)
    realised = queries.realised_since(session, account_id, since)
    worst = min(realised, key=lambda purse: realised[purse], default=None)
    if worst is None or not exceeds_daily_loss(values.limits, realised[worst]):
        return
    paused = state.pause(session, account_id=account_id, realised=realised[worst], purse=worst, now=now)
    if paused and values.daily_loss_closes:
        for group in seen.groups.values():
            if group.purse == worst and group.is_open:
                request_close(
                    session, account_id=account_id, group_id=group.id, reason=CloseReason.daily_loss
                )


def _move_timers(
    session: Session, account_id: UUID, values: RiskSettings, seen: Picture, now: datetime
) -> None:
    """Store what changed. A group that is skipped when it would be paid for begins to wait anew."""
    repository = StateRepository(session)
    before = repository.of(list(seen.groups))
    is_news = False
    running = {each.id: each.timer for each in seen.losing}
    for group_id in seen.groups:
        timer = running.get(group_id, Timer())
        if seen.hindrances[group_id] is Hindrance.no_price:
            timer = timer_of(before.get(group_id))
        if seen.hindrances[group_id] is Hindrance.skipped:
            timer = Timer(now, now + values.timer_rules.wait)
            repository.locked(group_id, account_id).skip_once = False
            session.flush()
            _record(session, account_id, "risk.skipped", group_id, "Left out once; its timer began anew.")
        known = timer_of(before.get(group_id))
        if timer == known:
            continue
        repository.set_timer(group_id, account_id, timer)
        is_news = True
        if (timer.started_at is None) != (known.started_at is None):
            action = "risk.timer_reset" if timer.started_at is None else "risk.timer_started"
            _record(session, account_id, action, group_id, "")
    if is_news:
        emit(session, risk_changed(account_id))


def _begin_offset(session: Session, account_id: UUID, values: RiskSettings, seen: Picture) -> None:
    loser = seen.due()
    if loser is None or not values.offset_enabled:
        return
    if OffsetRepository(session).running(account_id) is not None or is_halted(session, account_id):
        return
    plan = plan_for(seen, loser, values)
    if plan is not None and plan.covers:
        planning.begin(session, account_id=account_id, plan=plan, picture=seen, by=None)


def _record(session: Session, account_id: UUID, action: str, group_id: UUID, note: str) -> None:
    audit.record(
        session,
        account_id=account_id,
        action=action,
        subject_kind="group",
        subject_id=group_id,
        note=note,
    )
