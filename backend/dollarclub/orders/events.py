"""What the orders domain tells the world."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.core.outbox import Event

ORDER_CHANGED = "order.changed"

TRADING_CHANNEL = "trading"
"""Redis channel that makes the duties of trading workers look at once."""


def order_changed(account_id: UUID, order_id: UUID) -> Event:
    return Event(account_id, ORDER_CHANGED, {"order_id": str(order_id)})


def wake_orders(session: Session) -> None:
    """Make whoever sends, resolves and cancels orders look now."""
    nudge(session, ChannelNudge(TRADING_CHANNEL, {"topic": "orders"}))


def wake_followers(session: Session) -> None:
    """Make whoever delivers events to reactions look now: an order has become something else."""
    nudge(session, ChannelNudge(TRADING_CHANNEL, {"topic": "relay"}))
