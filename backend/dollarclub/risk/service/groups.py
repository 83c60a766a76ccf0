"""What a person decides about one group: leave it alone, or leave it out this time."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import audit
from dollarclub.core.errors import Conflict, NotFound
from dollarclub.core.outbox import emit
from dollarclub.positions.queries.slots import is_active
from dollarclub.risk.events import risk_changed, wake_risk
from dollarclub.risk.models import RiskState
from dollarclub.risk.repository.states import StateRepository


def block(session: Session, *, account_id: UUID, group_id: UUID, by: UUID) -> RiskState:
    """Neither pay for the group nor pay with it, until it is unblocked. Raises NotFound, Conflict (`already_blocked`)."""
    state = _state(session, account_id, group_id)
    if state.is_blocked:
        raise Conflict("The group is blocked already.", code="already_blocked", group_id=group_id)
    state.is_blocked = True
    _changed(session, state, "risk.block", by, {"is_blocked": False}, {"is_blocked": True})
    return state


def unblock(session: Session, *, account_id: UUID, group_id: UUID, by: UUID) -> RiskState:
    """Raises NotFound, Conflict (`not_blocked`)."""
    state = _state(session, account_id, group_id)
    if not state.is_blocked:
        raise Conflict("The group is not blocked.", code="not_blocked", group_id=group_id)
    state.is_blocked = False
    _changed(session, state, "risk.unblock", by, {"is_blocked": True}, {"is_blocked": False})
    return state


def skip(session: Session, *, account_id: UUID, group_id: UUID, by: UUID) -> RiskState:
    """When it would be paid for next, its timer begins anew instead. Raises NotFound, Conflict (`already_skipped`)."""
    state = _state(session, account_id, group_id)
    if state.skip_once:
        raise Conflict("The group is skipped already.", code="already_skipped", group_id=group_id)
    state.skip_once = True
    _changed(session, state, "risk.skip", by, {"skip_once": False}, {"skip_once": True})
    return state


def _state(session: Session, account_id: UUID, group_id: UUID) -> RiskState:
    if not is_active(session, account_id=account_id, group_id=group_id):
        raise NotFound("No such active position group.", group_id=group_id)
    return StateRepository(session).locked(group_id, account_id)


def _changed(
    session: Session,
    state: RiskState,
    action: str,
    by: UUID,
    before: dict[str, bool],
    after: dict[str, bool],
) -> None:
    session.flush()
    audit.record(
        session,
        account_id=state.account_id,
        action=action,
        subject_kind="group",
        subject_id=state.group_id,
        actor_id=by,
        before=before,
        after=after,
    )
    wake_risk(session)
    emit(session, risk_changed(state.account_id))
