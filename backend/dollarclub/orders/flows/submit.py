"""Sending what was reserved: at once by whoever reserved it, or later by whoever finds it waiting."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from dollarclub.core.context import Context
from dollarclub.core.db import Database
from dollarclub.core.presence import WorkerIdentity
from dollarclub.kit.clock import steady_seconds
from dollarclub.orders.flows.sending import Sending, transmit
from dollarclub.orders.repository.claims import Candidate
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.orders.service import dispatch, outcomes
from dollarclub.orders.service.intents import Reserved
from dollarclub.vault.gateways import Gateways


def send(db: Database, gateways: Gateways, reserved: Reserved, key_id: UUID, *, exit: bool) -> OrderStatus:
    """Send a reserved order, once, and store what became of it; its status now.

    One that is not the caller's to send is left alone. Never raises for an exchange's errors.
    """
    if not reserved.sending:
        with db.transaction() as session:
            return outcomes.status_of(session, reserved.order_id)
    order = Sending(reserved.order_id, key_id, exit, reserved.attempt, reserved.request, reserved.since)
    return transmit(db, gateways, order)


def send_taken(
    context: Context,
    gateways: Gateways,
    worker: WorkerIdentity,
    order_id: UUID,
    *,
    account_id: UUID,
    is_exit: bool,
    since: float,
) -> bool:
    """Send an order that was reserved at `since` and had to wait, if its lane is free now; whether it was sent.

    Raises IntegrityError when another order took the lane in the same moment.
    """
    trading = context.settings.trading
    purpose = Purpose.exit if is_exit else Purpose.entry
    candidate = Candidate(order_id, account_id, purpose, too_old=False)
    with context.db.transaction() as session:
        taken = dispatch.take(
            session, candidate, worker=worker.id, lease=timedelta(seconds=trading.lease_seconds)
        )
    if taken is None:
        return False
    transmit(context.db, gateways, Sending.of(taken, since))
    return True


def send_waiting(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    """Send one order that waits and whose lane is free, exits first; false when there is none.

    Several workers and threads may run it together.
    """
    trading = context.settings.trading
    lease = timedelta(seconds=trading.lease_seconds)
    with context.db.transaction() as session:
        candidates = dispatch.candidates(session, entry_age=timedelta(seconds=trading.entry_seconds))
    for candidate in candidates:
        since = steady_seconds()
        try:
            with context.db.transaction() as session:
                taken = dispatch.take(session, candidate, worker=worker.id, lease=lease)
        except IntegrityError:
            continue
        if taken is not None:
            transmit(context.db, gateways, Sending.of(taken, since))
            return True
    return False
