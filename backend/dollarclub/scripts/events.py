"""What the scripts domain tells the world."""

from uuid import UUID

from dollarclub.core.outbox import Event

RUN_CHANGED = "run.changed"
SCRIPT_CHANGED = "script.changed"
SCRIPT_DELETED = "script.deleted"
SECRETS_CHANGED = "secrets.changed"

LOG_CHANNEL = "logs"
"""Redis channel that names runs whose log has grown."""

CONTROL_CHANNEL = "runs"
"""Redis channel that makes workers look at the flags of their runs at once."""

START_TASK = "scripts.claim"
"""Celery task that makes a worker claim queued runs at once."""


def run_changed(account_id: UUID, run_id: UUID) -> Event:
    return Event(account_id, RUN_CHANGED, {"run_id": str(run_id)})


def script_changed(account_id: UUID, script_id: UUID) -> Event:
    return Event(account_id, SCRIPT_CHANGED, {"script_id": str(script_id)})


def script_deleted(account_id: UUID, script_id: UUID) -> Event:
    return Event(account_id, SCRIPT_DELETED, {"script_id": str(script_id)})


def secrets_changed(account_id: UUID) -> Event:
    return Event(account_id, SECRETS_CHANGED, {})
