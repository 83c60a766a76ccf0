"""Take profit: at which price, when it is reached, and how much of a leg may rest at the exchange for it.

Prices are quote units, amounts base units, percentages percents.
"""

from dataclasses import dataclass
from decimal import Decimal

from dollarclub.exchanges.gateway import Side
from dollarclub.exchanges.rules.precision import Steps, largest_amount, rounded_amount, smallest_amount
from dollarclub.kit.money import ZERO, ceil_to, floor_to
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.percents import moved


def leg_target(side: PositionSide, fill_price: Decimal, percent: Decimal, tick: Decimal) -> Decimal:
    """fill_price · (1 ± percent/100) on the tick, never worse than configured: a sell's rounded up, a buy's down.

    At least one tick.
    """
    raw = aggregate_target(side, fill_price, percent)
    rounded = ceil_to(raw, tick) if side.exit is Side.sell else floor_to(raw, tick)
    return max(rounded, tick)


def aggregate_target(side: PositionSide, average: Decimal, percent: Decimal) -> Decimal:
    """average · (1 ± percent/100), not rounded: it is compared with prices, not sent."""
    return moved(average, side.sign * percent)


@dataclass(frozen=True)
class Rest:
    """What to do about the take profit of one leg; nothing while what is without an order is too little for one.

    place    base units to send now as a further order at the target
    recall   what rests must be cancelled first: it is more than is held, or too little to be joined by the new part
    """

    place: Decimal = ZERO
    recall: bool = False


def rest_of(
    steps: Steps,
    *,
    target: Decimal,
    held: Decimal,
    resting: Decimal,
    is_complete: bool,
    reduce_only: bool,
) -> Rest:
    """How a leg's take profit follows its fills.

    `held` is what the leg's fills leave in hand, `resting` what its open take-profit orders would still sell,
    `is_complete` that no more will be entered. `reduce_only`: the exchange asks for no minimum notional.
    """
    if resting > held:
        return Rest(recall=True)
    least = smallest_amount(steps, ZERO if reduce_only else target, is_market=False)
    free = rounded_amount(steps, held - resting, is_market=False)
    largest = largest_amount(steps, is_market=False)
    if free >= least:
        return Rest(place=free if largest is None else min(free, largest))
    fits = largest is None or resting + free <= largest
    return Rest(recall=is_complete and free > ZERO and resting > ZERO and fits)
