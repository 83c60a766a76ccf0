"""From an entry to a group, a pyramid or a place in the queue, counted under the lock of the account's pool."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.outbox import emit
from dollarclub.pool.events import queue_changed
from dollarclub.pool.repository import PoolRepository
from dollarclub.pool.rules.verdict import Code, Step, Verdict
from dollarclub.pool.service import queueing
from dollarclub.pool.service.judging import judge
from dollarclub.pool.service.settings import current
from dollarclub.positions.rules.request import EntryRequest
from dollarclub.positions.rules.states import CloseReason
from dollarclub.positions.service.closing import request_close
from dollarclub.positions.service.groups import add_pyramid, open_group
from dollarclub.positions.service.holding import hold_groups


@dataclass(frozen=True)
class Admission:
    """What became of an entry. `superseded` is the signal whose place in the queue it took."""

    code: Code
    message: str
    group_id: UUID | None = None
    queue_id: UUID | None = None
    superseded: UUID | None = None


def admit(
    session: Session,
    request: EntryRequest,
    *,
    now: datetime,
    reverses: bool = False,
    max_cost: Decimal | None = None,
) -> Admission:
    """Open a group or add a pyramid when there is a slot, else let the entry wait; all in this transaction.

    `reverses`: what is open on the other side is closed first. `max_cost` bounds it, in quote units.
    Raises Conflict when the group changes in this very moment; then try again.
    """
    PoolRepository(session).lock(request.account_id)
    settings, _ = current(session, request.account_id)
    verdict = judge(session, request, settings, reverses=reverses, max_cost=max_cost)
    hold_groups(session, account_id=request.account_id, group_ids=verdict.closes)
    for group_id in verdict.closes:
        reason = CloseReason.reverse if verdict.step is Step.wait else CloseReason.signal
        request_close(
            session,
            account_id=request.account_id,
            group_id=group_id,
            reason=reason,
            note=f"An alert for the other side ({request.side}).",
            signal_id=request.signal_id,
        )
    if verdict.step in (Step.open, Step.extend):
        group_id = carry_out(session, request, verdict)
        twins = queueing.cancel_twin(session, request, group_id, now)
        emit(session, *(queue_changed(request.account_id, each) for each in twins))
        return Admission(verdict.code, verdict.message, group_id)
    if verdict.step is Step.wait:
        queued = queueing.enqueue(
            session, request, settings, continues=verdict.continues, why=verdict.message, now=now
        )
        return Admission(queued.code, queued.message, queue_id=queued.queue_id, superseded=queued.superseded)
    return Admission(verdict.code, verdict.message, next(iter(verdict.closes), None))


def carry_out(session: Session, request: EntryRequest, verdict: Verdict) -> UUID:
    """The group that a verdict of `open` or `extend` makes or adds to. Raises Conflict."""
    assert verdict.plan is not None
    assert verdict.grid is not None
    if verdict.group_id is None:
        return open_group(session, request, config_id=verdict.config_id, plan=verdict.plan, grid=verdict.grid)
    add_pyramid(session, verdict.group_id, request, plan=verdict.plan, grid=verdict.grid)
    return verdict.group_id
