"""What other domains show of strategies and alerts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dollarclub.signals.models import Signal, Strategy


def strategy_names(session: Session, account_id: UUID) -> dict[UUID, str]:
    """The names of all strategies of the account, deleted ones included."""
    rows = session.execute(select(Strategy.id, Strategy.name).where(Strategy.account_id == account_id))
    return {row[0]: row[1] for row in rows}


def last_received_at(session: Session, account_id: UUID) -> datetime | None:
    """When the account's latest alert came in."""
    return session.scalar(select(func.max(Signal.received_at)).where(Signal.account_id == account_id))
