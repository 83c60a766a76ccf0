"""Groups on a real paper exchange: from an entry to a closed group whose figures are the exchange's balances."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from dollarclub.core.errors import Conflict
from dollarclub.exchanges.gateway import MarketType
from dollarclub.positions.rules.config import EntryType, PositionSide, RemainderPolicy, TakeProfitMode
from dollarclub.positions.rules.ledger import gross_unrealised
from dollarclub.positions.rules.states import CloseReason, GroupStatus
from tests.support.orders_desk import Desk
from tests.support.position_floor import LEVELS, PLAN, Floor

D = Decimal
PLACES = [
    (MarketType.spot, PositionSide.long),
    (MarketType.usdm, PositionSide.long),
    (MarketType.usdm, PositionSide.short),
]


@dataclass(frozen=True)
class Money:
    """What the exchange's own books hold, in quote units at a price."""

    usdt: Decimal
    btc: Decimal
    wallet: Decimal

    @classmethod
    def of(cls, desk: Desk) -> "Money":
        books = desk.exchange_books()

        def whole(asset: str) -> Decimal:
            found = books["spot"].get(asset, {"free": "0", "locked": "0"})
            return D(found["free"]) + D(found["locked"])

        return cls(whole("USDT"), whole("BTC"), D(books["futures"]["wallet"]))

    def gained(self, before: "Money", price: Decimal) -> Decimal:
        return self.usdt - before.usdt + (self.btc - before.btc) * price + self.wallet - before.wallet


def away(side: PositionSide, percent: str) -> Decimal:
    """A price that much better for the side than 50,000."""
    return D(50_000) * (100 + side.sign * D(percent)) / 100


@pytest.mark.parametrize(("market_type", "side"), PLACES)
def test_a_grid_fills_takes_profit_leg_by_leg_and_closes(
    floor: Floor, market_type: MarketType, side: PositionSide
) -> None:
    before = Money.of(floor.desk)
    floor.desk.site.price(str(away(side, "0.2")))
    group_id = floor.open(floor.request(market_type, side))
    floor.hear(market_type)
    assert {D(order["price"]) for order in floor.resting()} == {away(side, gap) for gap in ("0", "-1", "-2")}
    floor.price(away(side, "-1.2"), market_type)
    view = floor.view(group_id)
    filled = [leg for leg in view.legs if leg.id in view.by_leg]
    assert [leg.number for leg in filled] == [0, 1]
    targets = {order.price for order in view.orders if not order.is_entry and order.is_live}
    assert targets == {away(side, "1"), away(side, "-1") * (100 + side.sign) / 100}
    floor.price(away(side, "1.5"), market_type)
    group = floor.ends(group_id, market_type)
    assert (group.status, group.close_reason) == (GroupStatus.closed, CloseReason.take_profit)
    assert floor.resting() == []
    check(floor, group_id, before)
    assert group.result is not None
    assert D(group.result["realised"]) > 0


@pytest.mark.parametrize(("market_type", "side"), PLACES)
def test_an_exit_takes_everything_back_and_sells_what_is_held(
    floor: Floor, market_type: MarketType, side: PositionSide
) -> None:
    before = Money.of(floor.desk)
    group_id = floor.open(floor.request(market_type, side))
    floor.price(away(side, "-1.2"), market_type)
    assert floor.resting(), "a leg and two take profits"
    assert floor.close(group_id)
    assert not floor.close(group_id, CloseReason.manual), "the first one wins"
    group = floor.ends(group_id, market_type)
    assert (group.status, group.close_reason) == (GroupStatus.closed, CloseReason.signal)
    assert floor.resting() == []
    check(floor, group_id, before)
    assert group.result is not None
    assert D(group.result["realised"]) < 0


def test_a_close_before_anything_filled_just_takes_the_orders_back(floor: Floor) -> None:
    floor.desk.site.price("51000")
    group_id = floor.open(floor.request())
    floor.work()
    assert len(floor.resting()) == 3
    floor.close(group_id)
    assert floor.ends(group_id).status is GroupStatus.closed
    assert floor.resting() == []
    assert floor.desk.fills() == []


def test_a_part_of_a_leg_gets_its_take_profit_at_once_and_it_grows(floor: Floor) -> None:
    floor.desk.site.price("50200")
    group_id = floor.open(floor.request())
    floor.work()
    first = next(order for order in floor.resting() if D(order["price"]) == 50_000)
    for expected in ("0.02", "0.05"):
        part = D(expected) - sum((fill["amount"] for fill in floor.desk.fills()), D(0))
        floor.desk.site.admin.post(f"/orders/{first['id']}/fill", json={"quantity": str(part)})
        floor.hear()
        exits = [order for order in floor.view(group_id).orders if not order.is_entry]
        assert all(order.price == D(50_500) for order in exits)
        held = floor.view(group_id).figures.held
        resting = sum((order.amount for order in exits if order.is_live), D(0))
        assert held - D("0.00001") < resting <= held


def test_too_little_to_rest_is_joined_with_what_rests(floor: Floor) -> None:
    """5 USDT is the least: 0.00008 BTC more is not enough for an order of its own."""
    floor.desk.site.price("50200")
    plan = replace(PLAN, levels=(replace(LEVELS[0], weight=D(100)),), capital=D(1000))
    group_id = floor.open(floor.request(), plan)
    floor.work()
    (entry,) = floor.resting()
    for part in ("0.01992", "0.00008"):
        floor.desk.site.admin.post(f"/orders/{entry['id']}/fill", json={"quantity": part})
        floor.hear()
    view = floor.view(group_id)
    (live,) = [order for order in view.orders if not order.is_entry and order.is_live]
    assert view.figures.held - D("0.00001") < live.amount <= view.figures.held


