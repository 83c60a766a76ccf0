"""What followers of an account are told of its groups."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.outbox import EventRow
from dollarclub.positions.queries.groups import groups_by_id


def describe_groups(
    session: Session, account_id: UUID, rows: Sequence[EventRow]
) -> dict[int, dict[str, Any]]:
    """The present state of each changed group, by event number."""
    wanted = {row.number: UUID(row.payload["group_id"]) for row in rows}
    found = groups_by_id(session, account_id=account_id, group_ids=set(wanted.values()))
    return {
        number: {"group": found[group_id].model_dump(mode="json")}
        for number, group_id in wanted.items()
        if group_id in found
    }
