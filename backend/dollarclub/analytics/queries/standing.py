"""What is open now."""

from collections.abc import Iterable
from decimal import Decimal

from dollarclub.kit.money import ZERO
from dollarclub.positions.rules import ledger
from dollarclub.risk.rules.group import Group


def unrealised(group: Group) -> Decimal | None:
    """What closing the group now would add to what it realised, in quote units; None when its price is not known."""
    figures, last = group.view.figures, group.view.last
    if figures.held == ZERO:
        return ZERO
    return None if last is None else ledger.unrealised(group.view.side, figures, last, group.fee_rate)


def unrealised_sum(groups: Iterable[Group]) -> Decimal:
    """Of those whose price is known."""
    return sum((unrealised(group) or ZERO for group in groups), ZERO)


def resting(group: Group) -> Decimal:
    """What entries that may still fill would cost, in quote units."""
    return group.exposure - group.view.figures.invested
