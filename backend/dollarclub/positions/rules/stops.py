"""Where a group is stopped, what of it is withdrawn, and at which price an exit may go at worst.

Prices are quote units, percentages percents. A stop that follows from an average moves with it.
"""

from decimal import Decimal

from dollarclub.exchanges.gateway import Side
from dollarclub.kit.money import ceil_to, floor_to
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.percents import moved


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


def beyond_price(side: PositionSide, average: Decimal, percent: Decimal) -> Decimal:
    """Behind this price unfilled entries are cancelled: `percent` below a long's average, above a short's."""
    return moved(average, -side.sign * percent)


def marketable_price(side: Side, expected: Decimal, max_percent: Decimal, tick: Decimal) -> Decimal:
    """The limit of an order that shall fill at once but at most `max_percent` worse than `expected`.

    A buy's is above and rounded down, a sell's below and rounded up: never worse than allowed. At least one tick.
    """
    if side is Side.buy:
        return max(floor_to(moved(expected, max_percent), tick), tick)
    return max(ceil_to(moved(expected, -max_percent), tick), tick)


def tighter(configured: Decimal | None, asked: Decimal | None) -> Decimal | None:
    """Of the configuration's and the alert's maximum slippage the smaller; None with neither."""
    return min((bound for bound in (configured, asked) if bound is not None), default=None)
