"""Exact decimal arithmetic: an operation that would have to round raises instead."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)

ZERO = Decimal(0)
ONE = Decimal(1)
SATOSHI = Decimal("0.00000001")
EXACT = Context(prec=80, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
WIDE = Context(prec=80, rounding=ROUND_DOWN, traps=[InvalidOperation, DivisionByZero, Overflow])


def times(left: Decimal, right: Decimal) -> Decimal:
    """The exact product."""
    return EXACT.multiply(left, right)


def plus(left: Decimal, right: Decimal) -> Decimal:
    """The exact sum."""
    return EXACT.add(left, right)


def minus(left: Decimal, right: Decimal) -> Decimal:
    """The exact difference."""
    return EXACT.subtract(left, right)


def ratio(left: Decimal, right: Decimal) -> Decimal:
    """The quotient, cut after many digits; for averages and rates, never for balances."""
    return WIDE.divide(left, right)


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The greatest multiple of `step` that is not above `value` (both not negative)."""
    return EXACT.multiply(WIDE.divide_int(value, step), step)


def ceil_to(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below `value` (both not negative)."""
    floor = floor_to(value, step)
    return floor if floor == value else floor + step


def is_multiple(value: Decimal, step: Decimal) -> bool:
    return WIDE.remainder(value, step) == 0


def cut(value: Decimal) -> Decimal:
    """Eight decimals, towards zero: what a fee or a payment is booked with."""
    return value.quantize(SATOSHI, rounding=ROUND_DOWN, context=WIDE)


def cut_up(value: Decimal) -> Decimal:
    """Eight decimals, upwards: what a margin asks for."""
    return value.quantize(SATOSHI, rounding=ROUND_CEILING, context=WIDE)


def decimals(value: Decimal) -> int:
    """Digits after the point that are not trailing zeros."""
    exponent = value.normalize(WIDE).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
