"""An entry as legs: prices and amounts on the exchange's steps, never beyond the capital.

A leg's price is base · (1 + gap/100) for a long and base · (1 - gap/100) for a short, rounded so that it is never worse
than configured; its amount is capital · weight/100 / price, rounded down. What rounding leaves stays unallocated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from dollarclub.exchanges.gateway import Side
from dollarclub.exchanges.rules.precision import (
    Steps,
    largest_amount,
    rounded_amount,
    rounded_price,
    smallest_amount,
)
from dollarclub.kit.money import PRECISE, ZERO, ceil_to, floor_to, plain
from dollarclub.positions.rules.config import EntryType, Level, PositionSide
from dollarclub.positions.rules.percents import HUNDRED, moved
from dollarclub.positions.rules.take_profit import leg_target

# How exactly a capital that would work is told, in quote units.
_CAPITAL_STEP = Decimal(1).scaleb(-8)


@dataclass(frozen=True)
class PlannedLeg:
    """`gap`, `weight`, `take_profit` in percent; `amount` base units; `cost` = amount · price, quote units.

    `target` is the take-profit price if the leg fills at `price`, None without a take profit. `is_market`: sent at
    once as a market order. `is_held`: the engine sends a market order when `price` is reached. Neither: a limit order
    that rests at once.
    """

    number: int
    gap: Decimal
    weight: Decimal
    take_profit: Decimal
    price: Decimal
    amount: Decimal
    cost: Decimal
    target: Decimal | None
    is_market: bool
    is_held: bool


class ShortfallReason(StrEnum):
    below_min_amount = "below_min_amount"
    below_min_cost = "below_min_cost"
    above_max_amount = "above_max_amount"


@dataclass(frozen=True)
class Shortfall:
    """A leg that the exchange would refuse. `least_capital`, quote units for the whole grid, is what this leg needs;
    for `above_max_amount`, where less is needed, it is 0 and `most_capital` tells the bound."""

    leg: int
    reason: ShortfallReason
    least_capital: Decimal
    message: str
    most_capital: Decimal | None = None


@dataclass(frozen=True)
class Grid:
    """`cost` of all legs together, `average` price when all fill, `dust` = capital - cost; quote units."""

    legs: tuple[PlannedLeg, ...]
    cost: Decimal
    average: Decimal
    dust: Decimal


def grid(
    *,
    side: PositionSide,
    base: Decimal,
    capital: Decimal,
    levels: Sequence[Level],
    steps: Steps,
    entry_type: EntryType,
) -> Grid | tuple[Shortfall, ...]:
    """The legs of one pyramid, or every leg that the exchange would refuse.

    `base` is the pyramid's own entry price, `capital` quote units. ValueError: one of them is not above 0, or there
    are no levels.
    """
    if base <= ZERO or capital <= ZERO or not levels:
        raise ValueError("A grid needs an entry price and a capital above 0, and a level.")
    # Weights may total a hair more than 100: never may the legs together cost more than the capital.
    with localcontext(PRECISE):
        total = max(sum((level.weight for level in levels), ZERO), HUNDRED)
        planned = [
            _leg(number, level, side, base, capital * level.weight / total, steps, entry_type)
            for number, level in enumerate(levels)
        ]
        shortfalls = tuple(found for leg in planned if (found := _shortfall(leg, total, steps)) is not None)
        if shortfalls:
            return shortfalls
        cost = sum((leg.cost for leg in planned), ZERO)
        amount = sum((leg.amount for leg in planned), ZERO)
        return Grid(legs=tuple(planned), cost=cost, average=cost / amount, dust=capital - cost)


def least_capital(shortfalls: Iterable[Shortfall]) -> Decimal | None:
    """The capital with which none of the legs would be too small; None when one is too large as it is."""
    found = list(shortfalls)
    if any(short.most_capital is not None for short in found):
        return None
    return max((short.least_capital for short in found), default=None)


def leg_price(side: PositionSide, base: Decimal, gap: Decimal, steps: Steps) -> Decimal:
    """base · (1 ± gap/100) on the tick: a buy's rounded down, a sell's up."""
    return rounded_price(steps, moved(base, side.sign * gap), is_buy=side.entry is Side.buy)


def _leg(
    number: int,
    level: Level,
    side: PositionSide,
    base: Decimal,
    capital: Decimal,
    steps: Steps,
    entry_type: EntryType,
) -> PlannedLeg:
    by_market = entry_type is EntryType.market
    price = leg_price(side, base, level.gap, steps)
    amount = rounded_amount(steps, capital / price, is_market=by_market)
    return PlannedLeg(
        number=number,
        gap=level.gap,
        weight=level.weight,
        take_profit=level.take_profit,
        price=price,
        amount=amount,
        cost=amount * price,
        target=(
            leg_target(side, price, level.take_profit, steps.price_tick) if level.take_profit > ZERO else None
        ),
        is_market=by_market and level.gap >= ZERO,
        is_held=by_market and level.gap < ZERO,
    )


def _shortfall(leg: PlannedLeg, total: Decimal, steps: Steps) -> Shortfall | None:
    by_market = leg.is_market or leg.is_held
    least = smallest_amount(steps, leg.price, is_market=by_market)
    if leg.amount < least:
        needed = _capital(least, leg, total)
        by_cost = leg.amount >= steps.min_amount and leg.cost < steps.min_cost
        return Shortfall(
            leg=leg.number,
            reason=ShortfallReason.below_min_cost if by_cost else ShortfallReason.below_min_amount,
            least_capital=needed,
            message=(
                f"Leg {leg.number + 1} would be {plain(leg.amount)} at {plain(leg.price)}; the exchange takes "
                f"{plain(least)} or more. A capital of {plain(needed)} would do."
            ),
        )
    most = largest_amount(steps, is_market=by_market)
    if most is not None and leg.amount > most:
        bound = floor_to(most * leg.price * total / leg.weight, _CAPITAL_STEP)
        return Shortfall(
            leg=leg.number,
            reason=ShortfallReason.above_max_amount,
            least_capital=ZERO,
            message=(
                f"Leg {leg.number + 1} would be {plain(leg.amount)}; the exchange takes {plain(most)} at most. "
                f"A capital of {plain(bound)} would do."
            ),
            most_capital=bound,
        )
    return None


def _capital(amount: Decimal, leg: PlannedLeg, total: Decimal) -> Decimal:
    """The least capital, on its step, that gives the leg `amount`."""
    return ceil_to(amount * leg.price * total / leg.weight, _CAPITAL_STEP)
