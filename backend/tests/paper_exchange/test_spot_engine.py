"""What holds in the matching engine whatever is asked of it."""

from collections import defaultdict
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from paper_exchange.engine import spot
from paper_exchange.engine.book import walk
from paper_exchange.engine.filters import NewOrder
from paper_exchange.engine.model import Account, Kind, Market, Order, Side, Status, Tif, Trade
from paper_exchange.engine.prices import Course, Segment, Shape, price_at
from paper_exchange.engine.refusal import Refusal
from paper_exchange.engine.state import Effects, State
from tests.support.stillness import START, Still, exchange

QUANTITIES = st.integers(1, 60_000).map(lambda steps: Decimal(steps) * Decimal("0.00001"))
PRICES = st.integers(9_000_000, 11_000_000).map(lambda ticks: Decimal(ticks) * Decimal("0.01"))
ORDERS = st.builds(
    lambda side, kind, tif, quantity, price, stop: NewOrder(
        "BTCUSDT", side, kind, "x", tif if kind is Kind.limit else Tif.gtc, quantity=quantity,
        price=price if kind in (Kind.limit, Kind.limit_maker, Kind.stop_loss_limit, Kind.take_profit_limit) else Decimal(0),
        stop_price=stop if kind in spot.STOPS else Decimal(0),
    ),
    st.sampled_from(Side), st.sampled_from([Kind.limit, Kind.market, Kind.limit_maker, *spot.STOPS]),
    st.sampled_from([Tif.gtc, Tif.ioc, Tif.fok]), QUANTITIES, PRICES, PRICES,
)  # fmt: skip
BY_VALUE = st.builds(
    lambda side, value: NewOrder("BTCUSDT", side, Kind.market, "x", quote_quantity=value),
    st.sampled_from(Side), st.integers(500, 3_000_000).map(lambda cents: Decimal(cents) / 100),
)  # fmt: skip
STEPS = st.lists(
    st.one_of(
        ORDERS, BY_VALUE, PRICES, st.integers(0, 30).map(lambda place: ("cancel", place))
    ),
    max_size=25,
)  # fmt: skip


def carry_out(state: State, account: Account, markets: Still, step: object, number: int) -> list[Trade]:
    effects, symbol = Effects(), state.symbols["BTCUSDT"]
    markets.now_ms += 250
    if isinstance(step, NewOrder):
        named = NewOrder(
            **{name: getattr(step, name) for name in step.__slots__ if name != "client_id"},
            client_id=f"n{number}",
        )
        try:
            spot.place(state, effects, account, named, markets)
        except Refusal:
            assert effects.is_empty
    elif isinstance(step, Decimal):
        markets.last["BTCUSDT"] = step
        spot.on_tick(state, effects, symbol, markets)
    elif isinstance(step, tuple):
        orders = list(state.orders_on(Market.spot, "BTCUSDT").values())
        if step[1] < len(orders):
            spot.finish(state, effects, account, orders[step[1]], Status.canceled, markets.now_ms)
    return effects.trades


@settings(max_examples=150, deadline=None)
@given(steps=STEPS, burn=st.booleans())
def test_balances_are_the_sum_of_the_fills_and_never_negative(steps: list[object], burn: bool) -> None:
    state, account, markets = exchange(burn=burn)
    expected = defaultdict(lambda: Decimal(0), START)
    for number, step in enumerate(steps):
        for trade in carry_out(state, account, markets, step, number):
            sign = 1 if trade.side is Side.buy else -1
            expected["BTC"] += sign * trade.quantity
            expected["USDT"] -= sign * trade.quote
            expected[trade.fee_asset] -= trade.fee
        for asset, balance in account.spot.items():
            assert balance.free >= 0
            assert balance.locked >= 0
            assert balance.free + balance.locked == expected[asset]
        held: dict[str, Decimal] = defaultdict(Decimal)
        for order in state.orders_of(Market.spot, "a"):
            held["USDT" if order.side is Side.buy else "BTC"] += order.locked
        assert {asset: balance.locked for asset, balance in account.spot.items() if balance.locked} == {
            asset: amount for asset, amount in held.items() if amount
        }


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_orders_never_get_more_or_worse_than_asked(steps: list[object]) -> None:
    state, account, markets = exchange(burn=False)
    orders: dict[int, Order] = {}
    for number, step in enumerate(steps):
        trades = carry_out(state, account, markets, step, number)
        orders |= state.orders_on(Market.spot, "BTCUSDT")
        for trade in trades:
            order = orders.get(trade.order_id)
            if order is not None and order.price:
                assert trade.price <= order.price if order.side is Side.buy else trade.price >= order.price
    for order in orders.values():
        assert Decimal(0) <= order.executed <= order.quantity
        assert order.status.is_open == (order.id in state.orders_on(Market.spot, "BTCUSDT"))


@given(quantity=QUANTITIES, last=PRICES)
def test_a_taker_gets_levels_in_order_and_never_crosses_its_limit(quantity: Decimal, last: Decimal) -> None:
    state, _, markets = exchange(burn=False)
    markets.last["BTCUSDT"] = last
    symbol = state.symbols["BTCUSDT"]
    found = walk(markets.book(Market.spot, symbol), Side.buy, quantity, last + 1)
    prices = [level.price for level in found]
    assert prices == sorted(prices)
    assert all(last < price <= last + 1 for price in prices)
    assert sum((level.quantity for level in found), Decimal(0)) <= quantity


@given(seed=st.integers(0, 2**31), at=st.integers(1_700_000_000_000, 1_900_000_000_000))
def test_the_walk_is_the_same_for_the_same_seed_and_stays_sane(seed: int, at: int) -> None:
    course = Course("BTCUSDT", 0.6, [Segment(1_800_000_000_000, Shape.walk, Decimal(100))])
    assert price_at(course, seed, at) == price_at(course, seed, at)
    assert Decimal(10) < price_at(course, seed, at) < Decimal(1000)
    assert price_at(course, seed, 1_800_000_000_000) == 100
    near = price_at(course, seed, at + 250) / price_at(course, seed, at)
    assert Decimal("0.995") < near < Decimal("1.005")


def test_a_path_is_followed_in_straight_lines_and_cuts_what_was_planned_later() -> None:
    course = Course("X", 0.6, [Segment(0, Shape.fixed, Decimal(10))])
    course.add(Segment(1000, Shape.path, Decimal(10), [(100, Decimal(20)), (300, Decimal(0))]))
    assert [price_at(course, 1, at) for at in (999, 1000, 1050, 1100, 1200, 1300, 5000)] == [
        10,
        10,
        15,
        20,
        10,
        0,
        0,
    ]
    course.add(Segment(500, Shape.fixed, Decimal(7)))
    assert price_at(course, 1, 1200) == 7
