"""Rows, the table for a person, and the same as JSON."""

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADERS = ("figure", "target", "measured", "baseline", "ratio", "verdict")


@dataclass(frozen=True)
class Target:
    """A bound on a figure: at most `bound`, or at least. `text` says it for a person."""

    bound: float
    text: str
    at_least: bool = False

    def met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Row:
    """One figure in `unit`; without a target it explains others. `against` names the baseline, in the same unit."""

    figure: str
    value: float
    unit: str
    target: Target | None = None
    baseline: float | None = None
    against: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    @property
    def met(self) -> bool | None:
        return self.target.met(self.value) if self.target else None

    def as_json(self) -> dict[str, Any]:
        return {
            "figure": self.figure,
            "value": self.value,
            "unit": self.unit,
            "target": self.target.text if self.target else None,
            "bound": self.target.bound if self.target else None,
            "baseline": self.baseline,
            "against": self.against or None,
            "ratio": self.ratio,
            "met": self.met,
        }

    def cells(self) -> tuple[str, ...]:
        baseline = "" if self.baseline is None else f"{amount(self.baseline, self.unit)} {self.against}"
        ratio = "" if self.ratio is None else f"{self.ratio:.3g}"
        verdict = {True: "ok", False: "SHORT", None: ""}[self.met]
        return (
            self.figure if self.target else f"  {self.figure}",
            self.target.text if self.target else "",
            amount(self.value, self.unit),
            baseline,
            ratio,
            verdict,
        )


def amount(value: float, unit: str) -> str:
    """A value with its unit, with as many digits as mean something."""
    digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median_ms(seconds: Iterable[float]) -> float:
    """Median of durations in seconds, in milliseconds."""
    return statistics.median(seconds) * 1000


def table(rows: Sequence[Row]) -> str:
    """Rows under aligned headers."""
    lines = [HEADERS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADERS))]
    lines.insert(1, tuple("─" * width for width in widths))
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write_json(path: Path, rows: Sequence[Row], *, problems: Sequence[str], machine: str) -> None:
    """The rows for a program."""
    document = {"machine": machine, "rows": [row.as_json() for row in rows], "problems": list(problems)}
    path.write_text(json.dumps(document, indent=2) + "\n")
