"""Opening groups and adding pyramids: what an alert's entry becomes."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.core import presence
from dollarclub.core.bus import nudge
from dollarclub.core.errors import Conflict, NotFound
from dollarclub.core.outbox import emit
from dollarclub.kit.ids import new_id
from dollarclub.positions.events import GROUPS_WAIT, group_changed
from dollarclub.positions.models import PositionGroup
from dollarclub.positions.repository.groups import ClaimedGroup, GroupRepository
from dollarclub.positions.rules.config import GridPlan
from dollarclub.positions.rules.grid import Grid
from dollarclub.positions.rules.request import EntryRequest
from dollarclub.positions.rules.states import GroupStatus
from dollarclub.positions.rules.stops import tighter


def open_group(
    session: Session, request: EntryRequest, *, config_id: UUID | None, plan: GridPlan, grid: Grid
) -> UUID:
    """A new group with its first pyramid, planned by `grid`; its id. The engine sends the orders afterwards.

    Of the configuration's and the alert's slippage limit the tighter one counts. Raises Conflict (`already_active`).
    """
    repository = GroupRepository(session)
    group_id = new_id()
    slippage = tighter(plan.max_slippage_percent, request.max_slippage_percent)
    plan = replace(plan, max_slippage_percent=slippage)
    added = repository.add(
        id=group_id,
        account_id=request.account_id,
        key_id=request.key_id,
        venue=request.venue,
        environment=request.environment,
        market_type=request.market_type,
        symbol=request.symbol,
        timeframe=request.timeframe,
        side=request.side,
        strategy_id=request.strategy_id,
        config_id=config_id,
        plan=plan.as_json(),
        stop_price=request.stop_loss,
    )
    if not added:
        raise Conflict("There is an active group of this pair, timeframe and side.", code="already_active")
    _add_pyramid(repository, group_id, 1, request, plan, grid)
    _tell(session, request.account_id, group_id)
    return group_id


def add_pyramid(
    session: Session, group_id: UUID, request: EntryRequest, *, plan: GridPlan, grid: Grid
) -> UUID:
    """A further pyramid of an open group, with the configuration as it is now; the pyramid's id.

    Raises NotFound, Conflict (`closing`, `max_pyramids`, `same_bar`).
    """
    repository = GroupRepository(session)
    group = repository.locked(group_id, request.account_id)
    if group is None:
        raise NotFound("No such position group.", group_id=group_id)
    if group.status is not GroupStatus.open:
        raise Conflict(f"The group is {group.status} already.", code="closing", group_id=group_id)
    number = repository.last_pyramid(group_id) + 1
    if number > plan.max_pyramids:
        message = f"The group has {number - 1} of {plan.max_pyramids} pyramids."
        raise Conflict(message, code="max_pyramids", group_id=group_id)
    pyramid_id = _add_pyramid(repository, group_id, number, request, plan, grid)
    if request.stop_loss is not None:
        repository.change(group_id, stop_price=request.stop_loss)
    else:
        repository.wake(group_id)
    _tell(session, request.account_id, group_id)
    return pyramid_id


def claim(session: Session, *, worker: str, lease: timedelta, room: int) -> list[ClaimedGroup]:
    """Groups that are due, for the caller alone."""
    return GroupRepository(session).claim(worker, lease, room=room)


def hold(
    session: Session, claimed: ClaimedGroup, *, worker: str, lease: timedelta
) -> tuple[ClaimedGroup, PositionGroup] | None:
    """Lock a claimed group until the transaction ends; None when it is somebody else's by now."""
    repository = GroupRepository(session)
    held = repository.hold(claimed, worker, lease)
    group = repository.row(claimed.group_id)
    return None if held is None or group is None else (held, group)


def release(session: Session, claimed: ClaimedGroup, *, worker: str, pause: timedelta) -> None:
    """Give the claim up; the group is looked at again after `pause` at the latest."""
    GroupRepository(session).release(claimed, worker, pause)


def free_lost(session: Session, worker: presence.WorkerIdentity) -> None:
    """Give back the groups of workers that died."""
    GroupRepository(session).free_lost(presence.dead_neighbours(session, worker))


def wake(session: Session, group_id: UUID) -> UUID | None:
    """Have an active group looked at now; its account, None when there is no such group."""
    account_id = GroupRepository(session).wake(group_id)
    if account_id is not None:
        nudge(session, GROUPS_WAIT)
    return account_id


def _add_pyramid(
    repository: GroupRepository,
    group_id: UUID,
    number: int,
    request: EntryRequest,
    plan: GridPlan,
    grid: Grid,
) -> UUID:
    pyramid_id = new_id()
    added = repository.add_pyramid(
        id=pyramid_id,
        account_id=request.account_id,
        group_id=group_id,
        number=number,
        signal_id=request.signal_id,
        bar=request.bar(),
        entry_price=request.price,
        capital=grid.cost + grid.dust,
        plan=plan.as_json(),
    )
    if not added:
        raise Conflict("This candle has made a pyramid already.", code="same_bar", group_id=group_id)
    repository.add_legs(
        [
            {
                "id": new_id(),
                "account_id": request.account_id,
                "group_id": group_id,
                "pyramid_id": pyramid_id,
                "number": leg.number,
                "gap": leg.gap,
                "weight": leg.weight,
                "take_profit": leg.take_profit,
                "price": leg.price,
                "amount": leg.amount,
                "cost": leg.cost,
                "is_market": leg.is_market,
                "is_held": leg.is_held,
            }
            for leg in grid.legs
        ]
    )
    return pyramid_id


def _tell(session: Session, account_id: UUID, group_id: UUID) -> None:
    nudge(session, GROUPS_WAIT)
    emit(session, group_changed(account_id, group_id))
