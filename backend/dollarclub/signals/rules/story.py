"""The steps of a signal's life in their order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

STEPS = (
    "received",
    "claimed",
    "decided",
    "intent",
    "sent",
    "unknown",
    "acknowledged",
    "filled",
    "settled",
)


@dataclass(frozen=True)
class Moment:
    """A step, and when it happened; None when it has not."""

    name: str
    at: datetime | None
    detail: str = ""


@dataclass(frozen=True)
class Step:
    name: str
    at: datetime
    detail: str


def in_order(moments: Iterable[Moment]) -> list[Step]:
    """What has happened, by time; at the same time in the order of `STEPS`."""
    happened = [Step(each.name, each.at, each.detail) for each in moments if each.at is not None]
    return sorted(happened, key=lambda step: (step.at, STEPS.index(step.name)))
