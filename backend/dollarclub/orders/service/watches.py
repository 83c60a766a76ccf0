"""Whether a key's queue is open, and the wish to read its exchange again."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.orders.repository.watches import WatchRepository


def is_open(session: Session, key_id: UUID) -> bool:
    """Whether the key was reconciled since the trading worker started; a key that was never swept is not."""
    return WatchRepository(session).is_open(key_id)


def ensure_watch(session: Session, key_id: UUID, account_id: UUID) -> None:
    """Have the key swept from now on; it opens with its first sweep."""
    WatchRepository(session).ensure([(key_id, account_id)])
    wake(session)


def request_sweep(session: Session, key_id: UUID) -> None:
    """Have the key's exchange read as soon as possible, from its beginning if a sweep is at it now."""
    WatchRepository(session).request_sweep(key_id)
    wake(session)


def close_all(session: Session) -> int:
    """At the start of a trading worker: keys with orders that are not final wait for their sweep; how many they are.

    A key without such orders has nothing that the exchange could contradict, so its queue stays open.
    """
    closed = WatchRepository(session).close_with_live_orders()
    if closed:
        wake(session)
    return closed


def wake(session: Session) -> None:
    """Make the sweeping duties look now."""
    nudge(session, ChannelNudge("trading", {"topic": "watches"}))
