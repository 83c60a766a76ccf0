"""What a trading worker does about risk: looks at accounts that are due, and carries out the offset that runs."""

import time
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from dollarclub.core.context import Context
from dollarclub.core.presence import WorkerIdentity
from dollarclub.kit.clock import steady_seconds
from dollarclub.orders.flows.cancel import cancel_due
from dollarclub.orders.flows.submit import send
from dollarclub.orders.queries.watches import resting_now
from dollarclub.risk.repository.engines import EngineRepository
from dollarclub.risk.service import evaluating, offsets
from dollarclub.risk.service.offsets import Step
from dollarclub.vault.gateways import Gateways

MOST_STEPS = 100
CANCEL_SECONDS = 1.2
"""An order must be signed within 2 s of its reservation; what rests in its way gets so much of that to go."""

PATIENCE_SECONDS = 2.0
"""How long one offset is waited for at a stretch: other accounts wait meanwhile."""

AGAIN = timedelta(milliseconds=500)
_LOOK_SECONDS = 0.02


def risk_due(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    """Look at one account that is due; false when there is none. Several workers may run it together."""
    lease = timedelta(seconds=context.settings.trading.lease_seconds)
    with context.db.transaction() as session:
        account_id = EngineRepository(session).claim(worker.id, lease)
    if account_id is None:
        return False
    with context.db.transaction() as session:
        pause = evaluating.evaluate(session, account_id, context.clock())
    waiting = carry_out(context, gateways, worker, account_id, lease)
    with context.db.transaction() as session:
        EngineRepository(session).release(account_id, worker.id, again_in=waiting or pause)
    return True


def carry_out(
    context: Context, gateways: Gateways, worker: WorkerIdentity, account_id: UUID, lease: timedelta
) -> timedelta | None:
    """Go on with the running offset as far as it goes; how long until it may go on, None when none runs any more."""
    until = steady_seconds() + PATIENCE_SECONDS
    for _ in range(MOST_STEPS):
        with context.db.transaction() as session:
            step = offsets.step(
                session, account_id=account_id, now=context.clock(), worker=worker.id, lease=lease
            )
        if step.is_over:
            return None
        if step.order is not None:
            _send(context, gateways, worker, step)
        elif step.pause > timedelta(0):
            if steady_seconds() + step.pause.total_seconds() > until:
                return max(step.pause, AGAIN)
            time.sleep(step.pause.total_seconds())
    return AGAIN


def _send(context: Context, gateways: Gateways, worker: WorkerIdentity, step: Step) -> None:
    """When what rests in the order's way is gone, or time is up: then the exchange refuses it, and it is tried anew."""
    assert step.order is not None
    assert step.key_id is not None
    until = step.order.since + CANCEL_SECONDS
    while step.cancels and steady_seconds() < until and _rest(context, step.cancels):
        if not cancel_due(context, gateways, worker):
            time.sleep(_LOOK_SECONDS)
    send(context.db, gateways, step.order, step.key_id, exit=True)


def _rest(context: Context, order_ids: Collection[UUID]) -> bool:
    with context.db.transaction() as session:
        return bool(resting_now(session, order_ids))
