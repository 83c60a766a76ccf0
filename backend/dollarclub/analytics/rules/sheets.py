"""Tables as files for spreadsheets (RFC 4180)."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO

from dollarclub.kit.money import plain

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Cell = str | int | Decimal | None


def csv_of(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Text with a header row. Numbers stay numbers; a text that a spreadsheet would run as a formula is escaped."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return out.getvalue()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(_FORMULA) else cell
    return plain(cell) if isinstance(cell, Decimal) else str(cell)
