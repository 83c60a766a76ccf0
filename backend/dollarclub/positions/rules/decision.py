"""What the engine wants done about a group."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.gateway import OrderType, TimeInForce
from dollarclub.kit.money import ZERO
from dollarclub.positions.rules.states import CloseReason, Direction, GroupStatus, TriggerKind


@dataclass(frozen=True)
class WantedOrder:
    """An order that shall exist; (`origin`, `origin_id`, `name`) makes it exist once. `amount` in base units."""

    origin: str
    origin_id: UUID
    name: str
    is_entry: bool
    type: OrderType
    amount: Decimal
    price: Decimal | None = None
    time_in_force: TimeInForce | None = None


@dataclass(frozen=True)
class WantedTrigger:
    """A price that shall be watched, as `PriceTrigger` keeps it."""

    kind: TriggerKind
    subject_id: UUID
    direction: Direction
    price: Decimal
    trail_percent: Decimal | None = None


@dataclass(frozen=True)
class Decision:
    """All of it is to be written in one transaction. `look_in`: when to decide again though nothing happened.

    `asks_price`: an exit waits for the latest price.
    """

    orders: tuple[WantedOrder, ...] = ()
    cancels: tuple[UUID, ...] = ()
    arm: tuple[WantedTrigger, ...] = ()
    drop: tuple[UUID, ...] = ()
    close: CloseReason | None = None
    close_pyramids: tuple[tuple[UUID, CloseReason], ...] = ()
    cancel_legs: tuple[tuple[UUID, str], ...] = ()
    finish: GroupStatus | None = None
    problem: str | None = None
    look_in: timedelta | None = None
    asks_price: bool = False

    @property
    def exits(self) -> Decimal:
        """What its exits would take, in base units."""
        return sum((each.amount for each in self.orders if not each.is_entry), ZERO)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be done now."""
        wishes = (self.orders, self.cancels, self.arm, self.drop, self.close_pyramids, self.cancel_legs)
        return not any(wishes) and self.close is None and self.finish is None


def together(parts: Iterable[Decision]) -> Decision:
    """All of `parts`; of what can be said once only, the first that says it."""
    every = list(parts)
    looks = [each.look_in for each in every if each.look_in is not None]
    return Decision(
        orders=tuple(order for each in every for order in each.orders),
        cancels=tuple(dict.fromkeys(order for each in every for order in each.cancels)),
        arm=tuple(trigger for each in every for trigger in each.arm),
        drop=tuple(dict.fromkeys(trigger for each in every for trigger in each.drop)),
        close=next((each.close for each in every if each.close), None),
        close_pyramids=tuple(pyramid for each in every for pyramid in each.close_pyramids),
        cancel_legs=tuple(leg for each in every for leg in each.cancel_legs),
        finish=next((each.finish for each in every if each.finish), None),
        problem=next((each.problem for each in every if each.problem), None),
        look_in=min(looks, default=None),
        asks_price=any(each.asks_price for each in every),
    )
