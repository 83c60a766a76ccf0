"""Locks on several groups at once, taken in one order, before anything is told of the first of them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.positions.repository.groups import GroupRepository


def hold_groups(session: Session, *, account_id: UUID, group_ids: Iterable[UUID]) -> None:
    """Keep the engine from these groups until the transaction ends."""
    repository = GroupRepository(session)
    for group_id in sorted(group_ids):
        repository.locked(group_id, account_id)
