"""What an order has become, from what was known and what is told: in whatever order the news comes, the end is the same."""

from dataclasses import dataclass
from decimal import Decimal

from dollarclub.exchanges.gateway import ReportedState
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.orders.rules.states import FINAL, OrderStatus, sources_of

_SCALE = Decimal(1).scaleb(-18)


@dataclass(frozen=True)
class Sums:
    """All known fills of an order together, in base and quote units."""

    amount: Decimal = ZERO
    cost: Decimal = ZERO


@dataclass(frozen=True)
class Told:
    """The exchange's own summary of an order."""

    state: ReportedState
    filled: Decimal
    average: Decimal | None


@dataclass(frozen=True)
class Progress:
    """`filled` is the most that was told or is proven by fills; `complete`: the fills explain all of it."""

    status: OrderStatus
    filled: Decimal
    average: Decimal | None
    complete: bool

    @property
    def settled(self) -> bool:
        """Nothing more is expected of it."""
        return self.status in FINAL and self.complete


def progressed(known: Progress, *, amount: Decimal | None, sums: Sums, told: Told | None) -> Progress:
    """`known` after all fills are `sums` and, perhaps, the exchange told its state.

    A state that cannot be entered from the known one is old news; amounts only grow. `amount` is what was ordered in
    base units, None for a buy by cost.
    """
    filled = max(known.filled, sums.amount, told.filled if told else ZERO)
    complete = filled == sums.amount
    target = _target(amount, filled, told)
    reachable = target is not None and known.status in sources_of(target)
    return Progress(
        status=target if target is not None and reachable else known.status,
        filled=filled,
        average=_average(known, filled, sums, told),
        complete=complete,
    )


def _target(amount: Decimal | None, filled: Decimal, told: Told | None) -> OrderStatus | None:
    if told is not None and told.state is ReportedState.rejected:
        return OrderStatus.cancelled if filled else OrderStatus.rejected
    if told is not None and told.state in (ReportedState.filled, ReportedState.cancelled):
        return OrderStatus(told.state.value)
    if amount is not None and filled >= amount:
        return OrderStatus.filled
    if filled:
        return OrderStatus.partially_filled
    return OrderStatus.open if told is not None else None


def _average(known: Progress, filled: Decimal, sums: Sums, told: Told | None) -> Decimal | None:
    if not filled:
        return None
    if sums.amount == filled:
        return PRECISE.divide(sums.cost, filled).quantize(_SCALE, context=PRECISE)
    if told is not None and told.average is not None and told.filled == filled:
        return told.average
    return known.average
