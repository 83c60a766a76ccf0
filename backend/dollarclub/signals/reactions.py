"""What the signals domain does about news of the pool."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.outbox import EventRow
from dollarclub.pool import queries as pool
from dollarclub.pool.models import QueueStatus
from dollarclub.positions.queries.slots import opened_by
from dollarclub.signals.rules.states import Outcome
from dollarclub.signals.service import grids


def queue_changed(session: Session, event: EventRow) -> None:
    """A signal whose entry waits no more is told what became of it."""
    found = pool.entries_by_id(session, account_id=event.account_id, ids=[UUID(event.payload["queue_id"])])
    for entry in found.values():
        if entry.signal_id is None or entry.status is QueueStatus.queued:
            continue
        outcome = Outcome.queue_dropped
        if entry.status is QueueStatus.promoted:
            opened = opened_by(session, account_id=event.account_id, signal_id=entry.signal_id)
            outcome = Outcome.position_opened if opened else Outcome.pyramid_added
        grids.waited(
            session,
            account_id=event.account_id,
            signal_id=entry.signal_id,
            outcome=outcome,
            message=entry.reason,
        )
