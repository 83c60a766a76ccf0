"""What holds for futures wallets and positions whatever is asked of them."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from paper_exchange.engine import futures, margin, upkeep
from paper_exchange.engine.filters import NewOrder
from paper_exchange.engine.model import Kind, Market, PositionSide, Side, Status, Tif
from paper_exchange.engine.refusal import Refusal
from paper_exchange.engine.state import Effects
from tests.support.stillness import Still, exchange

QUANTITIES = st.integers(1, 400).map(lambda steps: Decimal(steps) * Decimal("0.001"))
PRICES = st.integers(900_000, 1_100_000).map(lambda ticks: Decimal(ticks) * Decimal("0.1"))
ORDERS = st.builds(
    lambda side, kind, tif, quantity, price, reduce_only: NewOrder(
        "BTCUSDT", side, kind, "x", tif if kind is Kind.limit else Tif.gtc, quantity=quantity,
        price=price if kind is Kind.limit else Decimal(0), reduce_only=reduce_only,
    ),
    st.sampled_from(Side), st.sampled_from([Kind.limit, Kind.market]), st.sampled_from(Tif), QUANTITIES, PRICES, st.booleans(),
)  # fmt: skip
FUNDING = st.integers(-100, 100).map(lambda rate: ("funding", Decimal(rate) / 10_000))
CANCEL = st.integers(0, 20).map(lambda place: ("cancel", Decimal(place)))
CLOSE = st.sampled_from(Side).map(
    lambda side: NewOrder("BTCUSDT", side, Kind.market, "x", quantity=Decimal(1), reduce_only=True)
)
STEPS = st.lists(st.one_of(ORDERS, ORDERS, PRICES, FUNDING, CANCEL, CLOSE), max_size=30)


def carry_out(markets: Still, effects: Effects, step: object, number: int) -> None:
    state = markets.state
    account, symbol = state.accounts["a"], state.symbols["BTCUSDT"]
    markets.now_ms += 250
    if isinstance(step, NewOrder):
        side = PositionSide.both
        if account.futures.hedge:
            side = PositionSide.long if number % 2 else PositionSide.short
        reduce_only = step.reduce_only and not account.futures.hedge
        named = replace(step, client_id=f"n{number}", position_side=side, reduce_only=reduce_only)
        with suppress(Refusal):
            futures.place(state, effects, account, named, markets)
    elif isinstance(step, Decimal):
        markets.last["BTCUSDT"] = step
        futures.on_tick(state, effects, symbol, markets)
        upkeep.liquidate(state, effects, account, markets)
    elif isinstance(step, tuple) and step[0] == "funding":
        upkeep.pay_funding(state, effects, symbol, step[1], markets)
    elif isinstance(step, tuple):
        orders = list(state.orders_on(Market.usdm, "BTCUSDT").values())
        if step[1] < len(orders):
            futures.finish(state, effects, account, orders[int(step[1])], Status.canceled, markets.now_ms)


@settings(max_examples=200, deadline=None)
@given(steps=STEPS, hedge=st.booleans(), isolated=st.booleans(), leverage=st.sampled_from([1, 10, 100]))
def test_the_wallet_is_the_sum_of_its_history_and_positions_are_the_sum_of_their_fills(
    steps: list[object], hedge: bool, isolated: bool, leverage: int
) -> None:
    state, account, markets = exchange(burn=False)
    account.futures.wallet, account.futures.hedge = Decimal(5_000), hedge
    account.futures.leverage["BTCUSDT"] = leverage
    if isolated:
        account.futures.isolated.add("BTCUSDT")
    effects = Effects()
    for number, step in enumerate(steps):
        carry_out(markets, effects, step, number)
        held = account.futures.positions.values()
        total = account.futures.wallet + sum((one.isolated for one in held), Decimal(0))
        assert total == 5_000 + sum((line.amount for line in effects.income), Decimal(0))
        for one in held:
            fills = [trade for trade in effects.trades if trade.position_side is one.side]
            signed = sum((t.quantity if t.side is Side.buy else -t.quantity for t in fills), Decimal(0))
            assert one.amount == signed
            entered = sum((t.quote if t.side is Side.buy else -t.quote for t in fills), Decimal(0))
            assert one.cost == entered + sum((trade.pnl for trade in fills), Decimal(0))
            assert one.side is not PositionSide.long or one.amount >= 0
            assert one.side is not PositionSide.short or one.amount <= 0
            if not one.amount:
                assert (one.cost, one.isolated) == (0, 0)
            else:
                paid = sorted(trade.price for trade in fills)
                assert paid[0] - Decimal("0.001") <= margin.entry_price(one) <= paid[-1] + Decimal("0.001")
        for order in state.orders_of(Market.usdm, "a"):
            assert order.status.is_open
            assert 0 <= order.executed < order.quantity


@given(amount=st.integers(-500, 500).filter(bool), entry=PRICES, mark=PRICES, wallet=st.integers(10, 100_000))
def test_at_the_liquidation_price_equity_is_the_maintenance_margin(
    amount: int, entry: Decimal, mark: Decimal, wallet: int
) -> None:
    _, account, _ = exchange(burn=False)
    account.futures.wallet = Decimal(wallet)
    held = futures.positions.position_of(account, "BTCUSDT", PositionSide.both)
    held.amount = Decimal(amount) / 1000
    held.cost = held.amount * entry
    at = margin.liquidation_price(account.futures, held, lambda name: mark)
    if at:
        row = margin.bracket_of("BTCUSDT", abs(held.amount) * mark)
        kept = abs(held.amount) * at * row.rate - row.cumulated
        assert abs(wallet + held.amount * at - held.cost - kept) < Decimal("0.0001")
