"""Prices a number of percents away."""

from decimal import Decimal, localcontext

from dollarclub.kit.money import PRECISE

HUNDRED = Decimal(100)


def moved(price: Decimal, percent: Decimal) -> Decimal:
    """price · (1 + percent/100), exact."""
    with localcontext(PRECISE):
        return price * (HUNDRED + percent) / HUNDRED
