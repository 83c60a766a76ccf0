"""Which winning groups pay for a loss: those with the largest profit."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.rules.precision import Steps
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.positions.rules.config import PositionSide


@dataclass(frozen=True)
class Holding:
    """What a group holds and what it is worth. `held` in base units; `average`, `last` and money in quote units.

    `fee_rate` is the exit's fee as a fraction (0.001 is 0.1 %).
    """

    id: UUID
    side: PositionSide
    held: Decimal
    average: Decimal
    last: Decimal
    fee_rate: Decimal
    steps: Steps

    @property
    def gross(self) -> Decimal:
        """Price result of all that is held: (last - average) · held, mirrored for a short."""
        return PRECISE.multiply(self.side.sign * (self.last - self.average), self.held)

    @property
    def exit_fee(self) -> Decimal:
        return PRECISE.multiply(PRECISE.multiply(self.held, self.last), self.fee_rate)

    @property
    def unit_profit(self) -> Decimal:
        """What closing one base unit realises after its own fee: (last - average) - last · fee_rate, mirrored."""
        return self.side.sign * (self.last - self.average) - PRECISE.multiply(self.last, self.fee_rate)

    @property
    def profit(self) -> Decimal:
        """What closing all of it would realise."""
        return PRECISE.multiply(self.unit_profit, self.held)


def best(holdings: Iterable[Holding]) -> list[Holding]:
    """Those that earn something, the largest profit first; a strict total order."""
    earning = [each for each in holdings if each.held > ZERO and each.unit_profit > ZERO]
    return sorted(earning, key=lambda each: (-each.profit, each.id))
