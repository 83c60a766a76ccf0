"""Prices that are watched for groups: armed by the engine, latched by whoever sees the prices."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core.bus import ChannelNudge, nudge
from dollarclub.core.outbox import Event, emit
from dollarclub.kit.ids import new_id
from dollarclub.positions.events import GROUPS_WAIT, group_changed
from dollarclub.positions.models import PositionGroup
from dollarclub.positions.repository.groups import GroupRepository
from dollarclub.positions.repository.triggers import TriggerRepository
from dollarclub.positions.rules.states import Direction, TriggerKind
from dollarclub.positions.rules.triggers import Armed, Extreme, Firing, Place

TRIGGERS_CHANGED = ChannelNudge("trading", {"topic": "triggers"})
"""Tells whoever watches prices that others are to be watched."""

GROUP_BLIND = "group.blind"
"""No price comes for a group that is open: its take profits and stops that the engine holds cannot be seen."""

BLIND = "No price comes from the exchange for this pair: targets and stops cannot be watched."


def arm(
    session: Session,
    *,
    group: PositionGroup,
    kind: TriggerKind,
    subject_id: UUID,
    direction: Direction,
    price: Decimal,
    trail_percent: Decimal | None = None,
) -> None:
    """Have a price watched for the group; the one of this kind and subject is changed, unless it was reached.

    With `trail_percent` it is followed once `price` is reached, and fires so many percent from the best price since.
    """
    changed = TriggerRepository(session).arm(
        id=new_id(),
        account_id=group.account_id,
        group_id=group.id,
        venue=group.venue,
        environment=group.environment,
        market_type=group.market_type,
        symbol=group.symbol,
        kind=kind,
        subject_id=subject_id,
        direction=direction,
        price=price,
        trail_percent=trail_percent,
    )
    if changed:
        nudge(session, TRIGGERS_CHANGED)


def drop(session: Session, ids: Collection[UUID]) -> None:
    """Have prices watched no more."""
    if ids and TriggerRepository(session).drop(ids):
        nudge(session, TRIGGERS_CHANGED)


def fingerprint(session: Session) -> tuple[int, Decimal]:
    """Differs from an earlier one whenever `armed` does."""
    return TriggerRepository(session).fingerprint()


def armed(session: Session) -> list[Armed]:
    """All prices that are watched."""
    return TriggerRepository(session).armed()


def places(session: Session) -> frozenset[Place]:
    """Where prices are needed."""
    return TriggerRepository(session).places()


def fire(session: Session, firings: Sequence[Firing], *, by: str) -> frozenset[UUID]:
    """Latch what was reached and make its groups due; these groups. `by`: who saw it, `stream` or `rest`.

    What fired before, was changed meanwhile or is watched no more is passed over.
    """
    triggers = TriggerRepository(session)
    triggers.lock_groups([firing.trigger_id for firing in firings])
    found = [triggers.fire(firing, by) for firing in firings]
    groups = frozenset(group_id for group_id in found if group_id is not None)
    for group_id in sorted(groups):
        GroupRepository(session).wake(group_id)
    if groups:
        nudge(session, GROUPS_WAIT)
    return groups


def store_extremes(session: Session, extremes: Sequence[Extreme]) -> None:
    """Remember how far trailing prices have gone."""
    if extremes:
        TriggerRepository(session).store_extremes(extremes)


def gone_blind(session: Session, place: Place) -> None:
    """Raise the alarm for the groups of a place of which no price comes; repeating it raises no further one."""
    told = TriggerRepository(session).say_problem(place, BLIND)
    events = [Event(account_id, GROUP_BLIND, {"group_id": str(group_id)}) for account_id, group_id in told]
    emit(session, *events, *(group_changed(*ids) for ids in told))


def sees_again(session: Session, place: Place | None = None) -> None:
    """Prices come again, of a place or of all."""
    told = TriggerRepository(session).unsay_problem(BLIND, place)
    emit(session, *(group_changed(*ids) for ids in told))
