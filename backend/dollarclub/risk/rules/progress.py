"""Where the carrying out of an offset stands: derived from its plan and its orders, so a process may die anywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from dollarclub.kit.money import PRECISE, ZERO, plain
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.view import RISK, GroupView, OrderView

MOST_TRIES = 5
"""So many orders may be tried for one part; what they did not sell is left."""


@dataclass(frozen=True)
class Part:
    """What is to be closed of one group. `average` is what a unit of it cost."""

    group: UUID
    side: PositionSide
    amount: Decimal
    average: Decimal
    fee_rate: Decimal

    def as_json(self) -> dict[str, str]:
        return {
            "group": str(self.group),
            "side": self.side.value,
            "amount": plain(self.amount),
            "average": plain(self.average),
            "fee_rate": plain(self.fee_rate),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Part":
        return cls(
            UUID(stored["group"]),
            PositionSide(stored["side"]),
            Decimal(stored["amount"]),
            Decimal(stored["average"]),
            Decimal(stored["fee_rate"]),
        )


@dataclass(frozen=True)
class Done:
    """What the orders of a part did. `is_settled`: nothing of it is under way, and all its fills are known."""

    filled: Decimal
    realised: Decimal
    tries: int
    is_settled: bool

    def may_try(self, part: Part) -> bool:
        return self.is_settled and self.tries < MOST_TRIES and self.filled < part.amount


def name_of(group_id: UUID, number: int) -> str:
    """The leg of an offset's order for a group; `number` counts from 1. Ids of one moment differ in their ends."""
    return f"{group_id.hex[-8:]}:{number}"


def own_orders(view: GroupView, offset_id: UUID) -> list[OrderView]:
    """The orders of an offset in the group's book, oldest first."""
    return [each for each in view.orders if each.origin == RISK and each.origin_id == offset_id]


def done(part: Part, orders: Sequence[OrderView], fees: Mapping[UUID, Decimal]) -> Done:
    """Realised is the price result less the exits' fees; `fees` in quote units by order, reckoned where one is missing."""
    filled, realised = ZERO, ZERO
    for order in orders:
        if order.filled <= ZERO:
            continue
        price = order.average if order.average is not None else part.average
        cost = PRECISE.multiply(price, order.filled)
        fee = fees.get(order.id, PRECISE.multiply(cost, part.fee_rate))
        gross = part.side.sign * (cost - PRECISE.multiply(part.average, order.filled))
        filled += order.filled
        realised += gross - fee
    settled = all(each.is_settled and each.status is not OrderStatus.unknown for each in orders)
    return Done(filled, realised, len(orders), settled)


def to_free(view: GroupView, amount: Decimal) -> list[OrderView]:
    """Resting exits that must go before `amount` can be sold: the largest first, as few as possible."""
    exits = [each for each in view.orders if not each.is_entry and each.is_live]
    resting = sorted(
        (each for each in exits if each.origin != RISK), key=lambda each: (-each.to_come, each.id)
    )
    free = view.figures.held - sum((each.to_come for each in exits if each.origin != RISK), ZERO)
    chosen = []
    for order in resting:
        if free >= amount:
            break
        chosen.append(order)
        free += order.to_come
    return chosen
