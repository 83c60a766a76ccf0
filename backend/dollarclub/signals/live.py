"""What followers of an account are told of its signals."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.outbox import EventRow
from dollarclub.signals.queries.signals import signals_by_id


def describe_signals(
    session: Session, account_id: UUID, rows: Sequence[EventRow]
) -> dict[int, dict[str, Any]]:
    """The present state of each changed signal, by event number."""
    wanted = {row.number: UUID(row.payload["signal_id"]) for row in rows}
    found = signals_by_id(session, account_id=account_id, signal_ids=list(set(wanted.values())))
    return {
        number: {"signal": found[signal_id].model_dump(mode="json")}
        for number, signal_id in wanted.items()
        if signal_id in found
    }
