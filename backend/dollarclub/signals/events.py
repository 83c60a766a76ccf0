"""What the signals domain tells the world."""

from uuid import UUID

from dollarclub.core.bus import ChannelNudge
from dollarclub.core.outbox import Event

SIGNAL_CHANGED = "signal.changed"
STRATEGY_CHANGED = "strategy.changed"

SIGNALS_WAIT = ChannelNudge("trading", {"topic": "signals"})
"""Wakes the trading workers: there is a signal to execute."""


def signal_changed(account_id: UUID, signal_id: UUID) -> Event:
    return Event(account_id, SIGNAL_CHANGED, {"signal_id": str(signal_id)})


def strategy_changed(account_id: UUID, strategy_id: UUID) -> Event:
    return Event(account_id, STRATEGY_CHANGED, {"strategy_id": str(strategy_id)})
