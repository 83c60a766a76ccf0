"""What a configuration says of a group: its grid, its pyramids, how it is closed.

Percentages are percents (1.2 is 1.2 %). A gap of 0 is the entry price, a negative one is adverse for either side:
lower for a long, higher for a short. Pyramids are counted from 1, which is the initial entry.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from dollarclub.exchanges.gateway import Side
from dollarclub.kit.money import ZERO, plain
from dollarclub.positions.rules.stored import decimal_of, text_of

MOST_PYRAMIDS = 50
MOST_LEVELS = 50
MOST_LEVERAGE = 125
LONGEST_TTL_SECONDS = 365 * 24 * 3600

_HUNDRED = Decimal(100)
_WEIGHT_TOLERANCE = Decimal("0.01")


class PositionSide(StrEnum):
    long = "long"
    short = "short"

    @property
    def entry(self) -> Side:
        """The side of the orders that open it."""
        return Side.buy if self is PositionSide.long else Side.sell

    @property
    def exit(self) -> Side:
        """The side of the orders that close it."""
        return Side.sell if self is PositionSide.long else Side.buy

    @property
    def sign(self) -> int:
        """1 when a rising price earns, -1 when a falling one does."""
        return 1 if self is PositionSide.long else -1

    @property
    def opposite(self) -> "PositionSide":
        return PositionSide.short if self is PositionSide.long else PositionSide.long


class TakeProfitMode(StrEnum):
    """What is closed when which price is reached."""

    per_leg = "per_leg"
    aggregate = "aggregate"
    hybrid = "hybrid"
    pyramid_aggregate = "pyramid_aggregate"


class EntryType(StrEnum):
    """`limit`: all legs rest at once. `market`: a leg is sent when its price is reached, the first one at once."""

    limit = "limit"
    market = "market"


class OppositePolicy(StrEnum):
    """What an entry of the other side does while a group is open."""

    ignore = "ignore"
    close = "close"
    reverse = "reverse"
    queue = "queue"


class RemainderPolicy(StrEnum):
    """What becomes of the part that an IOC close left: IOC again at the new price, plain market, or a resting limit."""

    retry = "retry"
    market = "market"
    rest = "rest"


class MarginMode(StrEnum):
    cross = "cross"
    isolated = "isolated"


@dataclass(frozen=True)
class Level:
    """One leg of a grid: its distance from the entry price, its part of the capital, its take profit; all percents."""

    gap: Decimal
    weight: Decimal
    take_profit: Decimal

    def as_json(self) -> dict[str, str]:
        return {
            "gap": plain(self.gap),
            "weight": plain(self.weight),
            "take_profit": plain(self.take_profit),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Level":
        return cls(
            gap=Decimal(stored["gap"]),
            weight=Decimal(stored["weight"]),
            take_profit=Decimal(stored["take_profit"]),
        )


@dataclass(frozen=True)
class GridPlan:
    """A configuration as a group keeps it. Capital is quote units; None of a percent, a limit or a time is "off".

    `pyramid_levels` are of pyramids 2 and later, `pyramid_capitals` and `pyramid_tp_percents` of any; what they do not
    name follows `levels`, `capital` and `tp_percent`. `max_pyramids` is a total with the initial entry included.
    """

    entry_type: EntryType
    levels: tuple[Level, ...]
    pyramid_levels: Mapping[int, tuple[Level, ...]] = field(default_factory=dict)
    capital: Decimal | None = None
    pyramid_capitals: Mapping[int, Decimal] = field(default_factory=dict)
    max_pyramids: int = 5
    tp_mode: TakeProfitMode = TakeProfitMode.per_leg
    tp_percent: Decimal | None = None
    pyramid_tp_percents: Mapping[int, Decimal] = field(default_factory=dict)
    stop_loss_percent: Decimal | None = None
    trailing_percent: Decimal | None = None
    trailing_activation_percent: Decimal | None = None
    cancel_beyond_percent: Decimal | None = None
    entry_ttl_seconds: int | None = None
    leverage: int | None = None
    margin_mode: MarginMode | None = None
    opposite: OppositePolicy = OppositePolicy.ignore
    max_slippage_percent: Decimal | None = None
    remainder: RemainderPolicy = RemainderPolicy.retry

    def levels_of(self, number: int) -> tuple[Level, ...]:
        """The grid of the pyramid `number`; the initial entry always has the default one."""
        return self.levels if number == 1 else self.pyramid_levels.get(number, self.levels)

    def capital_of(self, number: int, asked: Decimal | None) -> Decimal | None:
        """Quote units for the pyramid `number`: its own, else the configuration's, else what the alert `asked` for."""
        configured = self.pyramid_capitals.get(number, self.capital)
        return asked if configured is None else configured

    def tp_percent_of(self, number: int) -> Decimal | None:
        """The take profit of the pyramid `number` as a whole (pyramid_aggregate)."""
        return self.pyramid_tp_percents.get(number, self.tp_percent)

    def as_json(self) -> dict[str, Any]:
        """Stored form: decimals as text, numbers of pyramids as text keys."""
        return {
            "entry_type": self.entry_type.value,
            "levels": [level.as_json() for level in self.levels],
            "pyramid_levels": {
                str(number): [level.as_json() for level in levels]
                for number, levels in self.pyramid_levels.items()
            },
            "capital": text_of(self.capital),
            "pyramid_capitals": _texts(self.pyramid_capitals),
            "max_pyramids": self.max_pyramids,
            "tp_mode": self.tp_mode.value,
            "tp_percent": text_of(self.tp_percent),
            "pyramid_tp_percents": _texts(self.pyramid_tp_percents),
            "stop_loss_percent": text_of(self.stop_loss_percent),
            "trailing_percent": text_of(self.trailing_percent),
            "trailing_activation_percent": text_of(self.trailing_activation_percent),
            "cancel_beyond_percent": text_of(self.cancel_beyond_percent),
            "entry_ttl_seconds": self.entry_ttl_seconds,
            "leverage": self.leverage,
            "margin_mode": None if self.margin_mode is None else self.margin_mode.value,
            "opposite": self.opposite.value,
            "max_slippage_percent": text_of(self.max_slippage_percent),
            "remainder": self.remainder.value,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "GridPlan":
        """What `as_json` wrote. KeyError, ValueError, InvalidOperation: it is not such a thing."""
        margin_mode = stored.get("margin_mode")
        return cls(
            entry_type=EntryType(stored["entry_type"]),
            levels=_levels(stored["levels"]),
            pyramid_levels={
                int(number): _levels(levels)
                for number, levels in (stored.get("pyramid_levels") or {}).items()
            },
            capital=decimal_of(stored.get("capital")),
            pyramid_capitals=_decimals(stored.get("pyramid_capitals")),
            max_pyramids=int(stored["max_pyramids"]),
            tp_mode=TakeProfitMode(stored["tp_mode"]),
            tp_percent=decimal_of(stored.get("tp_percent")),
            pyramid_tp_percents=_decimals(stored.get("pyramid_tp_percents")),
            stop_loss_percent=decimal_of(stored.get("stop_loss_percent")),
            trailing_percent=decimal_of(stored.get("trailing_percent")),
            trailing_activation_percent=decimal_of(stored.get("trailing_activation_percent")),
            cancel_beyond_percent=decimal_of(stored.get("cancel_beyond_percent")),
            entry_ttl_seconds=stored.get("entry_ttl_seconds"),
            leverage=stored.get("leverage"),
            margin_mode=None if margin_mode is None else MarginMode(margin_mode),
            opposite=OppositePolicy(stored["opposite"]),
            max_slippage_percent=decimal_of(stored.get("max_slippage_percent")),
            remainder=RemainderPolicy(stored["remainder"]),
        )


@dataclass(frozen=True)
class Flaw:
    """`field` as in the configuration, members of lists and maps by dots: `levels.0.gap`, `pyramid_levels.2.1.weight`."""

    field: str
    message: str


_LEG_TARGETS = (TakeProfitMode.per_leg, TakeProfitMode.hybrid)
_GROUP_TARGETS = (TakeProfitMode.aggregate, TakeProfitMode.hybrid)


def flaws(plan: GridPlan) -> list[Flaw]:
    """Everything that keeps `plan` from being traded; empty when nothing does."""
    return list(_flaws(plan))


def _flaws(plan: GridPlan) -> Iterator[Flaw]:
    if not 1 <= plan.max_pyramids <= MOST_PYRAMIDS:
        yield Flaw("max_pyramids", f"Between 1 and {MOST_PYRAMIDS}, the initial entry included.")
    yield from _of_levels("levels", plan.levels, plan.tp_mode)
    for number, levels in plan.pyramid_levels.items():
        yield from _of_levels(f"pyramid_levels.{number}", levels, plan.tp_mode)
    yield from _of_numbers("pyramid_levels", plan.pyramid_levels, 2, plan.max_pyramids)
    yield from _of_numbers("pyramid_capitals", plan.pyramid_capitals, 1, plan.max_pyramids)
    yield from _of_numbers("pyramid_tp_percents", plan.pyramid_tp_percents, 1, plan.max_pyramids)
    yield from _of_capital(plan)
    yield from _of_targets(plan)
    yield from _of_stops(plan)
    if plan.entry_ttl_seconds is not None and not 1 <= plan.entry_ttl_seconds <= LONGEST_TTL_SECONDS:
        yield Flaw("entry_ttl_seconds", "Between 1 second and 365 days.")
    if plan.leverage is not None and not 1 <= plan.leverage <= MOST_LEVERAGE:
        yield Flaw("leverage", f"Between 1 and {MOST_LEVERAGE}.")


def _of_levels(path: str, levels: tuple[Level, ...], mode: TakeProfitMode) -> Iterator[Flaw]:
    if not 1 <= len(levels) <= MOST_LEVELS:
        yield Flaw(path, f"Between 1 and {MOST_LEVELS} levels.")
        return
    seen: set[Decimal] = set()
    for at, level in enumerate(levels):
        if not -_HUNDRED < level.gap <= ZERO:
            yield Flaw(
                f"{path}.{at}.gap", "0 or negative, above -100: how far against the position, in percent."
            )
        elif level.gap in seen:
            yield Flaw(f"{path}.{at}.gap", f"There is already a level at {plain(level.gap)} %.")
        seen.add(level.gap)
        if level.weight <= ZERO:
            yield Flaw(f"{path}.{at}.weight", "Must be above 0.")
        if level.take_profit < ZERO or (mode in _LEG_TARGETS and level.take_profit == ZERO):
            yield Flaw(f"{path}.{at}.take_profit", "Must be above 0.")
    total = sum((level.weight for level in levels), ZERO)
    if abs(total - _HUNDRED) > _WEIGHT_TOLERANCE:
        yield Flaw(path, f"The weights total {plain(total)} %, not 100 %.")


def _of_numbers(path: str, numbers: Iterable[int], first: int, last: int) -> Iterator[Flaw]:
    for number in numbers:
        if not first <= number <= last:
            yield Flaw(f"{path}.{number}", f"There is no such pyramid: {first} to {last}.")


def _of_capital(plan: GridPlan) -> Iterator[Flaw]:
    if plan.capital is not None and plan.capital <= ZERO:
        yield Flaw("capital", "Must be above 0.")
    yield from _not_positive("pyramid_capitals", plan.pyramid_capitals)


def _of_targets(plan: GridPlan) -> Iterator[Flaw]:
    if plan.tp_percent is not None and plan.tp_percent <= ZERO:
        yield Flaw("tp_percent", "Must be above 0.")
    elif plan.tp_percent is None and plan.tp_mode in _GROUP_TARGETS:
        yield Flaw("tp_percent", f"The mode {plan.tp_mode} needs one.")
    yield from _not_positive("pyramid_tp_percents", plan.pyramid_tp_percents)
    if plan.tp_mode is TakeProfitMode.pyramid_aggregate:
        without = [n for n in range(1, plan.max_pyramids + 1) if plan.tp_percent_of(n) is None]
        if without:
            yield Flaw(
                "tp_percent",
                f"Pyramid {without[0]} has no take profit of its own, so there must be one for all.",
            )


def _of_stops(plan: GridPlan) -> Iterator[Flaw]:
    bounded = {
        "stop_loss_percent": plan.stop_loss_percent,
        "trailing_percent": plan.trailing_percent,
        "cancel_beyond_percent": plan.cancel_beyond_percent,
        "max_slippage_percent": plan.max_slippage_percent,
    }
    for name, value in bounded.items():
        if value is not None and not ZERO < value < _HUNDRED:
            yield Flaw(name, "Above 0 and below 100.")
    activation = plan.trailing_activation_percent
    if activation is not None and activation < ZERO:
        yield Flaw("trailing_activation_percent", "0 or above.")
    if activation is not None and plan.trailing_percent is None:
        yield Flaw("trailing_activation_percent", "Without a trailing distance it does nothing.")


def _not_positive(path: str, values: Mapping[int, Decimal]) -> Iterator[Flaw]:
    for number, value in values.items():
        if value <= ZERO:
            yield Flaw(f"{path}.{number}", "Must be above 0.")


def _texts(values: Mapping[int, Decimal]) -> dict[str, str]:
    return {str(number): plain(value) for number, value in values.items()}


def _decimals(stored: Mapping[str, Any] | None) -> dict[int, Decimal]:
    return {int(number): Decimal(value) for number, value in (stored or {}).items()}


def _levels(stored: list[Mapping[str, Any]]) -> tuple[Level, ...]:
    return tuple(Level.from_json(level) for level in stored)
