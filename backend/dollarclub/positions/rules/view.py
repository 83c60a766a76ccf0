"""Everything that is known of a group at one moment: what the engine decides by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from dollarclub.exchanges.gateway import MarketType
from dollarclub.exchanges.rules.precision import Steps, largest_amount, rounded_amount, smallest_amount
from dollarclub.kit.money import ZERO
from dollarclub.orders.rules.states import FINAL, OrderStatus
from dollarclub.positions.rules import ledger
from dollarclub.positions.rules.config import GridPlan, PositionSide
from dollarclub.positions.rules.ledger import Figures, LedgerFill
from dollarclub.positions.rules.states import CloseReason, Direction, GroupStatus, TriggerKind

LEG, PYRAMID, GROUP, RISK = "leg", "pyramid", "group", "risk"
"""Origins of a group's orders; those of other origins are not the engine's to cancel."""

ENTRY = "entry"


@dataclass(frozen=True)
class OrderView:
    """One order of the group's book. `known` is the sum of those of its fills that are stored, in base units."""

    id: UUID
    origin: str
    origin_id: UUID
    name: str
    is_entry: bool
    status: OrderStatus
    amount: Decimal
    price: Decimal | None
    filled: Decimal
    known: Decimal
    cancel_requested: bool
    created_at: datetime
    average: Decimal | None = None
    code: str | None = None
    detail: str | None = None

    @property
    def is_live(self) -> bool:
        return self.status not in FINAL

    @property
    def is_settled(self) -> bool:
        """Over, and all that it filled is known."""
        return not self.is_live and self.filled <= self.known

    @property
    def to_come(self) -> Decimal:
        """What its fills may still add to those that are known, in base units."""
        return max((self.amount if self.is_live else self.filled) - self.known, ZERO)

    @property
    def can_cancel(self) -> bool:
        return self.is_live and not self.cancel_requested


@dataclass(frozen=True)
class LegView:
    id: UUID
    pyramid_id: UUID
    pyramid: int
    number: int
    price: Decimal
    amount: Decimal
    take_profit: Decimal
    is_market: bool = False
    is_held: bool = False
    is_cancelled: bool = False
    is_closing: bool = False


@dataclass(frozen=True)
class PyramidView:
    id: UUID
    number: int
    entry_price: Decimal
    plan: GridPlan
    created_at: datetime
    is_closing: bool = False
    close_reason: CloseReason | None = None


@dataclass(frozen=True)
class TriggerView:
    id: UUID
    kind: TriggerKind
    subject_id: UUID
    direction: Direction
    price: Decimal
    trail_percent: Decimal | None = None
    fired_at: datetime | None = None
    fired_price: Decimal | None = None


@dataclass(frozen=True)
class GroupView:
    """One group with all that belongs to it, orders oldest first. `last` is the latest price, None when not known.

    `is_halted`: the account's kill switch is on; `is_flattening`: it sells everything by itself.
    """

    id: UUID
    side: PositionSide
    market_type: MarketType
    status: GroupStatus
    plan: GridPlan
    steps: Steps
    pyramids: tuple[PyramidView, ...] = ()
    legs: tuple[LegView, ...] = ()
    orders: tuple[OrderView, ...] = ()
    fills: tuple[LedgerFill, ...] = ()
    triggers: tuple[TriggerView, ...] = ()
    stop_price: Decimal | None = None
    is_manual: bool = False
    last: Decimal | None = None
    is_halted: bool = False
    is_flattening: bool = False
    closing_pyramids: frozenset[UUID] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        closing = frozenset(each.id for each in self.pyramids if each.is_closing)
        object.__setattr__(self, "closing_pyramids", closing)

    @cached_property
    def figures(self) -> Figures:
        return ledger.figures(self.side, self.fills)

    @cached_property
    def by_leg(self) -> Mapping[UUID, Figures]:
        return ledger.by_leg(self.side, self.fills)

    @cached_property
    def by_pyramid(self) -> Mapping[int, Figures]:
        return ledger.by_pyramid(self.side, self.fills)

    @cached_property
    def leg_orders(self) -> Mapping[UUID, list[OrderView]]:
        """The orders of each leg."""
        found: dict[UUID, list[OrderView]] = {leg.id: [] for leg in self.legs}
        for order in self.orders:
            if order.origin == LEG:
                found.setdefault(order.origin_id, []).append(order)
        return found

    @property
    def free(self) -> Decimal:
        """What is held and not spoken for by any exit that is under way, in base units."""
        return self.figures.held - coming(each for each in self.orders if not each.is_entry)

    @property
    def is_reducing(self) -> bool:
        """Whether exits must say that they only reduce."""
        return self.market_type is MarketType.usdm

    def entry_of(self, leg: LegView) -> OrderView | None:
        return next((each for each in self.leg_orders[leg.id] if each.name == ENTRY), None)

    def may_enter(self, leg: LegView) -> bool:
        """Whether the leg's entry is still wanted, sent or not."""
        stopped = leg.is_cancelled or leg.is_closing or leg.pyramid_id in self.closing_pyramids
        return not stopped

    def sendable(self, amount: Decimal, *, is_market: bool) -> Decimal:
        """`amount` down to the step and to the most that one order may be of."""
        largest = largest_amount(self.steps, is_market=is_market)
        wanted = amount if largest is None else min(amount, largest)
        return rounded_amount(self.steps, max(wanted, ZERO), is_market=is_market)

    def least(self, price: Decimal, *, is_market: bool) -> Decimal:
        """The least that an exit at `price` may be of; one that only reduces has no least cost."""
        return smallest_amount(self.steps, ZERO if self.is_reducing else price, is_market=is_market)

    def is_sellable(self, amount: Decimal) -> bool:
        """Whether an exit of `amount` would be taken at the present price, as far as that is known."""
        price = self.last or self.figures.average_entry or ZERO
        return self.sendable(amount, is_market=True) >= self.least(price, is_market=True)


def coming(orders: Iterable[OrderView]) -> Decimal:
    """What the fills of `orders` may still add up to."""
    return sum((each.to_come for each in orders), ZERO)
