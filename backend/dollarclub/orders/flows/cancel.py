"""Cancelling resting orders at their exchange, until the exchange says what became of them."""

from datetime import timedelta

from dollarclub.core.context import Context
from dollarclub.core.presence import WorkerIdentity
from dollarclub.exchanges.gateway import Gateway, OrderReport
from dollarclub.orders.flows.asking import ask_later
from dollarclub.orders.flows.completing import complete_fills
from dollarclub.orders.repository.claims import Asking
from dollarclub.orders.rules.sending import next_look
from dollarclub.orders.rules.states import RESTING
from dollarclub.orders.service import cancels, outcomes, resolving
from dollarclub.vault.gateways import Gateways

VANISHED_AFTER = timedelta(seconds=10)


def cancel_due(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    """Cancel one order whose cancelling is wished and due; false when there is none.

    An unknown outcome is asked again: cancelling twice is the same as once. Several workers may run it together.
    """
    lease = timedelta(seconds=context.settings.trading.lease_seconds)
    with context.db.transaction() as session:
        asking = cancels.next_cancel(session, worker=worker.id, lease=lease)
    if asking is None:
        return False
    try:
        gateway = gateways.get(asking.key_id, for_trading=False)
        report = _cancelled(gateway, asking)
        gone = report is None and _is_gone(gateway, asking)
    except Exception as error:  # noqa: BLE001 it is asked again
        ask_later(context, asking, error, step="cancel_failed", event="order_not_cancelled")
        return True
    if report is not None:
        _take(context, gateway, asking, report)
    elif gone:
        # Its last trades first: they are what it has done.
        read = complete_fills(context.db, gateway, asking.order_id, in_any_case=True)
        with context.db.transaction() as session:
            if read is None:
                resolving.look_later(session, asking, next_look(asking.waited), step="cancel_failed")
            else:
                cancels.give_up_vanished(session, asking)
    else:
        with context.db.transaction() as session:
            resolving.look_later(session, asking, next_look(asking.waited), step="cancel_not_seen")
    return True


def _cancelled(gateway: Gateway, asking: Asking) -> OrderReport | None:
    """What the exchange says after the cancel; it may have been filled before."""
    report = gateway.cancel(asking.symbol, asking.client_id)
    return report or gateway.find(asking.symbol, asking.client_id, exit=asking.is_exit)


def _is_gone(gateway: Gateway, asking: Asking) -> bool:
    if asking.waited < VANISHED_AFTER:
        return False
    return all(other.client_id != asking.client_id for other in gateway.open_orders(asking.symbol, exit=True))


def _take(context: Context, gateway: Gateway, asking: Asking, report: OrderReport) -> None:
    with context.db.transaction() as session:
        now = outcomes.take_report(session, asking.order_id, report, source="answer")
        if now.status in RESTING:
            resolving.look_later(session, asking, next_look(asking.waited), step="cancel_not_seen")
    if not now.complete:
        complete_fills(context.db, gateway, asking.order_id)
