"""What the positions domain tells the world."""

from uuid import UUID

from dollarclub.core.bus import ChannelNudge
from dollarclub.core.outbox import Event

GROUP_CHANGED = "group.changed"
GROUP_CLOSED = "group.closed"
"""A group has ended, closed or failed: its slot is free."""

GROUPS_WAIT = ChannelNudge("trading", {"topic": "groups"})
"""Wakes the trading workers: a group has something to do."""


def group_changed(account_id: UUID, group_id: UUID) -> Event:
    return Event(account_id, GROUP_CHANGED, {"group_id": str(group_id)})


def group_closed(account_id: UUID, group_id: UUID) -> Event:
    return Event(account_id, GROUP_CLOSED, {"group_id": str(group_id)})
