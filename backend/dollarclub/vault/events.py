"""What the vault tells the world, and how it wakes the trading worker."""

from uuid import UUID

from dollarclub.core.bus import ChannelNudge
from dollarclub.core.outbox import Event

KEY_CHANGED = "key.changed"

WORK = ChannelNudge("trading", {"topic": "keys"})
"""Makes the trading workers look for keys that wait to be made or tried."""


def key_changed(account_id: UUID, key_id: UUID) -> Event:
    return Event(account_id, KEY_CHANGED, {"key_id": str(key_id)})
