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


def is_due(side: PositionSide, target: Decimal, last: Decimal) -> bool:
    """Whether `last` has reached the target; the target itself counts."""
    return (last - target) * side.sign >= ZERO


@dataclass(frozen=True)
class Rest:
    """What to do about the take profit of one leg.

    place    base units to send now as a further order at the target
    recall   what rests must be cancelled first: it is more than is held, or too little to be joined by the new part
    watched  base units that the engine holds back: it sells them when the target is reached, or places them when more
             has filled
    """

    place: Decimal = ZERO
    recall: bool = False
    watched: Decimal = ZERO


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
    least = least_exit(steps, target, reduce_only=reduce_only)
    free = rounded_amount(steps, held - resting, is_market=False)
    if free >= least:
        return Rest(place=min(free, largest_amount(steps, is_market=False) or free))
    if free <= ZERO:
        return Rest()
    if is_complete and resting > ZERO:
        return Rest(recall=True, watched=free)
    return Rest(watched=free)


def least_exit(steps: Steps, price: Decimal, *, reduce_only: bool, is_market: bool = False) -> Decimal:
    """The least amount of an exit at `price` that the exchange takes."""
    return smallest_amount(steps, ZERO if reduce_only else price, is_market=is_market)
