"""How results add up over time: the curve, how far it fell, and the year's ratios by days."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, localcontext

from dollarclub.analytics.rules.ratios import over, sharpe, sortino
from dollarclub.analytics.rules.trades import Trade
from dollarclub.kit.money import PRECISE, ZERO

DAYS_A_YEAR = 365
"""These markets never close."""

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Point:
    """`equity` is the sum of all results so far; `drawdown` is how far it lies below its highest, which begins at 0."""

    at: datetime
    equity: Decimal
    drawdown: Decimal


@dataclass(frozen=True)
class Drawdown:
    """In quote units and, of the starting equity where that is known, in percent. `deepest_at` is when it was reached."""

    deepest: Decimal
    deepest_percent: Decimal | None
    deepest_at: datetime | None
    current: Decimal
    current_percent: Decimal | None


@dataclass(frozen=True)
class Yearly:
    """Annualised: mean / deviation of the daily returns · sqrt(365)."""

    sharpe: Decimal | None
    sortino: Decimal | None


def curve(trades: Iterable[Trade]) -> list[Point]:
    """A point for every trade, in the order of their ends."""
    points, equity, peak = [], ZERO, ZERO
    with localcontext(PRECISE):
        for trade in sorted(trades, key=lambda one: (one.closed_at, one.id)):
            equity += trade.realised
            peak = max(peak, equity)
            points.append(Point(trade.closed_at, equity, peak - equity))
    return points


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """At most `most` points that show the same: of each stretch the lowest and the last one."""
    if len(points) <= most or most < 2:
        return list(points)
    kept: dict[int, Point] = {}
    stretches = most // 2
    for number in range(stretches):
        begin, end = number * len(points) // stretches, (number + 1) * len(points) // stretches
        lowest = min(range(begin, end), key=lambda index: points[index].equity)
        kept[lowest], kept[end - 1] = points[lowest], points[end - 1]
    return [kept[index] for index in sorted(kept)]


def drawdown(points: Sequence[Point], starting: Decimal | None) -> Drawdown:
    """`starting` is the equity before the first point, in quote units."""
    deepest = max(points, key=lambda point: point.drawdown, default=None)
    depth = deepest.drawdown if deepest else ZERO
    current = points[-1].drawdown if points else ZERO
    return Drawdown(
        deepest=depth,
        deepest_percent=_percent(depth, starting),
        deepest_at=deepest.at if deepest and depth else None,
        current=current,
        current_percent=_percent(current, starting),
    )


def daily_returns(
    trades: Iterable[Trade], starting: Decimal | None, first: date, last: date
) -> list[Decimal]:
    """Of each day from `first` to `last`: its result / the equity it began with; 0 on days without a trade.

    Empty when the starting equity is not known, or when it was used up on the way.
    """
    by_day: dict[date, Decimal] = defaultdict(Decimal)
    for trade in trades:
        by_day[trade.day] += trade.realised
    equity, returns, day = starting, [], first
    while day <= last:
        if equity is None or equity <= ZERO:
            return []
        result = by_day.get(day, ZERO)
        returns.append(PRECISE.divide(result, equity))
        equity = PRECISE.add(equity, result)
        day += timedelta(days=1)
    return returns


def yearly(returns: Sequence[Decimal]) -> Yearly:
    """Of the returns of consecutive days."""
    root = Decimal(DAYS_A_YEAR).sqrt(PRECISE)
    of_day, of_bad_days = sharpe(returns), sortino(returns)
    return Yearly(
        sharpe=None if of_day is None else PRECISE.multiply(of_day, root),
        sortino=None if of_bad_days is None else PRECISE.multiply(of_bad_days, root),
    )


def _percent(value: Decimal, starting: Decimal | None) -> Decimal | None:
    return None if starting is None or starting <= ZERO else over(value * _HUNDRED, starting)
