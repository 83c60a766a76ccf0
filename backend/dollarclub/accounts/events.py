"""What the accounts domain tells the world."""

from uuid import UUID

from dollarclub.core.outbox import Event

ACCOUNT_CREATED = "account.created"
CREDENTIALS_CHANGED = "credentials.changed"


def account_created(account_id: UUID) -> Event:
    return Event(account_id, ACCOUNT_CREATED, {})


def credentials_changed(account_id: UUID) -> Event:
    """Sessions, tokens or the role of the account changed: whoever holds a connection open must look again."""
    return Event(account_id, CREDENTIALS_CHANGED, {})
