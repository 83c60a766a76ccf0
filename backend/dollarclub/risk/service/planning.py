"""Beginning an offset: by the engine when it is due, or by a person at once."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.errors import Conflict
from dollarclub.core.outbox import emit
from dollarclub.kit.money import plain
from dollarclub.orders.service.halts import is_halted
from dollarclub.risk.events import offset_changed, wake_risk
from dollarclub.risk.repository.engines import EngineRepository
from dollarclub.risk.repository.offsets import OffsetRepository
from dollarclub.risk.rules.group import Group
from dollarclub.risk.rules.offset import Plan
from dollarclub.risk.rules.progress import Part
from dollarclub.risk.service import settings
from dollarclub.risk.service.judging import Picture, picture, plan_for


def begin(
    session: Session, *, account_id: UUID, plan: Plan, picture: Picture, by: UUID | None
) -> UUID | None:
    """Have a plan that covers carried out; None when another one runs."""
    stored = _stored(plan, picture)
    offset_id = OffsetRepository(session).begin(
        account_id=account_id, loser_id=plan.loser, plan=stored, needed=plan.need, note=plan.note
    )
    if offset_id is None:
        return None
    audit.record(
        session,
        account_id=account_id,
        action="risk.offset_begun",
        subject_kind="risk_offset",
        subject_id=offset_id,
        actor_id=by,
        after=stored,
        note=plan.note,
    )
    engines = EngineRepository(session)
    engines.ensure(account_id)
    engines.make_due(account_id)
    wake_risk(session)
    emit(session, offset_changed(account_id, offset_id))
    return offset_id


def run_now(session: Session, *, account_id: UUID, group_id: UUID | None, by: UUID, now: datetime) -> UUID:
    """Have a loser paid for at once, whatever its timer says; without a group the worst one. The offset's id.

    Raises Conflict (`halted`, `no_loser`, `not_covered`, `offset_running`).
    """
    if is_halted(session, account_id):
        raise Conflict("Trading is halted.", code="halted")
    values = settings.read(session, account_id).values
    seen = picture(session, account_id, values, now)
    loser = seen.by_hand() if group_id is None else group_id
    if loser is None or not seen.may_run(loser):
        raise Conflict("There is no losing position that could be paid for.", code="no_loser")
    plan = plan_for(seen, loser, values)
    if plan is None or not plan.covers:
        raise Conflict(plan.note if plan else "Its price is not known.", code="not_covered")
    offset_id = begin(session, account_id=account_id, plan=plan, picture=seen, by=by)
    if offset_id is None:
        raise Conflict("Another offset runs; wait for its end.", code="offset_running")
    return offset_id


def _stored(plan: Plan, seen: Picture) -> dict[str, Any]:
    slices = [
        _part(seen.groups[each.group], each.amount) | {"expected": plain(each.expected)}
        for each in plan.slices
    ]
    loser = seen.groups[plan.loser]
    return {
        "loser": _part(loser, loser.view.figures.held),
        "slices": slices,
        "need": plain(plan.need),
        "expected": plain(plan.expected),
        "note": plan.note,
    }


def _part(group: Group, amount: Decimal) -> dict[str, str]:
    """A part as it is carried out, and what a person wants to read of it."""
    holding = group.holding
    assert holding is not None
    part = Part(group.id, holding.side, amount, holding.average, holding.fee_rate)
    return part.as_json() | {"symbol": group.symbol, "last": plain(holding.last), "held": plain(holding.held)}
