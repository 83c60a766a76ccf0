"""What the pool does about news of positions and of risk."""

from sqlalchemy.orm import Session

from dollarclub.core.outbox import EventRow
from dollarclub.pool.service.promotion import look_again


def queue_may_move(session: Session, event: EventRow) -> None:
    """A group that has ended leaves its slot to what waits; a stop that was lifted holds it up no longer."""
    look_again(session, event.account_id)
