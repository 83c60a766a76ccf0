"""Fetching the fills that an exchange's answers did not tell."""

from datetime import timedelta
from uuid import UUID

from dollarclub.core.db import Database
from dollarclub.core.logging import logger
from dollarclub.exchanges.gateway import Gateway
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.orders.service import fills, outcomes

CLOCKS_DIFFER = timedelta(minutes=1)
"""How far before its sending an order's first trade may be dated, since exchanges have clocks of their own."""

_log = logger(__name__)


def complete_fills(
    db: Database, gateway: Gateway, order_id: UUID, *, in_any_case: bool = False
) -> OrderStatus | None:
    """Ask for the pair's trades since the order was sent and store those that are ours; the order's status now.

    Nothing is asked when the order's fills are complete, unless `in_any_case`. None when the exchange could not be asked;
    the order is then asked about again later.
    """
    with db.transaction() as session:
        wanted = fills.missing(session, order_id, in_any_case=in_any_case)
    if wanted is None:
        with db.transaction() as session:
            return outcomes.status_of(session, order_id)
    try:
        trades = gateway.my_trades(wanted.symbol, since=wanted.sent_at - CLOCKS_DIFFER)
    except Exception as error:  # noqa: BLE001 harmless: they are asked for again
        _log.warning("fills_not_read", order_id=str(order_id), error=type(error).__name__)
        return None
    with db.transaction() as session:
        fills.record_fills(
            session, account_id=wanted.account_id, key_id=wanted.key_id, trades=trades, source="sweep"
        )
        return outcomes.status_of(session, order_id)
