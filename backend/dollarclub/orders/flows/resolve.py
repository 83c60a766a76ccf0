"""Finding out what became of orders whose outcome is not known. Nothing is sent again before its absence is proven."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.core.presence import WorkerIdentity
from dollarclub.exchanges.gateway import Gateway, OrderReport
from dollarclub.kit.clock import steady_seconds
from dollarclub.orders.flows.asking import ask_later
from dollarclub.orders.flows.completing import CLOCKS_DIFFER, complete_fills
from dollarclub.orders.flows.sending import Sending, transmit
from dollarclub.orders.repository.claims import Asking
from dollarclub.orders.rules.sending import Bounds, Silence, next_look, until_proof
from dollarclub.orders.service import dispatch, fills, outcomes, resolving
from dollarclub.vault.gateways import Gateways

LANE_BUSY = timedelta(milliseconds=300)
_log = logger(__name__)


def resolve_due(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    """Take over from dead senders, ask about one unknown order, complete one order's fills; false when nothing was due.

    Several workers and threads may run it together.
    """
    with context.db.transaction() as session:
        lost = resolving.take_over(session, worker)
    asked = _ask_next(context, gateways, worker)
    completed = _complete_next(context, gateways, worker)
    return bool(lost) or asked or completed


def _ask_next(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    with context.db.transaction() as session:
        asking = resolving.next_unknown(session, worker=worker.id, lease=_lease(context))
    if asking is None:
        return False
    try:
        gateway = gateways.get(asking.key_id, for_trading=False)
        report = gateway.find(asking.symbol, asking.client_id, exit=asking.is_exit)
        if report is None and _is_due_for_proof(gateway, asking):
            report = _look_everywhere(context, gateway, asking)
            proven = report is None
        else:
            proven = False
    except Exception as error:  # noqa: BLE001 the exchange is asked again
        ask_later(context, asking, error, step="ask_failed", event="order_not_asked")
        return True
    if report is not None:
        _found(context, gateway, asking, report)
    elif proven:
        _send_again(context, gateways, asking, worker)
    else:
        with context.db.transaction() as session:
            resolving.look_later(session, asking, _pause(gateway, asking), step="absent")
    return True


def _until_proof(gateway: Gateway, asking: Asking, skew: timedelta = timedelta(0)) -> timedelta:
    silence = Silence(asking.since_sent, asking.waited, asking.sender_may_live)
    return until_proof(silence, Bounds(gateway.validity(), skew))


def _is_due_for_proof(gateway: Gateway, asking: Asking) -> bool:
    due = _until_proof(gateway, asking) < timedelta(0)
    return due and _until_proof(gateway, asking, gateway.clock_skew()) < timedelta(0)


def _pause(gateway: Gateway, asking: Asking) -> timedelta:
    """Until the exchange is asked again: soon, and as soon as its answer is a proof."""
    left = _until_proof(gateway, asking)
    usual = next_look(asking.waited)
    return min(usual, left + timedelta(milliseconds=50)) if left > timedelta(0) else usual


def _look_everywhere(context: Context, gateway: Gateway, asking: Asking) -> OrderReport | None:
    """By id once more, among the open orders, and among the trades: an order is absent only when all three say so."""
    report = gateway.find(asking.symbol, asking.client_id, exit=asking.is_exit)
    if report is not None:
        return report
    for other in gateway.open_orders(asking.symbol, exit=asking.is_exit):
        if other.client_id == asking.client_id:
            return other
    since = (asking.sent_at or context.clock()) - CLOCKS_DIFFER
    own = [
        trade
        for trade in gateway.my_trades(asking.symbol, since=since, exit=asking.is_exit)
        if trade.client_id == asking.client_id
    ]
    if own:
        with context.db.transaction() as session:
            fills.record_fills(
                session, account_id=asking.account_id, key_id=asking.key_id, trades=own, source="sweep"
            )
    return None


def _found(context: Context, gateway: Gateway, asking: Asking, report: OrderReport) -> None:
    with context.db.transaction() as session:
        now = outcomes.take_report(session, asking.order_id, report, source="sweep")
    if not now.complete:
        complete_fills(context.db, gateway, asking.order_id)


def _send_again(context: Context, gateways: Gateways, asking: Asking, worker: WorkerIdentity) -> None:
    since = steady_seconds()
    try:
        with context.db.transaction() as session:
            taken = dispatch.take_again(
                session,
                asking,
                worker=worker.id,
                lease=_lease(context),
                entry_age=timedelta(seconds=context.settings.trading.entry_seconds),
            )
    except IntegrityError:
        with context.db.transaction() as session:
            resolving.look_later(session, asking, LANE_BUSY)
        return
    if taken is not None:
        transmit(context.db, gateways, Sending.of(taken, since))


def _complete_next(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    """One order whose fills do not explain what was told of it, or whose answer never came while the stream told of it."""
    with context.db.transaction() as session:
        asking = resolving.next_incomplete(session, worker=worker.id, lease=_lease(context))
    if asking is None:
        return False
    try:
        gateway = gateways.get(asking.key_id, for_trading=False)
        report = gateway.find(asking.symbol, asking.client_id, exit=asking.is_exit)
        if report is not None:
            _found(context, gateway, asking, report)
        else:
            complete_fills(context.db, gateway, asking.order_id)
    except Exception as error:  # noqa: BLE001 the exchange is asked again
        ask_later(context, asking, error, step="ask_failed", event="order_not_asked")
        return True
    with context.db.transaction() as session:
        resolving.look_while_incomplete(session, asking, next_look(asking.waited))
    return True


def _lease(context: Context) -> timedelta:
    return timedelta(seconds=context.settings.trading.lease_seconds)
