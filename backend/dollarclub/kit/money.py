"""Exact money: rounding to a venue's steps, and decimals as text without exponents."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal

PRECISE = Context(prec=60)
"""Wide enough for the product and the quotient of two NUMERIC(38, 18)."""

ZERO = Decimal(0)


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` not above `value`; `value` itself when `step` is 0."""
    return _to_multiple(value, step, ROUND_FLOOR)


def ceil_to(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` not below `value`; `value` itself when `step` is 0."""
    return _to_multiple(value, step, ROUND_CEILING)


def nearest_to(value: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` nearest to `value`, ties to the even one; `value` itself when `step` is 0."""
    return _to_multiple(value, step, ROUND_HALF_EVEN)


def plain(value: Decimal) -> str:
    """The shortest text without an exponent: `0.0100` is `0.01`, `1E+3` is `1000`."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _to_multiple(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    if step <= 0:
        return value
    count = PRECISE.divide(value, step).to_integral_value(rounding=rounding)
    return PRECISE.multiply(count, step)
