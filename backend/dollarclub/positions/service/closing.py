"""Wishes about groups, pyramids and legs; the engine carries them out. The first close wins, later ones change nothing."""

from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import nudge
from dollarclub.core.errors import Conflict, NotFound
from dollarclub.core.outbox import emit
from dollarclub.orders.service import watches
from dollarclub.positions.events import GROUPS_WAIT, group_changed
from dollarclub.positions.models import Leg, PositionGroup, Pyramid
from dollarclub.positions.repository.groups import GroupRepository
from dollarclub.positions.rules.states import ACTIVE, CloseReason, GroupStatus

TAKEN_BACK = "Taken back by hand."


def request_close(
    session: Session,
    *,
    account_id: UUID,
    group_id: UUID,
    reason: CloseReason,
    note: str = "",
    signal_id: UUID | None = None,
) -> bool:
    """Have a group closed: its orders cancelled, what it holds sold. False when it was closing or closed before.

    Raises NotFound.
    """
    repository = GroupRepository(session)
    if repository.locked(group_id, account_id) is None:
        raise NotFound("No such position group.", group_id=group_id)
    if not repository.begin_close(group_id, reason, note, signal_id):
        return False
    _tell(session, account_id, group_id)
    return True


def request_pyramid_close(
    session: Session,
    *,
    account_id: UUID,
    group_id: UUID,
    pyramid_id: UUID,
    reason: CloseReason = CloseReason.manual,
) -> bool:
    """Have one pyramid closed while its group goes on. Raises NotFound, Conflict (`closing`)."""
    repository = GroupRepository(session)
    group = _open(repository, account_id, group_id)
    if repository.group_of(Pyramid, pyramid_id) != group_id:
        raise NotFound("No such pyramid.", pyramid_id=pyramid_id)
    changed = repository.close_pyramid(pyramid_id, group.id, reason)
    return _changed(session, group, changed)


def cancel_leg(session: Session, *, account_id: UUID, group_id: UUID, leg_id: UUID) -> bool:
    """Have a leg's entry taken back; what it filled stays. Raises NotFound, Conflict (`closing`)."""
    repository = GroupRepository(session)
    group = _open(repository, account_id, group_id)
    if repository.group_of(Leg, leg_id) != group_id:
        raise NotFound("No such leg.", leg_id=leg_id)
    return _changed(session, group, repository.cancel_leg(leg_id, group.id, TAKEN_BACK))


def close_leg(session: Session, *, account_id: UUID, group_id: UUID, leg_id: UUID) -> bool:
    """Have a leg's orders cancelled and what it holds sold. Raises NotFound, Conflict (`closing`)."""
    repository = GroupRepository(session)
    group = _open(repository, account_id, group_id)
    if repository.group_of(Leg, leg_id) != group_id:
        raise NotFound("No such leg.", leg_id=leg_id)
    return _changed(session, group, repository.close_leg(leg_id, group.id))


def set_manual(session: Session, *, account_id: UUID, group_id: UUID, on: bool) -> None:
    """Leave a group to its owner, or give it back to the engine. Raises NotFound, Conflict (`closing`)."""
    repository = GroupRepository(session)
    group = _open(repository, account_id, group_id)
    repository.change(group_id, is_manual=on)
    _tell(session, group.account_id, group_id)


def request_sync(session: Session, *, account_id: UUID, group_id: UUID) -> None:
    """Have the exchange read again and the group looked at. Raises NotFound, Conflict (`closed`)."""
    repository = GroupRepository(session)
    group = repository.locked(group_id, account_id)
    if group is None:
        raise NotFound("No such position group.", group_id=group_id)
    if group.status not in ACTIVE:
        raise Conflict(f"The group is {group.status}.", code="closed", group_id=group_id)
    repository.wake(group_id)
    watches.request_sweep(session, group.key_id)
    _tell(session, account_id, group_id)


def _open(repository: GroupRepository, account_id: UUID, group_id: UUID) -> PositionGroup:
    group = repository.locked(group_id, account_id)
    if group is None:
        raise NotFound("No such position group.", group_id=group_id)
    if group.status is not GroupStatus.open:
        raise Conflict(f"The group is {group.status}.", code="closing", group_id=group.id)
    return group


def _changed(session: Session, group: PositionGroup, changed: bool) -> bool:
    if changed:
        GroupRepository(session).wake(group.id)
        _tell(session, group.account_id, group.id)
    return changed


def _tell(session: Session, account_id: UUID, group_id: UUID) -> None:
    nudge(session, GROUPS_WAIT)
    emit(session, group_changed(account_id, group_id))
