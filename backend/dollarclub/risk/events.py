"""What the risk domain tells the world."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.core.outbox import Event

RISK_CHANGED = "risk.changed"
"""Stopped, started, paused, or decided otherwise about a group."""

OFFSET_CHANGED = "risk.offset_changed"


def risk_changed(account_id: UUID) -> Event:
    return Event(account_id, RISK_CHANGED, {})


def offset_changed(account_id: UUID, offset_id: UUID) -> Event:
    return Event(account_id, OFFSET_CHANGED, {"offset_id": str(offset_id)})


def wake_risk(session: Session) -> None:
    """Make the trading workers look at risk now."""
    nudge(session, ChannelNudge("trading", {"topic": "risk"}))
