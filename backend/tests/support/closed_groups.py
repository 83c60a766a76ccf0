"""Groups that have ended with a given result."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.kit.ids import new_id
from dollarclub.positions.models import PositionGroup
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.ledger import LedgerFill, figures
from dollarclub.positions.rules.result import result_of
from dollarclub.positions.rules.states import CloseReason, GroupStatus

D = Decimal


def closed_group(
    session: Session, account_id: UUID, key_id: UUID, closed_at: datetime, realised: str, **changes: Any
) -> UUID:
    """A long that entered one unit at 100 without fees and earned so much."""
    side = changes.get("side", PositionSide.long)

    def fill(is_entry: bool, price: Decimal) -> LedgerFill:
        return LedgerFill(is_entry, D(1), price, price, D(0), D(0), 1, None, closed_at)

    fills = [fill(True, D(100)), fill(False, D(100) + side.sign * D(realised))]
    wish: dict[str, Any] = {
        "id": new_id(),
        "account_id": account_id,
        "key_id": key_id,
        "venue": "binance",
        "environment": Environment.paper,
        "market_type": MarketType.spot,
        "symbol": "BTC/USDT",
        "timeframe": 15,
        "side": PositionSide.long,
        "status": GroupStatus.closed,
        "close_reason": CloseReason.take_profit,
        "plan": {},
        "result": result_of(figures(side, fills)),
        "created_at": closed_at - timedelta(hours=2),
        "closed_at": closed_at,
    }
    row = PositionGroup(**(wish | changes))
    session.add(row)
    session.flush()
    return row.id