@pytest.mark.parametrize("remainder", list(RemainderPolicy))
def test_a_close_with_a_slippage_limit_ends_flat(floor: Floor, remainder: RemainderPolicy) -> None:
    plan = replace(PLAN, max_slippage_percent=D(1), remainder=remainder)
    group_id = floor.open(floor.request(), plan)
    floor.price("49400")
    floor.close(group_id)
    assert floor.ends(group_id).status is GroupStatus.closed
    closes = [order for order in floor.view(group_id).orders if order.name.startswith("close")]
    assert closes
    assert all(order.price is not None for order in closes)


def test_market_entries_are_sent_at_once_and_deeper_legs_wait_for_their_price(floor: Floor) -> None:
    plan = replace(PLAN, entry_type=EntryType.market)
    group_id = floor.open(floor.request(), plan)
    floor.hear()
    view = floor.view(group_id)
    assert [leg.number for leg in view.legs if leg.id in view.by_leg] == [0]
    waiting = {trigger.price for trigger in view.triggers if trigger.kind == "entry"}
    assert waiting == {D(49_500), D(49_000)}


def test_a_second_pyramid_stands_on_its_own_price_and_one_candle_makes_one(floor: Floor) -> None:
    floor.desk.site.price("51000")
    group_id = floor.open(floor.request())
    with pytest.raises(Conflict) as same:
        floor.add(group_id, floor.request(price=D(49_000)))
    assert same.value.code == "same_bar"
    later = replace(floor.request(price=D(48_000)), timeframe=1)
    floor.add(group_id, later)
    with pytest.raises(Conflict) as full:
        floor.add(group_id, replace(later, timeframe=5), replace(PLAN, max_pyramids=2))
    assert full.value.code == "max_pyramids"
    floor.work()
    assert len(floor.resting()) == 6
    with pytest.raises(Conflict) as twice:
        floor.open(floor.request())
    assert twice.value.code == "already_active"


def test_an_aggregate_target_is_watched_and_moves_with_the_average(floor: Floor) -> None:
    plan = replace(PLAN, tp_mode=TakeProfitMode.aggregate, tp_percent=D("1.2"), stop_loss_percent=D(5))
    floor.desk.site.price("50100")
    group_id = floor.open(floor.request(), plan)
    for price in ("49900", "49400"):
        floor.price(price)
        view = floor.view(group_id)
        average = view.figures.average
        assert average is not None
        watched = {trigger.kind.value: trigger.price for trigger in view.triggers}
        assert watched == {
            "take_profit": pytest.approx(average * D("1.012")),
            "stop_loss": pytest.approx(average * D("0.95")),
        }
    assert all(order.is_entry for order in floor.view(group_id).orders)


@pytest.mark.parametrize(
    ("changes", "kind", "reason"),
    [
        ({"tp_mode": TakeProfitMode.aggregate, "tp_percent": D("1.2")}, "take_profit", "take_profit"),
        ({"tp_mode": TakeProfitMode.hybrid, "tp_percent": D("1.2")}, "take_profit", "take_profit"),
        ({"stop_loss_percent": D(5)}, "stop_loss", "stop_loss"),
        ({"trailing_percent": D(1), "trailing_activation_percent": D(1)}, "trailing", "trailing"),
    ],
)
def test_a_price_that_was_reached_closes_the_whole_group(
    floor: Floor, changes: dict[str, Any], kind: str, reason: str
) -> None:
    before = Money.of(floor.desk)
    floor.desk.site.price("50200")
    group_id = floor.open(floor.request(), replace(PLAN, **changes))
    floor.hear()
    floor.price("49400")
    (found,) = [each for each in floor.view(group_id).triggers if each.kind == kind]
    floor.reach(found)
    group = floor.ends(group_id)
    assert (group.status, group.close_reason) == (GroupStatus.closed, CloseReason(reason))
    assert floor.resting() == []
    assert floor.view(group_id).triggers == ()
    check(floor, group_id, before)


def test_a_held_leg_is_sent_when_its_price_is_reached(floor: Floor) -> None:
    plan = replace(PLAN, entry_type=EntryType.market)
    group_id = floor.open(floor.request(), plan)
    floor.hear()
    second = floor.view(group_id).legs[1]
    floor.desk.site.price("49500")
    (found,) = [each for each in floor.view(group_id).triggers if each.subject_id == second.id]
    floor.reach(found)
    floor.hear()
    view = floor.view(group_id)
    assert [leg.number for leg in view.legs if leg.id in view.by_leg] == [0, 1]


def test_a_futures_pair_has_its_leverage_before_anything_is_entered(floor: Floor) -> None:
    plan = replace(PLAN, leverage=7, levels=(replace(LEVELS[0], weight=D(100)),))
    floor.open(floor.request(MarketType.usdm), plan)
    floor.price("49400", MarketType.usdm)
    (position,) = floor.desk.gateways.get(floor.desk.keys[MarketType.usdm]).positions()
    assert position.leverage == 7
    refused = floor.open(
        replace(floor.request(MarketType.usdm), timeframe=60), replace(PLAN, leverage=125_000)
    )
    floor.hear(MarketType.usdm)
    assert "could not be set" in (floor.group(refused).problem or "")
    assert floor.view(refused).orders == ()


def check(floor: Floor, group_id: object, before: Money) -> None:
    """The ledger explains the exchange's balances to the last digit."""
    view = floor.view(group_id)  # type: ignore[arg-type]
    figures = view.figures
    last = D(50_000)
    earned = figures.gross_realised + gross_unrealised(view.side, figures, last) - figures.fees
    assert Money.of(floor.desk).gained(before, last) == earned
    for order in view.orders:
        placed = floor.desk.exchange_orders()
        ids = [each["client_id"] for each in placed]
        assert len(ids) == len(set(ids))
        assert order.is_settled
