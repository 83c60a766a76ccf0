"""Where a group is stopped, what of it is withdrawn, and at which price an exit may go at worst.

Prices are quote units, percentages percents. A stop that follows from an average moves with it.
"""

from decimal import Decimal

from dollarclub.exchanges.gateway import Side
from dollarclub.kit.money import PRECISE, ZERO, ceil_to, floor_to
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.percents import HUNDRED, moved


def stop_price(
    side: PositionSide, average: Decimal, percent: Decimal | None, absolute: Decimal | None
) -> Decimal | None:
    """The stop loss: `percent` below a long's average (above a short's), or `absolute`, the alert's own price.

    With both the one that loses less; None with neither. Not rounded: it is compared with prices, not sent.
    """
    found = [] if absolute is None else [absolute]
    if percent is not None:
        found.append(moved(average, -side.sign * percent))
    return max(found, key=lambda price: price * side.sign, default=None)


def is_stop_due(side: PositionSide, stop: Decimal, last: Decimal) -> bool:
    """Whether `last` has fallen to a long's stop, or risen to a short's; the stop itself counts."""
    return (stop - last) * side.sign >= ZERO


def trailing_extreme(
    side: PositionSide, average: Decimal, activation: Decimal | None, extreme: Decimal | None, last: Decimal
) -> Decimal | None:
    """The best price since the trailing stop became active, `last` included; None while it is not.

    It becomes active at `activation` percent of profit over the average (None: at once), and stays so whatever the
    average does later.
    """
    if extreme is not None:
        return max(extreme, last, key=lambda price: price * side.sign)
    from_price = moved(average, side.sign * (activation or ZERO))
    reached = activation is None or (last - from_price) * side.sign >= ZERO
    return last if reached else None


def trailing_stop(side: PositionSide, extreme: Decimal, percent: Decimal) -> Decimal:
    """`percent` behind the best price; due by `is_stop_due`. Not rounded."""
    return moved(extreme, -side.sign * percent)


def beyond_price(side: PositionSide, average: Decimal, percent: Decimal) -> Decimal:
    """Behind this price unfilled entries are cancelled: `percent` below a long's average, above a short's."""
    return moved(average, -side.sign * percent)


def is_beyond(side: PositionSide, bound: Decimal, last: Decimal) -> bool:
    """Whether `last` is worse than the bound; the bound itself is not."""
    return (bound - last) * side.sign > ZERO


def marketable_price(side: Side, expected: Decimal, max_percent: Decimal, tick: Decimal) -> Decimal:
    """The limit of an order that shall fill at once but at most `max_percent` worse than `expected`.

    A buy's is above and rounded down, a sell's below and rounded up: never worse than allowed. At least one tick.
    """
    if side is Side.buy:
        return max(floor_to(moved(expected, max_percent), tick), tick)
    return max(ceil_to(moved(expected, -max_percent), tick), tick)


def slippage_percent(side: Side, expected: Decimal, filled: Decimal) -> Decimal:
    """(filled - expected) / expected · 100 of a buy, mirrored for a sell: above 0 is worse than expected."""
    worse = filled - expected if side is Side.buy else expected - filled
    return PRECISE.divide(PRECISE.multiply(worse, HUNDRED), expected)


def has_drifted(side: PositionSide, asked: Decimal, last: Decimal, max_percent: Decimal) -> bool:
    """Whether an entry at `last` instead of `asked` would be more than `max_percent` worse."""
    return slippage_percent(side.entry, asked, last) > max_percent


def tighter(configured: Decimal | None, asked: Decimal | None) -> Decimal | None:
    """Of the configuration's and the alert's maximum slippage the smaller; None with neither."""
    return min((bound for bound in (configured, asked) if bound is not None), default=None)
