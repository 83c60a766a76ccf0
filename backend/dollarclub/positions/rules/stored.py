"""Decimals in JSON are text."""

from decimal import Decimal
from typing import Any

from dollarclub.kit.money import plain


def text_of(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def decimal_of(stored: Any) -> Decimal | None:
    """InvalidOperation or TypeError: it is no number."""
    return None if stored is None else Decimal(stored)
