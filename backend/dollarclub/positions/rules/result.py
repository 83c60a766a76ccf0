"""What a group came to, as it is stored with a closed one."""

from decimal import Decimal
from typing import Any

from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.positions.rules.ledger import Figures, percent
from dollarclub.positions.rules.stored import text_of


def result_of(figures: Figures) -> dict[str, Any]:
    """Decimals as text. `held` and `invested` are the dust that was left; `percent` is `realised` of `entry_cost`."""
    entry_cost = (
        ZERO if figures.average_entry is None else PRECISE.multiply(figures.average_entry, figures.entered)
    )
    values: dict[str, Decimal | None] = {
        "entered": figures.entered,
        "exited": figures.exited,
        "average_entry": figures.average_entry,
        "average_exit": figures.average_exit,
        "entry_cost": entry_cost,
        "gross_realised": figures.gross_realised,
        "realised": figures.realised,
        "fees": figures.fees,
        "percent": percent(figures.realised, entry_cost),
        "held": figures.held,
        "invested": figures.invested,
    }
    return {name: text_of(value) for name, value in values.items()}
