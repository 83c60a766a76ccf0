"""Figures of a list of results, which may be quote units or percents: every ratio is free of the unit.

A result above 0 is a win, one below 0 a loss; 0 is neither, but counts as a trade. What would be divided by nothing is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from dollarclub.kit.money import PRECISE, ZERO

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Ratios:
    """What results come to.

    total          their sum
    win_rate       wins / trades · 100
    average_win    mean of the wins
    average_loss   mean of the losses, as a positive number
    payoff         average_win / average_loss
    profit_factor  sum of the wins / sum of the losses
    expectancy     total / trades
    sharpe         expectancy / population standard deviation; of one trade, not annualised
    sortino        expectancy / sqrt(sum of min(result, 0)² / trades): downside against a target of 0, over all trades
    """

    trades: int
    wins: int
    losses: int
    total: Decimal
    win_rate: Decimal | None
    average_win: Decimal | None
    average_loss: Decimal | None
    payoff: Decimal | None
    profit_factor: Decimal | None
    expectancy: Decimal | None
    sharpe: Decimal | None
    sortino: Decimal | None


def ratios(results: Sequence[Decimal]) -> Ratios:
    """Of all `results`, whose order does not matter."""
    with localcontext(PRECISE):
        wins = [each for each in results if each > ZERO]
        losses = [-each for each in results if each < ZERO]
        won, lost = sum(wins, ZERO), sum(losses, ZERO)
        average_win, average_loss = over(won, len(wins)), over(lost, len(losses))
        return Ratios(
            trades=len(results),
            wins=len(wins),
            losses=len(losses),
            total=won - lost,
            win_rate=over(len(wins) * _HUNDRED, len(results)),
            average_win=average_win,
            average_loss=average_loss,
            payoff=over(average_win, average_loss),
            profit_factor=over(won, lost),
            expectancy=over(won - lost, len(results)),
            sharpe=sharpe(results),
            sortino=sortino(results),
        )


def sharpe(results: Sequence[Decimal]) -> Decimal | None:
    """Mean / population standard deviation; None of fewer than two, or when all are the same."""
    with localcontext(PRECISE):
        mean = over(sum(results, ZERO), len(results))
        if mean is None or len(results) < 2 or min(results) == max(results):
            return None
        variance = sum(((each - mean) ** 2 for each in results), ZERO) / len(results)
        return over(mean, variance.sqrt())


def sortino(results: Sequence[Decimal]) -> Decimal | None:
    """Mean / sqrt(mean of min(result, 0)²); None without a loss."""
    with localcontext(PRECISE):
        mean = over(sum(results, ZERO), len(results))
        if mean is None:
            return None
        downside = sum((each**2 for each in results if each < ZERO), ZERO) / len(results)
        return over(mean, downside.sqrt())


def over(value: Decimal | None, divisor: Decimal | int | None) -> Decimal | None:
    """value / divisor; None when either is not there or the divisor is 0."""
    if value is None or not divisor:
        return None
    return PRECISE.divide(value, Decimal(divisor))
