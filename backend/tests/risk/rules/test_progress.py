"""Where an offset stands, derived from its orders; and which resting exits are in its way."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.gateway import MarketType
from dollarclub.exchanges.rules.precision import Steps
from dollarclub.kit.ids import new_id
from dollarclub.orders.rules.states import OrderStatus
from dollarclub.positions.rules.config import EntryType, GridPlan, Level, PositionSide
from dollarclub.positions.rules.ledger import LedgerFill
from dollarclub.positions.rules.states import GroupStatus
from dollarclub.positions.rules.view import GroupView, OrderView
from dollarclub.risk.rules.progress import MOST_TRIES, Part, done, name_of, own_orders, to_free

D = Decimal
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFSET, GROUP = UUID(int=7), UUID(int=1)
PART = Part(GROUP, PositionSide.long, D(2), D(100), D("0.001"))


def order(
    amount: str,
    filled: str = "0",
    *,
    status: OrderStatus = OrderStatus.open,
    origin: str = "leg",
    average: str | None = None,
) -> OrderView:
    return OrderView(
        id=new_id(),
        origin=origin,
        origin_id=OFFSET,
        name="tp1",
        is_entry=False,
        status=status,
        amount=D(amount),
        price=None,
        filled=D(filled),
        known=D(filled),
        cancel_requested=False,
        created_at=NOON,
        average=None if average is None else D(average),
    )


def view(*orders: OrderView, held: str = "10") -> GroupView:
    none = D(0)
    bought = LedgerFill(True, D(held), D(100), D(held) * 100, none, none, 1, UUID(int=3), NOON)
    return GroupView(
        id=GROUP,
        side=PositionSide.long,
        market_type=MarketType.spot,
        status=GroupStatus.open,
        plan=GridPlan(EntryType.limit, (Level(none, D(100), D(1)),)),
        steps=Steps(D("0.01"), D("0.1"), D("0.1"), none, none, none, D(10)),
        orders=orders,
        fills=(bought,),
    )


def test_what_was_realised_is_the_price_result_less_the_fees() -> None:
    sold = order("2", "2", status=OrderStatus.filled, average="110")
    assert done(PART, [sold], {sold.id: D("0.5")}).realised == D("19.5")
    assert done(PART, [sold], {}).realised == D(20) - D("0.22"), "reckoned where no fee is known"
    short = replace(PART, side=PositionSide.short)
    assert done(short, [sold], {sold.id: D(0)}).realised == D(-20)


def test_a_part_is_tried_again_until_it_is_sold_or_given_up() -> None:
    half = order("2", "1", status=OrderStatus.cancelled, average="110")
    assert done(PART, [half], {}).may_try(PART)
    assert not done(PART, [half, order("1")], {}).is_settled
    assert not done(PART, [order("2", status=OrderStatus.unknown)], {}).is_settled
    refused = [order("2", status=OrderStatus.rejected) for _ in range(MOST_TRIES)]
    assert not done(PART, refused, {}).may_try(PART)
    assert not done(PART, [order("2", "2", status=OrderStatus.filled)], {}).may_try(PART)
    assert done(PART, [], {}).may_try(PART)


def test_a_fill_that_is_not_stored_yet_is_waited_for() -> None:
    late = replace(order("2", "2", status=OrderStatus.filled), known=D(1))
    assert not done(PART, [late], {}).is_settled


def test_as_few_resting_exits_as_possible_make_room() -> None:
    small, large, other = order("2"), order("5"), order("3")
    assert to_free(view(small, large, other), D(4)) == [large]
    assert to_free(view(small, large, other), D(6)) == [large, other]
    assert to_free(view(small), D(4)) == [], "8 are free"
    own = order("4", origin="risk")
    assert to_free(view(own, large), D(5)) == [], "its own order is not in its way"
    over = order("10", status=OrderStatus.cancelled)
    assert to_free(view(over), D(4)) == []


def test_orders_of_an_offset_are_told_apart() -> None:
    own = order("1", origin="risk")
    other = replace(own, id=new_id(), origin_id=UUID(int=8))
    assert own_orders(view(own, other, order("1")), OFFSET) == [own]
    first, second = (
        UUID("01a20fb8-8de1-70e6-a15f-ba708b2e1eb0"),
        UUID("01a20fb8-8de1-70e6-a15f-ba708b2e1eb1"),
    )
    assert name_of(first, 1) != name_of(second, 1), "ids of one moment begin alike"
    assert Part.from_json(PART.as_json()) == PART
