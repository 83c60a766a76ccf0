"""Balances and positions as the exchange told them last."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from dollarclub.core.schemas import Out


class BalanceOut(Out):
    asset: str
    free: Decimal
    used: Decimal


class PositionOut(Out):
    """A futures position; `amount` is signed, negative for short."""

    symbol: str
    amount: Decimal
    entry_price: Decimal | None
    mark_price: Decimal | None
    unrealized_pnl: Decimal | None
    leverage: Decimal | None
    liquidation_price: Decimal | None


class KeyBalancesOut(Out):
    """`read_at`: when the exchange told this; `opened_at`: since when the key's orders are reconciled.

    `stream_since` is None while nobody listens to the key's stream; then fills come with the sweeps. `problem` says why
    the last sweep failed.
    """

    key_id: UUID
    balances: list[BalanceOut]
    positions: list[PositionOut]
    read_at: datetime | None
    swept_at: datetime | None
    opened_at: datetime | None
    stream_since: datetime | None
    stream_heard_at: datetime | None
    problem: str | None
