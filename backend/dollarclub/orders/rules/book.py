"""What fills add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dollarclub.exchanges.gateway import Side
from dollarclub.kit.money import PRECISE, ZERO

_SCALE = Decimal(1).scaleb(-18)


@dataclass(frozen=True)
class Entry:
    """One fill: `amount` in base units as traded, `kept` what it moved the position by after fees in the base asset."""

    side: Side
    amount: Decimal
    kept: Decimal
    price: Decimal


def base_of(symbol: str) -> str:
    """`BTC` of `BTC/USDT` and of `BTC/USDT:USDT`."""
    return symbol.split("/", 1)[0]


def is_spot(symbol: str) -> bool:
    return ":" not in symbol


def average_entry(entries: Iterable[Entry]) -> Decimal | None:
    """The mean price of what the entries, oldest first, leave held; None when nothing is held.

    What reduces a position leaves its mean; what turns it over begins anew at its own price.
    """
    held, cost = ZERO, ZERO
    for entry in entries:
        signed = entry.kept if entry.side is Side.buy else -entry.kept
        after = held + signed
        if held == 0 or (held > 0) == (signed > 0):
            cost += PRECISE.multiply(entry.price, signed)
        elif after == 0:
            cost = ZERO
        elif (after > 0) == (held > 0):
            cost = PRECISE.divide(PRECISE.multiply(cost, after), held)
        else:
            cost = PRECISE.multiply(entry.price, after)
        held = after
    if held == 0:
        return None
    return PRECISE.divide(cost, held).quantize(_SCALE, context=PRECISE)
