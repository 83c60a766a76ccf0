"""Storing what the exchange pushes: fills first, since they are money, then what the orders are now."""

from collections.abc import Sequence
from uuid import UUID

from dollarclub.core.db import Database
from dollarclub.exchanges.gateway import OrderReport, ReportedState, TradeReport
from dollarclub.orders.queries import watches as queries
from dollarclub.orders.service import fills, outcomes, tickets, watches

_HELD = (ReportedState.open, ReportedState.partially_filled)


def store_news(
    db: Database,
    *,
    account_id: UUID,
    key_id: UUID,
    trades: Sequence[TradeReport],
    orders: Sequence[OrderReport],
) -> None:
    """News in any order and any number of times; each order in a transaction of its own, since each locks its row.

    A trade of no order of ours becomes a ticket at once: our orders are in the book before they are sent, and the
    stream tells their client ids. An order of a stranger is left to the sweep that this asks for.
    """
    if trades:
        with db.transaction() as session:
            recorded = fills.record_fills(
                session, account_id=account_id, key_id=key_id, trades=trades, source="stream"
            )
        foreign = [trade for trade in recorded.foreign if trade.client_id]
        if foreign:
            _report_foreign(db, account_id, key_id, foreign)
    if not orders:
        return
    with db.transaction() as session:
        owners = queries.orders_by_client_id(session, {order.client_id for order in orders})
        if any(order.client_id not in owners and order.state in _HELD for order in orders):
            watches.request_sweep(session, key_id)
    for report in orders:
        owner = owners.get(report.client_id)
        if owner is not None and owner[1] == key_id:
            with db.transaction() as session:
                outcomes.apply_report(session, owner[0], report, source="stream")


def _report_foreign(db: Database, account_id: UUID, key_id: UUID, foreign: Sequence[TradeReport]) -> None:
    with db.transaction() as session:
        owners = queries.orders_by_client_id(session, {trade.client_id or "" for trade in foreign})
        strange = [trade for trade in foreign if trade.client_id not in owners]
        changed = tickets.report(
            session,
            account_id=account_id,
            key_id=key_id,
            findings=tickets.foreign_trades(session, key_id, strange),
            complete=(),
        )
        tickets.tell(session, account_id, changed)
