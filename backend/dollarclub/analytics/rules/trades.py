"""A closed group as the analytics look at it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from dollarclub.positions.rules.config import PositionSide


@dataclass(frozen=True)
class Trade:
    """`realised` and `fees` in quote units, net and paid; `percent` is `realised` of `entry_cost`.

    `volume` is what was bought and sold, in quote units; `timeframe` in minutes, 0 when the alert told none.
    """

    id: UUID
    key_id: UUID
    strategy_id: UUID | None
    symbol: str
    timeframe: int
    side: PositionSide
    opened_at: datetime
    closed_at: datetime
    realised: Decimal
    fees: Decimal
    entry_cost: Decimal
    volume: Decimal
    percent: Decimal

    @property
    def day(self) -> date:
        """The day (UTC) on which it was closed."""
        return self.closed_at.astimezone(UTC).date()

    @property
    def held_seconds(self) -> Decimal:
        return Decimal((self.closed_at - self.opened_at).total_seconds())
