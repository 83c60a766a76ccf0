"""Closed trades with given results, for the analytics."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dollarclub.analytics.rules.trades import Trade
from dollarclub.kit.ids import new_id
from dollarclub.positions.rules.config import PositionSide

KEY = UUID(int=1)


def trade(closed_at: datetime, realised: Decimal, **changes: Any) -> Trade:
    """A long of 15 minutes in BTC/USDT that cost 100."""
    wish: dict[str, Any] = {
        "id": new_id(),
        "key_id": KEY,
        "strategy_id": None,
        "symbol": "BTC/USDT",
        "timeframe": 15,
        "side": PositionSide.long,
        "opened_at": closed_at - timedelta(hours=1),
        "closed_at": closed_at,
        "realised": realised,
        "fees": Decimal("0.2"),
        "entry_cost": Decimal(100),
        "volume": 200 + realised,
        "percent": realised,
    }
    return Trade(**(wish | changes))


def trades_of(results: Iterable[tuple[datetime, Decimal]]) -> list[Trade]:
    return [trade(*each) for each in results]
