"""Steps and bounds of a pair: how an order is rounded to them, and why an exchange would refuse one.

A step or bound of 0 is none. Amounts are base units, prices and costs quote units.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import lcm

from dollarclub.kit.money import PRECISE, ZERO, ceil_to, floor_to, nearest_to

# Where a venue names no step: the finest amount that is stored.
_FINEST = Decimal(1).scaleb(-18)


class Flaw(StrEnum):
    """Why an order would be refused; the values are outcome codes."""

    market_closed = "market_closed"
    amount_missing = "amount_missing"
    amount_off_step = "amount_off_step"
    below_min_amount = "below_min_amount"
    above_max_amount = "above_max_amount"
    price_missing = "price_missing"
    price_off_tick = "price_off_tick"
    below_min_notional = "below_min_notional"


@dataclass(frozen=True)
class Steps:
    """One pair's metadata as far as precision needs it; `market_step` and `market_max_amount` bind market orders too."""

    price_tick: Decimal
    amount_step: Decimal
    min_amount: Decimal
    max_amount: Decimal
    market_step: Decimal
    market_max_amount: Decimal
    min_cost: Decimal
    active: bool = True


@dataclass(frozen=True)
class Draft:
    """An order as it would be sent. Either `amount` or (market buys) `cost`; `price` is absent for market orders.

    `reference` is the price that a market order's notional is estimated with; without one it is not checked.
    """

    is_market: bool
    is_buy: bool
    amount: Decimal | None
    price: Decimal | None = None
    cost: Decimal | None = None
    reference: Decimal | None = None
    reduce_only: bool = False


def rounded_amount(steps: Steps, amount: Decimal, *, is_market: bool) -> Decimal:
    """Down to the step, so that never more is traded than was asked for."""
    return floor_to(amount, step_of(steps, is_market=is_market))


def step_of(steps: Steps, *, is_market: bool) -> Decimal:
    """What an amount must be a multiple of; for market orders of both steps, so their least common multiple."""
    if not is_market or steps.market_step <= ZERO:
        return steps.amount_step
    if steps.amount_step <= ZERO:
        return steps.market_step
    places = max(
        -int(step.normalize().as_tuple().exponent) for step in (steps.amount_step, steps.market_step)
    )
    scale = Decimal(10) ** max(places, 0)
    return Decimal(lcm(int(steps.amount_step * scale), int(steps.market_step * scale))) / scale


def rounded_price(steps: Steps, price: Decimal, *, is_buy: bool) -> Decimal:
    """To the tick, never worse than asked: a buy's down, a sell's up. A price below one tick becomes one tick."""
    rounded = floor_to(price, steps.price_tick) if is_buy else ceil_to(price, steps.price_tick)
    return max(rounded, steps.price_tick)


def nearest_price(steps: Steps, price: Decimal) -> Decimal:
    """To the nearest tick, at least one."""
    return max(nearest_to(price, steps.price_tick), steps.price_tick)


def largest_amount(steps: Steps, *, is_market: bool) -> Decimal | None:
    """The most that one order may be of; None when there is no bound."""
    bounds = [steps.max_amount, steps.market_max_amount if is_market else ZERO]
    return min((bound for bound in bounds if bound > ZERO), default=None)


def smallest_amount(steps: Steps, price: Decimal, *, is_market: bool) -> Decimal:
    """The least amount at `price` that passes step, minimum amount and minimum notional."""
    least = max(steps.min_amount, PRECISE.divide(steps.min_cost, price) if price > ZERO else ZERO)
    step = step_of(steps, is_market=is_market) or _FINEST
    return max(ceil_to(least, step), step)


def flaw(steps: Steps, draft: Draft) -> Flaw | None:
    """Why the exchange would refuse this order for its numbers; None when it would not."""
    if not steps.active:
        return Flaw.market_closed
    if not draft.is_market:
        if draft.price is None or draft.price <= ZERO:
            return Flaw.price_missing
        if not _is_multiple(draft.price, steps.price_tick):
            return Flaw.price_off_tick
    if draft.cost is not None:
        too_little = draft.cost <= ZERO or draft.cost < steps.min_cost
        return Flaw.below_min_notional if too_little else None
    return _amount_flaw(steps, draft)


def _amount_flaw(steps: Steps, draft: Draft) -> Flaw | None:
    if draft.amount is None or draft.amount <= ZERO:
        return Flaw.amount_missing
    if not _is_multiple(draft.amount, steps.amount_step):
        return Flaw.amount_off_step
    if draft.is_market and not _is_multiple(draft.amount, steps.market_step):
        return Flaw.amount_off_step
    if draft.amount < steps.min_amount:
        return Flaw.below_min_amount
    largest = largest_amount(steps, is_market=draft.is_market)
    if largest is not None and draft.amount > largest:
        return Flaw.above_max_amount
    price = draft.reference if draft.is_market else draft.price
    if price is None or draft.reduce_only:
        return None
    notional = PRECISE.multiply(draft.amount, price)
    return Flaw.below_min_notional if notional < steps.min_cost else None


def _is_multiple(value: Decimal, step: Decimal) -> bool:
    return step <= ZERO or PRECISE.remainder(value, step) == ZERO
