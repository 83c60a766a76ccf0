"""One group and an exchange of one pair, small enough to be driven through every order of events.

What the exchange did and what the platform knows of it are two things here: answers, fills and confirmations arrive when
they are delivered. An order that the exchange would refuse for its amount, or because its coins are not there, fails.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.gateway import MarketType, OrderType, TimeInForce
from dollarclub.exchanges.rules.precision import Draft, flaw
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.positions.rules.config import GridPlan, PositionSide
from dollarclub.positions.rules.decide import decide
from dollarclub.positions.rules.decision import Decision, WantedOrder, WantedTrigger
from dollarclub.positions.rules.grid import Grid, grid
from dollarclub.positions.rules.ledger import LedgerFill
from dollarclub.positions.rules.states import CloseReason, Direction, GroupStatus
from dollarclub.positions.rules.view import (
    LEG,
    PYRAMID,
    RISK,
    GroupView,
    LegView,
    OrderView,
    PyramidView,
    TriggerView,
)
from tests.support.toy_orders import START, STEPS, Order, Trigger


class ToyExchange:
    """`held` is what the group's orders truly left at the exchange, in base units; `fee` is a fraction of each cost.

    `thin`: an order that fills at once or not at all finds only half of what it wants.
    """

    def __init__(self, *, side: PositionSide, market_type: MarketType, plan: GridPlan, fee: Decimal) -> None:
        self.side, self.market_type, self.plan, self.fee = side, market_type, plan, fee
        self.now, self.last = START, Decimal(100)
        self.group, self._ids = UUID(int=1), 1
        self.status = GroupStatus.open
        self.reason: CloseReason | None = None
        self.pyramids: list[PyramidView] = []
        self.legs: list[LegView] = []
        self.orders: dict[UUID, Order] = {}
        self.triggers: dict[UUID, Trigger] = {}
        self.fills: list[LedgerFill] = []
        self.held = ZERO
        self.manual = False
        self.thin = False
        self.add_pyramid()

    def _id(self) -> UUID:
        self._ids += 1
        return UUID(int=self._ids)

    # What people and alerts do.

    def add_pyramid(self) -> None:
        number = len(self.pyramids) + 1
        if self.status is not GroupStatus.open or number > self.plan.max_pyramids:
            return
        planned = grid(
            side=self.side,
            base=self.last,
            capital=Decimal(300),
            levels=self.plan.levels_of(number),
            steps=STEPS,
            entry_type=self.plan.entry_type,
        )
        assert isinstance(planned, Grid)
        pyramid = PyramidView(self._id(), number, self.last, self.plan, self.now)
        self.pyramids.append(pyramid)
        self.legs += [
            LegView(
                id=self._id(),
                pyramid_id=pyramid.id,
                pyramid=number,
                number=leg.number,
                price=leg.price,
                amount=leg.amount,
                take_profit=leg.take_profit,
                is_market=leg.is_market,
                is_held=leg.is_held,
            )
            for leg in planned.legs
        ]

    def close(self, reason: CloseReason) -> None:
        """The first reason wins."""
        if self.status is GroupStatus.open:
            self.status, self.reason = GroupStatus.closing, reason

    def close_pyramid(self, pyramid_id: UUID, reason: CloseReason) -> None:
        self.pyramids = [
            replace(one, is_closing=True, close_reason=reason)
            if one.id == pyramid_id and not one.is_closing
            else one
            for one in self.pyramids
        ]

    def change_leg(self, leg_id: UUID, **changed: bool) -> None:
        self.legs = [replace(leg, **changed) if leg.id == leg_id else leg for leg in self.legs]

    def offset(self, part: Decimal) -> None:
        """Sell a part of what no other exit speaks for, as a winner of a risk offset does."""
        view = self.view()
        amount = view.sendable(view.free * part, is_market=True)
        if self.status is GroupStatus.open and self.is_sellable(amount):
            self._reserve(WantedOrder(RISK, self._id(), "1", False, OrderType.market, amount))

    # What the engine sees and does.

    def view(self) -> GroupView:
        return GroupView(
            id=self.group,
            side=self.side,
            market_type=self.market_type,
            status=self.status,
            plan=self.plan,
            steps=STEPS,
            pyramids=tuple(self.pyramids),
            legs=tuple(self.legs),
            orders=tuple(self._seen(order) for order in self.orders.values()),
            fills=tuple(self.fills),
            triggers=tuple(
                TriggerView(
                    one.id,
                    one.wanted.kind,
                    one.wanted.subject_id,
                    one.wanted.direction,
                    one.wanted.price,
                    one.wanted.trail_percent,
                    one.fired_at,
                    one.fired_price,
                )
                for one in self.triggers.values()
            ),
            is_manual=self.manual,
            last=self.last,
        )

    def decide(self) -> Decision:
        """Decide, and write all of it down: orders are reserved, nothing is sent yet."""
        decision = decide(self.view(), self.now)
        for order in decision.orders:
            self._reserve(order)
        for order_id in decision.cancels:
            self.orders[order_id].cancel_requested = True
        for trigger_id in decision.drop:
            del self.triggers[trigger_id]
        for wanted in decision.arm:
            self._arm(wanted)
        for leg_id, _why in decision.cancel_legs:
            self.change_leg(leg_id, is_cancelled=True)
        for pyramid_id, reason in decision.close_pyramids:
            self.close_pyramid(pyramid_id, reason)
        if decision.close is not None:
            self.close(decision.close)
        if decision.finish is not None:
            self._finish(decision.finish)
        return decision

    def _seen(self, order: Order) -> OrderView:
        wanted = order.wanted
        return OrderView(
            id=order.id,
            origin=wanted.origin,
            origin_id=wanted.origin_id,
            name=wanted.name,
            is_entry=wanted.is_entry,
            status=order.told,
            amount=wanted.amount,
            price=wanted.price,
            filled=order.told_filled,
            known=order.known,
            cancel_requested=order.cancel_requested,
            created_at=order.created_at,
            code="rejected" if order.told is OrderStatus.rejected else None,
        )

    def _reserve(self, wanted: WantedOrder) -> None:
        identity = (wanted.origin, wanted.origin_id, wanted.name)
        known = [(one.wanted.origin, one.wanted.origin_id, one.wanted.name) for one in self.orders.values()]
        assert identity not in known, f"{identity} was ordered twice"
        is_buy = (self.side is PositionSide.long) is wanted.is_entry
        draft = Draft(
            is_market=wanted.type is OrderType.market,
            is_buy=is_buy,
            amount=wanted.amount,
            price=wanted.price,
            reference=self.last,
            reduce_only=not wanted.is_entry and self.market_type is MarketType.usdm,
        )
        assert flaw(STEPS, draft) is None, f"{flaw(STEPS, draft)}: {wanted}"
        if wanted.is_entry:
            self._is_wanted(wanted)
        order = Order(self._id(), wanted, self.now)
        self.orders[order.id] = order

    def _is_wanted(self, wanted: WantedOrder) -> None:
        leg = next(leg for leg in self.legs if leg.id == wanted.origin_id)
        closing = {one.id for one in self.pyramids if one.is_closing}
        assert self.status is GroupStatus.open, f"an entry while {self.status}"
        assert not self.manual, "an entry of a group that is in a person's hands"
        unwanted = leg.is_cancelled or leg.is_closing or leg.pyramid_id in closing
        assert not unwanted, "an entry that is not wanted any more"

    def _arm(self, wanted: WantedTrigger) -> None:
        for one in self.triggers.values():
            if (one.wanted.kind, one.wanted.subject_id) == (wanted.kind, wanted.subject_id):
                one.wanted = wanted
                return
        trigger = Trigger(self._id(), wanted)
        self.triggers[trigger.id] = trigger

    def _finish(self, status: GroupStatus) -> None:
        assert not any(one.rests for one in self.orders.values()), "closed while an order rests"
        assert all(one.sent for one in self.orders.values()), "closed while an order waits to be sent"
        known = sum((self._kept(fill) for fill in self.fills), ZERO)
        assert known == self.held, f"closed with {known} in the book and {self.held} at the exchange"
        if status is GroupStatus.closed:
            assert not self.is_sellable(self.held), f"closed with {self.held} left"
        self.status = status

    def is_sellable(self, amount: Decimal) -> bool:
        least = STEPS.min_amount
        if self.market_type is MarketType.spot:
            least = max(least, PRECISE.divide(STEPS.min_cost, self.last))
        return amount >= least and amount >= STEPS.amount_step

    # What happens at the exchange.

    def send(self, *, fate: str = "accepted") -> None:
        """Send every reserved order: `accepted`, `rejected`, or `lost` (it is there, its answer is not)."""
        for order in self.orders.values():
            if order.sent:
                continue
            order.sent = True
            if order.cancel_requested and fate != "lost":
                order.fate = OrderStatus.cancelled
            elif fate == "rejected":
                order.fate = OrderStatus.rejected
            else:
                self._take(order)
                order.unknown = fate == "lost"
                order.told = OrderStatus.unknown if order.unknown else OrderStatus.open

    def _take(self, order: Order) -> None:
        wanted = order.wanted
        if not wanted.is_entry:
            locked = sum(
                (
                    one.left
                    for one in self.orders.values()
                    if one.rests and not one.wanted.is_entry and one is not order
                ),
                ZERO,
            )
            assert wanted.amount + locked <= self.held, (
                f"{wanted} beside {locked} of other exits, with {self.held} there"
            )
        if wanted.type is OrderType.market or self._crosses(order):
            part = wanted.amount
            if wanted.time_in_force is TimeInForce.ioc and self.thin:
                part = (part / 2).quantize(STEPS.amount_step, rounding="ROUND_DOWN")
            if part:
                self._fill(order, part, self.last)
        if order.fate is None and wanted.time_in_force is TimeInForce.ioc:
            order.fate = OrderStatus.cancelled

    def _crosses(self, order: Order) -> bool:
        price = order.wanted.price
        assert price is not None
        is_buy = (self.side is PositionSide.long) is order.wanted.is_entry
        return self.last <= price if is_buy else self.last >= price

    def move(self, price: Decimal, *, part: Decimal = Decimal(1)) -> None:
        """The price moves; what it reaches fills by `part` of what is left, and triggers fire."""
        self.last = price
        for order in list(self.orders.values()):
            if order.rests and self._crosses(order):
                amount = (order.left * part).quantize(STEPS.amount_step, rounding="ROUND_UP")
                self._fill(order, min(amount, order.left), order.wanted.price or price)
        for trigger in self.triggers.values():
            if trigger.fired_at is None and self._reached(trigger):
                trigger.fired_at, trigger.fired_price = self.now, price

    def _reached(self, trigger: Trigger) -> bool:
        wanted = trigger.wanted
        above = wanted.direction is Direction.above
        if wanted.trail_percent is None:
            return self.last >= wanted.price if above else self.last <= wanted.price
        if trigger.extreme is None and (self.last >= wanted.price if above else self.last <= wanted.price):
            trigger.extreme = self.last
        if trigger.extreme is None:
            return False
        trigger.extreme = max(trigger.extreme, self.last) if above else min(trigger.extreme, self.last)
        sign = self.side.sign
        stop = trigger.extreme * (100 - sign * wanted.trail_percent) / 100
        return (stop - self.last) * sign >= ZERO

    def _fill(self, order: Order, amount: Decimal, price: Decimal) -> None:
        wanted = order.wanted
        bought_on_spot = wanted.is_entry and self.market_type is MarketType.spot
        pyramid, leg = self._owner(wanted)
        cost = PRECISE.multiply(amount, price)
        fill = LedgerFill(
            is_entry=wanted.is_entry,
            amount=amount,
            price=price,
            cost=cost,
            fee_quote=cost * self.fee,
            fee_base=amount * self.fee if bought_on_spot else ZERO,
            pyramid=pyramid,
            leg=leg,
            at=self.now,
        )
        self.now += timedelta(milliseconds=1)
        order.filled += amount
        order.untold.append(fill)
        self.held += self._kept(fill)
        assert self.held >= ZERO, f"sold {-self.held} more than was held"
        if order.left == ZERO:
            order.fate = OrderStatus.filled

    @staticmethod
    def _kept(fill: LedgerFill) -> Decimal:
        return (fill.amount if fill.is_entry else -fill.amount) - fill.fee_base

    def _owner(self, wanted: WantedOrder) -> tuple[int | None, UUID | None]:
        if wanted.origin == LEG:
            leg = next(leg for leg in self.legs if leg.id == wanted.origin_id)
            return leg.pyramid, leg.id
        if wanted.origin == PYRAMID:
            return next(one.number for one in self.pyramids if one.id == wanted.origin_id), None
        return None, None

    def confirm_cancels(self) -> None:
        for order in self.orders.values():
            if order.cancel_requested and order.rests and not order.unknown:
                order.fate = OrderStatus.cancelled

    # What the platform is told.

    def tell_states(self) -> None:
        """Summaries of orders, perhaps before their fills."""
        for order in self._tellable():
            order.told_filled = order.filled
            if order.fate is not None:
                order.told = order.fate
            elif order.filled:
                order.told = OrderStatus.partially_filled

    def tell_fills(self) -> None:
        """Fills, perhaps before the summaries."""
        for order in self._tellable():
            self.fills += order.untold
            order.known += sum((fill.amount for fill in order.untold), ZERO)
            order.untold.clear()
            order.told_filled = max(order.told_filled, order.known)
            if order.told_filled == order.wanted.amount:
                order.told = OrderStatus.filled
            elif order.told is OrderStatus.open and order.known:
                order.told = OrderStatus.partially_filled

    def resolve(self) -> None:
        """What was lost is found."""
        for order in self.orders.values():
            if order.unknown:
                order.unknown = False
                order.told = OrderStatus.open

    def _tellable(self) -> Iterator[Order]:
        return (order for order in self.orders.values() if order.sent and not order.unknown)
