"""Reading a key's exchange again: what the stream missed is repaired, what does not fit becomes a ticket.

One sweeper a key, by lease. The book's orders are listed before the exchange is read and looked at once more when the
result is written, so that an order which came or went in between is not judged by an older picture.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.core.presence import WorkerIdentity
from dollarclub.exchanges.errors import CredentialsRefused, ExchangeError, RateLimited
from dollarclub.exchanges.gateway import (
    Balance,
    Gateway,
    MarketType,
    OrderReport,
    Position,
    ReportedState,
    TradeReport,
)
from dollarclub.kit.clock import utc_now
from dollarclub.kit.money import plain
from dollarclub.orders.queries import watches as queries
from dollarclub.orders.queries.watches import RestingOrder, SweepPlan
from dollarclub.orders.repository.watches import ClaimedWatch, WatchRepository
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.service import fills, outcomes, tickets, watches
from dollarclub.vault import service as vault
from dollarclub.vault.gateways import Gateways
from dollarclub.vault.queries import KeyAccess

AGAIN_IN = timedelta(seconds=2)
REFUSED_AGAIN_IN = timedelta(minutes=1)
_STATES = {
    ReportedState.open: OrderStatus.open,
    ReportedState.partially_filled: OrderStatus.partially_filled,
}
_log = logger(__name__)


class LeaseLost(Exception):
    """Another worker has taken the key."""


@dataclass
class Reading:
    """What the exchange showed, in the order in which it was read."""

    open_orders: Sequence[OrderReport] = ()
    ended: dict[UUID, OrderReport] = field(default_factory=dict)
    missing: list[RestingOrder] = field(default_factory=list)
    balances: Sequence[Balance] = ()
    positions: Sequence[Position] = ()
    trades: list[TradeReport] = field(default_factory=list)


def on_worker_start(context: Context, worker: WorkerIdentity) -> int:
    """Before a trading worker opens its queue: keys with orders that are not final wait for a sweep; how many."""
    with context.db.transaction() as session:
        dead = presence.dead_neighbours(session, worker)
        watches.free_leases_of(session, dead)
        vault.release(session, dead)
        return watches.close_all(session)


def sweep_due(context: Context, gateways: Gateways, worker: WorkerIdentity) -> bool:
    """Sweep the key that is due most; false when none is. Several workers and threads may run it together."""
    trading = context.settings.trading
    lease = timedelta(seconds=trading.lease_seconds)
    with context.db.transaction() as session:
        taken = watches.claim_sweep(
            session, worker=worker.id, lease=lease, quick=timedelta(seconds=trading.sweep_seconds)
        )
    if taken is None:
        return False
    claimed, key = taken

    def still_mine() -> None:
        with context.db.transaction() as session:
            if not WatchRepository(session).renew(claimed.key_id, worker.id, lease):
                raise LeaseLost

    try:
        with context.db.transaction() as session:
            plan = queries.sweep_plan(
                session, key_id=claimed.key_id, account_id=claimed.account_id, swept_at=claimed.swept_at
            )
        gateway = gateways.get(claimed.key_id, for_trading=False)
        reading = _read(gateway, plan, key.catalog.market_type, still_mine, holds_up=not claimed.is_open)
        _store(context, claimed, key, plan, reading, worker)
    except LeaseLost:
        _log.info("sweep_taken_over", key_id=str(claimed.key_id))
    except Exception as error:  # noqa: BLE001 the key is tried again; others must not wait for it
        _fail(context, claimed, worker, error)
    return True


def _read(
    gateway: Gateway,
    plan: SweepPlan,
    market_type: MarketType,
    still_mine: Callable[[], None],
    *,
    holds_up: bool,
) -> Reading:
    """Money before trades: a trade that comes in between is then in the book and not in the position, never lost.

    What holds up a key's orders is read with the whole budget, as exits are.
    """
    reading = Reading()
    reading.open_orders = gateway.open_orders(exit=holds_up)
    listed = {order.client_id for order in reading.open_orders}
    for order in plan.resting:
        if order.client_id not in listed:
            still_mine()
            report = gateway.find(order.symbol, order.client_id, exit=holds_up)
            if report is None:
                reading.missing.append(order)
            else:
                reading.ended[order.order_id] = report
    reading.balances = gateway.balances(exit=holds_up)
    if market_type is MarketType.usdm:
        reading.positions = gateway.positions(exit=holds_up)
    for symbol, since in sorted(plan.since.items()):
        still_mine()
        reading.trades.extend(gateway.my_trades(symbol, since=since, exit=holds_up))
    return reading


def _store(
    context: Context,
    claimed: ClaimedWatch,
    key: KeyAccess,
    plan: SweepPlan,
    reading: Reading,
    worker: WorkerIdentity,
) -> None:
    """Orders and trades each in a transaction of their own, since each locks its order; then what remains unexplained."""
    db = context.db
    with db.transaction() as session:
        moving = queries.moving_symbols(session, claimed.key_id)
        owners = queries.orders_by_client_id(session, {order.client_id for order in reading.open_orders})
    known = {order.order_id: order for order in plan.resting}
    for report in reading.open_orders:
        owner = owners.get(report.client_id)
        if owner is not None and owner[1] == claimed.key_id and _is_news(known.get(owner[0]), report):
            reading.ended[owner[0]] = report
    for order_id, report in sorted(reading.ended.items()):
        with db.transaction() as session:
            outcomes.apply_report(session, order_id, report, source="sweep")
    with db.transaction() as session:
        recorded = fills.record_fills(
            session,
            account_id=claimed.account_id,
            key_id=claimed.key_id,
            trades=reading.trades,
            source="sweep",
        )
    with db.transaction() as session:
        findings = [
            tickets.foreign_order(order) for order in reading.open_orders if order.client_id not in owners
        ]
        # While the outcome of an order is not stored, its trades look like a stranger's.
        foreign = [trade for trade in recorded.foreign if trade.symbol not in moving]
        findings += tickets.foreign_trades(session, claimed.key_id, foreign)
        resting = queries.resting_now(session, [order.order_id for order in reading.missing])
        missing = [
            tickets.missing_order(
                order.order_id, order.client_id, order.symbol, order.status, plain(order.filled)
            )
            for order in reading.missing
            if order.order_id in resting
        ]
        watches.finish_sweep(
            session,
            claimed,
            watches.Sighting(reading.balances, reading.positions, findings, missing),
            worker=worker.id,
            market_type=key.catalog.market_type,
        )


def _is_news(known: RestingOrder | None, report: OrderReport) -> bool:
    return known is None or known.filled != report.filled or known.status != _STATES.get(report.state)


def _fail(context: Context, claimed: ClaimedWatch, worker: WorkerIdentity, error: Exception) -> None:
    again_in = AGAIN_IN
    if isinstance(error, RateLimited):
        again_in = max(again_in, error.retry_at - utc_now())
    elif isinstance(error, CredentialsRefused):
        again_in = REFUSED_AGAIN_IN
    known = isinstance(error, ExchangeError)
    _log.warning("sweep_failed", key_id=str(claimed.key_id), error=type(error).__name__, exc_info=not known)
    problem = (
        error.message if isinstance(error, ExchangeError) else f"It failed here: {type(error).__name__}."
    )
    with context.db.transaction() as session:
        watches.fail_sweep(session, claimed, worker=worker.id, problem=problem, again_in=again_in)
