"""How much a grid strategy's alert asks for: what a group's configuration leaves to the alert."""

from decimal import Decimal
from typing import Literal

from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.signals.rules.payload import Alert, Unit
from dollarclub.signals.rules.route import HUNDRED, Place, Terms, asked, in_base

Size = tuple[Decimal | None, Literal["base", "quote"]]


def size_of(alert: Alert, terms: Terms, place: Place, free: Decimal | None) -> Size | None:
    """Amount and unit; no amount when neither the alert nor the strategy names one, None when a share of the free
    balance is asked for and there is none."""
    amount, unit = asked(alert, terms)
    if amount is None or amount <= ZERO:
        return None, "quote"
    if unit is Unit.quote:
        return amount, "quote"
    if unit is Unit.percent:
        if free is None or free <= ZERO:
            return None
        return PRECISE.divide(PRECISE.multiply(free, min(amount, HUNDRED)), HUNDRED), "quote"
    return in_base(amount, unit, place), "base"
