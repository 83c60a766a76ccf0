"""One signal with everything that is known of it."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.signals.queries import signals as queries
from dollarclub.signals.rules.story import Moment, in_order
from dollarclub.signals.schemas import SignalDetailOut, StepOut


def story(session: Session, *, account_id: UUID, signal_id: UUID) -> SignalDetailOut:
    """Raises NotFound."""
    row = queries.signal_row(session, account_id=account_id, signal_id=signal_id)
    shown = queries.view(row)
    moments = [
        Moment("received", row.received_at, row.address),
        Moment("claimed", row.claimed_at),
        Moment("decided", row.decided_at, row.message or ""),
        Moment("settled", row.settled_at, row.outcome or ""),
    ]
    return SignalDetailOut(
        **shown.model_dump(),
        raw=row.raw,
        content_type=row.content_type,
        alert=row.alert,
        steps=[StepOut(name=each.name, at=each.at, detail=each.detail) for each in in_order(moments)],
    )
