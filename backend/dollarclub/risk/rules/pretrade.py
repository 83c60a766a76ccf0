"""Whether an entry may be opened: the limits that block entries. Nothing here closes a position.

All money is quote units of one purse (see `purse`). A limit of None is off. Days are UTC.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from dollarclub.kit.money import ZERO, plain


class RefusalCode(StrEnum):
    """The values are outcome codes of signals."""

    symbol_limit = "risk_symbol_limit"
    exposure = "risk_exposure"
    daily_loss = "risk_daily_loss"
    daily_trades = "risk_daily_trades"


@dataclass(frozen=True)
class Exposure:
    """What there is before the entry. Exposures are what held positions cost and what resting entries would cost.

    `groups_of_symbol` are active ones. `realised_today` is net of fees, parts of positions that are still open
    included. `trades_today` are the entries opened today.
    """

    groups_of_symbol: int
    exposure_of_symbol: Decimal
    exposure_total: Decimal
    realised_today: Decimal
    trades_today: int


@dataclass(frozen=True)
class Limits:
    max_groups_per_symbol: int | None = None
    max_exposure_per_symbol: Decimal | None = None
    max_exposure: Decimal | None = None
    max_daily_loss: Decimal | None = None
    max_daily_trades: int | None = None


@dataclass(frozen=True)
class Refusal:
    """`message` is for a person. `queue`: the entry may wait, for what refuses it is lifted by hand."""

    code: RefusalCode
    message: str
    queue: bool


def judge(
    limits: Limits, exposure: Exposure, planned_cost: Decimal, *, opens_group: bool = True
) -> Refusal | None:
    """Why an entry of `planned_cost` is refused; None when it is not. What equals a limit is within it.

    A pyramid opens no group, so the number of groups does not bind it.
    """
    return (
        _daily_loss(limits, exposure)
        or _daily_trades(limits, exposure)
        or (_groups(limits, exposure) if opens_group else None)
        or _of_symbol(limits, exposure, planned_cost)
        or _total(limits, exposure, planned_cost)
    )


def exceeds_daily_loss(limits: Limits, realised_today: Decimal) -> bool:
    """Whether the day's loss is one that pauses entries."""
    return limits.max_daily_loss is not None and realised_today <= -limits.max_daily_loss


def _daily_loss(limits: Limits, exposure: Exposure) -> Refusal | None:
    if not exceeds_daily_loss(limits, exposure.realised_today):
        return None
    lost, most = plain(-exposure.realised_today), plain(limits.max_daily_loss or ZERO)
    return Refusal(
        RefusalCode.daily_loss, f"Today's realised loss of {lost} reached the limit of {most}.", queue=True
    )


def _daily_trades(limits: Limits, exposure: Exposure) -> Refusal | None:
    most = limits.max_daily_trades
    if most is None or exposure.trades_today < most:
        return None
    message = f"{exposure.trades_today} entries were opened today; the limit is {most}."
    return Refusal(RefusalCode.daily_trades, message, queue=False)


def _groups(limits: Limits, exposure: Exposure) -> Refusal | None:
    most = limits.max_groups_per_symbol
    if most is None or exposure.groups_of_symbol < most:
        return None
    message = f"{exposure.groups_of_symbol} positions of this symbol are active; the limit is {most}."
    return Refusal(RefusalCode.symbol_limit, message, queue=False)


def _of_symbol(limits: Limits, exposure: Exposure, planned_cost: Decimal) -> Refusal | None:
    return _over(limits.max_exposure_per_symbol, exposure.exposure_of_symbol, planned_cost, "in this symbol")


def _total(limits: Limits, exposure: Exposure, planned_cost: Decimal) -> Refusal | None:
    return _over(limits.max_exposure, exposure.exposure_total, planned_cost, "in total")


def _over(most: Decimal | None, now: Decimal, planned: Decimal, where: str) -> Refusal | None:
    if most is None or now + planned <= most:
        return None
    message = (
        f"{plain(now)} is invested or resting {where}; with {plain(planned)} more it would be above"
        f" the limit of {plain(most)}."
    )
    return Refusal(RefusalCode.exposure, message, queue=False)
