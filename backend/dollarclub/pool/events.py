"""What the pool tells the world."""

from uuid import UUID

from dollarclub.core.bus import ChannelNudge
from dollarclub.core.outbox import Event

QUEUE_CHANGED = "queue.changed"

POOL_DUE = ChannelNudge("trading", {"topic": "pool"})
"""Wakes the trading workers: an account's queue has to be looked at."""


def queue_changed(account_id: UUID, queue_id: UUID) -> Event:
    return Event(account_id, QUEUE_CHANGED, {"queue_id": str(queue_id)})
