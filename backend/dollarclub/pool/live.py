"""What followers of an account are told of its queue."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.outbox import EventRow
from dollarclub.pool.queries import entries_by_id


def describe_queue(session: Session, account_id: UUID, rows: Sequence[EventRow]) -> dict[int, dict[str, Any]]:
    """The present state of each changed entry, by event number."""
    wanted = {row.number: UUID(row.payload["queue_id"]) for row in rows}
    found = entries_by_id(session, account_id=account_id, ids=list(set(wanted.values())))
    return {
        number: {"entry": found[queue_id].model_dump(mode="json")}
        for number, queue_id in wanted.items()
        if queue_id in found
    }
