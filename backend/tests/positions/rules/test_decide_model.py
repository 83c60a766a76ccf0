"""The engine against a toy exchange, through random orders of events.

It never sells more than is held, never orders the same thing twice, and when it says that a group is closed nothing of it
is left at the exchange.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dollarclub.exchanges.gateway import MarketType
from dollarclub.positions.rules.config import (
    EntryType,
    GridPlan,
    Level,
    PositionSide,
    RemainderPolicy,
    TakeProfitMode,
)
from dollarclub.positions.rules.entries import may_still_enter
from dollarclub.positions.rules.states import CloseReason, GroupStatus
from tests.support.toy_exchange import ToyExchange

_LEVELS = tuple(
    Level(Decimal(gap), Decimal(weight), Decimal(tp))
    for gap, weight, tp in [("0", "40", "1"), ("-1", "30", "0.5"), ("-2.5", "30", "2")]
)
_ROUNDS = 40
# Less than this of a spot leg is below the exchange's minimum at any price that occurs here.
_LEAST_REMNANT = Decimal("0.08")
_MARKETS = [
    (MarketType.spot, PositionSide.long),
    (MarketType.usdm, PositionSide.long),
    (MarketType.usdm, PositionSide.short),
]

_plans = st.builds(
    GridPlan,
    entry_type=st.sampled_from(EntryType),
    levels=st.just(_LEVELS),
    max_pyramids=st.just(3),
    tp_mode=st.sampled_from(TakeProfitMode),
    tp_percent=st.just(Decimal("1.2")),
    stop_loss_percent=st.none() | st.just(Decimal(4)),
    trailing_percent=st.none() | st.just(Decimal("0.5")),
    cancel_beyond_percent=st.none() | st.just(Decimal(2)),
    entry_ttl_seconds=st.none() | st.just(30),
    max_slippage_percent=st.none() | st.just(Decimal("0.5")),
    remainder=st.sampled_from(RemainderPolicy),
)


@dataclass(frozen=True)
class Event:
    """`number` chooses among whatever the event is about."""

    what: str
    number: int


def _move(exchange: ToyExchange, number: int) -> None:
    price = (exchange.last * (10_000 + number % 401 - 200) / 10_000).quantize(Decimal("0.01"))
    part = (Decimal(1), Decimal("0.3"), Decimal("0.02"))[number % 3]
    exchange.move(min(max(price, Decimal(70)), Decimal(140)), part=part)


def _send(exchange: ToyExchange, number: int) -> None:
    exchange.thin = number % 2 == 1
    exchange.send(fate=("accepted", "accepted", "accepted", "lost", "rejected")[number % 5])


def _pass(exchange: ToyExchange, number: int) -> None:
    exchange.now += timedelta(seconds=number % 20)


def _close_pyramid(exchange: ToyExchange, number: int) -> None:
    pyramid = exchange.pyramids[number % len(exchange.pyramids)]
    exchange.close_pyramid(pyramid.id, CloseReason.manual)


def _change_leg(exchange: ToyExchange, number: int) -> None:
    leg = exchange.legs[number % len(exchange.legs)]
    exchange.change_leg(leg.id, **{("is_cancelled", "is_closing")[number % 2]: True})


def _take_over(exchange: ToyExchange, number: int) -> None:
    exchange.manual = number % 2 == 1


def _round(exchange: ToyExchange, _number: int = 0) -> None:
    """Everything is heard and done."""
    exchange.thin = False
    exchange.decide()
    exchange.send()
    exchange.resolve()
    exchange.confirm_cancels()
    exchange.tell_states()
    exchange.tell_fills()
    exchange.now += timedelta(seconds=5)


def _offset(exchange: ToyExchange, number: int) -> None:
    exchange.offset(Decimal(number % 100 + 1) / 100)


# How often each happens, and what it is.
_EVENTS: dict[str, tuple[int, Callable[[ToyExchange, int], None]]] = {
    "time passes": (3, _pass),
    "the price moves": (24, _move),
    "everything is heard and done": (8, _round),
    "the engine looks": (12, lambda exchange, _: exchange.decide() and None),
    "orders go out": (10, _send),
    "states are told": (8, lambda exchange, _: exchange.tell_states()),
    "fills are told": (8, lambda exchange, _: exchange.tell_fills()),
    "cancels are confirmed": (6, lambda exchange, _: exchange.confirm_cancels()),
    "lost orders are found": (3, lambda exchange, _: exchange.resolve()),
    "a part is sold for an offset": (2, _offset),
    "another alert comes": (2, lambda exchange, _: exchange.add_pyramid()),
    "it is taken over by hand": (1, _take_over),
    "a leg is cancelled or closed": (1, _change_leg),
    "a pyramid is closed": (1, _close_pyramid),
}


@dataclass(frozen=True)
class _History:
    market: tuple[MarketType, PositionSide]
    plan: GridPlan
    fee: Decimal
    events: list[Event]

    def played(self) -> ToyExchange:
        market_type, side = self.market
        exchange = ToyExchange(side=side, market_type=market_type, plan=self.plan, fee=self.fee)
        for event in self.events:
            _EVENTS[event.what][1](exchange, event.number)
        return exchange


_events = st.builds(
    Event,
    st.sampled_from([what for what, (often, _) in _EVENTS.items() for _ in range(often)]),
    st.integers(0, 10_000),
)


_histories = st.builds(
    _History,
    market=st.sampled_from(_MARKETS),
    plan=_plans,
    fee=st.sampled_from([Decimal(0), Decimal("0.001")]),
    events=st.lists(_events, min_size=80, max_size=120),
)
_many = settings(
    max_examples=120,
    deadline=None,
    # Making a failing history shorter takes minutes.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@_many
@given(_histories)
def test_whatever_happens_a_group_that_is_closed_ends_clean(history: _History) -> None:
    exchange = history.played()
    exchange.close(CloseReason.manual)
    _quiet(exchange)
    assert exchange.status in (GroupStatus.closed, GroupStatus.failed), "it never closed"
    assert not exchange.triggers, "a price is still watched"
    assert exchange.view().figures.held == exchange.held


@_many
@given(_histories)
def test_whatever_happens_what_is_held_takes_its_profit(history: _History) -> None:
    """After quiet the whole of each leg rests at the exchange or its price is watched; then all of it is sold."""
    exchange = history.played()
    exchange.manual = False
    _quiet(exchange)
    if exchange.status is not GroupStatus.open:
        assert exchange.status in (GroupStatus.closed, GroupStatus.failed)
        return
    _check_resting(exchange)
    sign = exchange.side.sign
    for step in range(1, 9):
        exchange.move(exchange.last * (100 + sign * step) / 100)
        _quiet(exchange)
    assert exchange.status is not GroupStatus.closing, "it never closed"
    # Where parts are closed one by one, what is too little of each for an order may remain for a while.
    mode = exchange.plan.tp_mode
    by_parts = mode is TakeProfitMode.per_leg or (
        mode is TakeProfitMode.pyramid_aggregate and may_still_enter(exchange.view())
    )
    smallest = _LEAST_REMNANT * len(exchange.legs) if by_parts else Decimal(0)
    assert exchange.held < smallest or not exchange.is_sellable(exchange.held), f"{exchange.held} still held"


def _check_resting(exchange: ToyExchange) -> None:
    """Where legs have targets of their own, less than the exchange takes is without an order."""
    if exchange.plan.tp_mode not in (TakeProfitMode.per_leg, TakeProfitMode.hybrid):
        return
    view = exchange.view()
    for leg, figures in view.by_leg.items():
        resting = [
            order for order in exchange.orders.values() if order.rests and order.wanted.origin_id == leg
        ]
        exits = [order for order in resting if not order.wanted.is_entry]
        free = figures.held - sum((order.left for order in exits), Decimal(0))
        assert free < Decimal("0.001") or (free < _LEAST_REMNANT and (not exits or len(resting) > len(exits)))
        for order in exits:
            assert figures.average_entry is not None
            assert order.wanted.price is not None
            gain = (order.wanted.price - figures.average_entry) * exchange.side.sign
            assert gain > 0


def _quiet(exchange: ToyExchange) -> None:
    """Until nothing happens any more, and refusals are long forgotten."""
    rests = exchange.plan.remainder is RemainderPolicy.rest
    for at in range(_ROUNDS):
        _round(exchange)
        if exchange.status in (GroupStatus.closed, GroupStatus.failed):
            return
        if rests and exchange.status is GroupStatus.closing and at % 10 == 9:
            # A remainder that rests by configuration waits for the price to come back.
            exchange.move(exchange.last * (100 + 2 * exchange.side.sign) / 100)
