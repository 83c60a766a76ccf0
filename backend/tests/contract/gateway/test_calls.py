"""What every call of a Gateway gives."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dollarclub.exchanges.errors import RateLimited, Rejected
from dollarclub.exchanges.gateway import MarginMode, OrderType, ReportedState, Side, TimeInForce
from tests.support.gateways import Desk

HOUR_AGO = timedelta(hours=1)


def test_a_market_order_is_filled_and_reported(desk: Desk) -> None:
    order = desk.order("0.01")
    report = desk.gateway.place(order)
    assert report.state is ReportedState.filled
    assert (report.client_id, report.symbol, report.side, report.type) == (
        order.client_id, desk.symbol, Side.buy, OrderType.market,
    )  # fmt: skip
    assert report.filled == report.amount == Decimal("0.01")
    assert report.average
    assert abs(report.average - 96000) < 100
    assert report.price is None
    assert report.raw
    assert report.raw["clientOrderId"] == order.client_id


def test_spot_answers_carry_their_trades_with_fees(desk: Desk) -> None:
    report = desk.gateway.place(desk.order("0.01"))
    if not desk.is_spot:
        assert report.trades == ()
        return
    assert sum(trade.amount for trade in report.trades) == report.filled
    (first, *_) = report.trades
    assert first.fee_asset == "BTC"
    assert first.fee_amount == first.amount * Decimal("0.001")
    assert first.venue_order_id == report.venue_order_id
    assert first.client_id == report.client_id
    assert {trade.trade_id for trade in report.trades} == {
        trade.trade_id for trade in desk.gateway.my_trades(desk.symbol, since=datetime.now(UTC) - HOUR_AGO)
    }


def test_a_limit_order_rests_is_found_listed_and_cancelled(desk: Desk) -> None:
    order = desk.limit()
    placed = desk.gateway.place(order)
    assert placed.state is ReportedState.open
    assert placed.price == 90000
    assert placed.filled == 0
    found = desk.gateway.find(desk.symbol, order.client_id)
    assert found
    assert found.venue_order_id == placed.venue_order_id
    assert found.average is None
    for listed in (desk.gateway.open_orders(), desk.gateway.open_orders(desk.symbol)):
        assert [report.client_id for report in listed] == [order.client_id]
    cancelled = desk.gateway.cancel(desk.symbol, order.client_id)
    assert cancelled
    assert cancelled.state is ReportedState.cancelled
    assert cancelled.client_id == order.client_id
    assert desk.gateway.open_orders() == []
    gone = desk.gateway.find(desk.symbol, order.client_id)
    assert gone
    assert gone.state is ReportedState.cancelled


def test_what_the_exchange_does_not_know_is_none(desk: Desk) -> None:
    assert desk.gateway.find(desk.symbol, "dcneverwas") is None
    assert desk.gateway.cancel(desk.symbol, "dcneverwas") is None
    filled = desk.gateway.place(desk.order())
    assert desk.gateway.cancel(desk.symbol, filled.client_id) is None


def test_a_partial_fill_is_told(desk: Desk) -> None:
    order = desk.limit("0.01")
    placed = desk.gateway.place(order)
    filled = desk.site.admin.post(f"/orders/{placed.venue_order_id}/fill", json={"quantity": "0.004"})
    assert filled.status_code == 200, filled.text
    found = desk.gateway.find(desk.symbol, order.client_id)
    assert found
    assert found.state is ReportedState.partially_filled
    assert found.filled == Decimal("0.004")
    assert found.average == 90000
    desk.gateway.cancel(desk.symbol, order.client_id)
    ended = desk.gateway.find(desk.symbol, order.client_id)
    assert ended
    assert ended.state is ReportedState.cancelled
    assert ended.filled == Decimal("0.004")


def test_post_only_rests_or_is_refused(desk: Desk) -> None:
    resting = desk.gateway.place(desk.limit(price="95000", time_in_force=TimeInForce.post_only))
    assert resting.state is ReportedState.open
    with pytest.raises(Rejected) as refused:
        desk.gateway.place(desk.limit(price="97000", time_in_force=TimeInForce.post_only))
    assert refused.value.code == "post_only"


def test_immediate_or_cancel_never_rests(desk: Desk) -> None:
    missed = desk.gateway.place(desk.limit(price="95000", time_in_force=TimeInForce.ioc))
    assert missed.state is ReportedState.cancelled
    assert missed.filled == 0
    met = desk.gateway.place(desk.limit(price="97000", time_in_force=TimeInForce.fok))
    assert met.state is ReportedState.filled


def test_a_market_buy_may_be_given_by_its_cost_on_spot_only(desk: Desk) -> None:
    order = desk.order(amount="0", cost=Decimal("500"))
    order = type(order)(**{**vars(order), "amount": None})
    if not desk.is_spot:
        with pytest.raises(Rejected) as refused:
            desk.gateway.place(order)
        assert refused.value.code == "not_supported"
        return
    report = desk.gateway.place(order)
    assert report.state is ReportedState.filled
    spent = sum(trade.cost for trade in report.trades)
    assert Decimal("495") < spent <= Decimal("500")


def test_a_price_on_a_market_order_changes_nothing(desk: Desk) -> None:
    report = desk.gateway.place(desk.order("0.01", price=Decimal("1000")))
    assert report.filled == Decimal("0.01")


def test_reduce_only_never_opens_a_position(desk: Desk) -> None:
    if desk.is_spot:
        assert desk.gateway.positions() == []
        return
    with pytest.raises(Rejected) as refused:
        desk.gateway.place(desk.order("0.01", side=Side.sell, reduce_only=True))
    assert refused.value.code == "reduce_only"
    desk.gateway.place(desk.order("0.02"))
    (position,) = desk.gateway.positions()
    assert position.amount == Decimal("0.02")
    assert position.symbol == desk.symbol
    assert position.entry_price
    assert position.mark_price
    assert position.leverage == 20
    desk.gateway.place(desk.order("0.02", side=Side.sell, reduce_only=True))
    assert desk.gateway.positions() == []
    desk.gateway.place(desk.order("0.02", side=Side.sell))
    (short,) = desk.gateway.positions()
    assert short.amount == Decimal("-0.02")


def test_balances_tell_what_is_free_and_what_is_used(desk: Desk) -> None:
    asset = "USDT"
    before = desk.asset(asset)
    desk.gateway.place(desk.limit("0.01", "90000"))
    (balance,) = [balance for balance in desk.gateway.balances() if balance.asset == asset]
    assert balance.used > 0
    assert balance.free + balance.used == before


def test_markets_tell_the_exchanges_own_steps(desk: Desk) -> None:
    market = next(market for market in desk.gateway.markets() if market.symbol == desk.symbol)
    assert (market.venue_symbol, market.base, market.quote, market.active) == ("BTCUSDT", "BTC", "USDT", True)
    if desk.is_spot:
        assert (market.price_tick, market.amount_step, market.min_cost) == (
            Decimal("0.01"), Decimal("0.00001"), Decimal(5),
        )  # fmt: skip
        assert market.settle is None
    else:
        assert (market.price_tick, market.amount_step, market.min_cost) == (
            Decimal("0.1"), Decimal("0.001"), Decimal(100),
        )  # fmt: skip
        assert market.settle == "USDT"
        assert market.market_step == Decimal("0.001")
    assert market.contract_size == 1
    assert market.market_max_amount > 0
    assert all(listed.symbol.endswith(":USDT") != desk.is_spot for listed in desk.gateway.markets())


def test_a_pair_that_was_listed_meanwhile_is_found(desk: Desk) -> None:
    base = f"NEW{int(desk.is_spot)}"
    desk.gateway.place(desk.order())
    listed = desk.site.admin.post(
        "/symbols",
        json={
            "base": base, "quote": "USDT", "price": "50", "tick": "0.01", "step": "0.01", "usdm_tick": "0.01",
            "usdm_step": "0.01",
        },
    )  # fmt: skip
    assert listed.status_code == 201, listed.text
    symbol = f"{base}/USDT" + ("" if desk.is_spot else ":USDT")
    assert symbol in {market.symbol for market in desk.gateway.markets()}
    assert desk.gateway.place(desk.order("4", symbol=symbol)).filled == 4


def test_ticker_permissions_and_clock(desk: Desk) -> None:
    ticker = desk.gateway.ticker(desk.symbol)
    assert ticker.symbol == desk.symbol
    assert abs(ticker.last - 96000) < 100
    assert datetime.now(UTC) - ticker.told_at < timedelta(minutes=1)
    allowed = desk.gateway.permissions()
    assert (allowed.read, allowed.trade, allowed.withdraw, allowed.address_bound) == (
        True,
        True,
        False,
        False,
    )
    other = desk.open(desk.site.key(desk.keys.account, withdraw=True, addresses=["127.0.0.1"]))
    assert other.permissions().withdraw is True
    assert other.permissions().address_bound is True
    assert abs(desk.gateway.clock_skew()) < timedelta(seconds=1)
    desk.site.fault("clock_skew", skew_ms=-7_000)
    assert timedelta(seconds=-8) < desk.gateway.clock_skew() < timedelta(seconds=-6)


def test_a_public_gateway_needs_no_key(desk: Desk) -> None:
    public = desk.factory.public(desk.catalog)
    assert public.ticker(desk.symbol).last > 0
    assert {market.symbol for market in public.markets()} >= {desk.symbol}
    public.close()


def test_own_trades_are_read_to_the_end_of_the_pages(desk: Desk) -> None:
    """More than the thousand that one answer holds, where many share a millisecond."""
    amount = "0.001" if desk.is_spot else "0.1"
    thin = desk.site.admin.patch("/symbols/BTCUSDT", json={"level_quote": "0.1"})
    assert thin.status_code == 200, thin.text
    try:
        placed = []
        for n in range(13):
            desk.site.price(str(96000 + n))
            placed.append(desk.gateway.place(desk.order(amount)))
    finally:
        desk.site.admin.patch("/symbols/BTCUSDT", json={"level_quote": "20000"})
    for since in (HOUR_AGO, timedelta(days=3)):
        trades = desk.gateway.my_trades(desk.symbol, since=datetime.now(UTC) - since)
        assert len(trades) == len({trade.trade_id for trade in trades}) > 1000
        assert sum(trade.amount for trade in trades) == sum(report.filled for report in placed) > 0
        assert [trade.traded_at for trade in trades] == sorted(trade.traded_at for trade in trades)
        assert {trade.venue_order_id for trade in trades} == {report.venue_order_id for report in placed}


def test_comparing_with_the_exchange_leaves_room_for_orders_and_for_whoever_closes(desk: Desk) -> None:
    def compare() -> None:
        for _ in range(400):
            desk.gateway.balances()

    with pytest.raises(RateLimited) as refused:
        compare()
    assert refused.value.code == "budget"
    with pytest.raises(RateLimited):
        desk.gateway.open_orders()
    assert desk.gateway.place(desk.order()).state is ReportedState.filled
    assert desk.gateway.balances(exit=True)


def test_present_prices_of_several_pairs_come_with_their_marks_on_futures(desk: Desk) -> None:
    other = desk.symbol.replace("BTC", "ETH")
    told = {report.symbol: report for report in desk.gateway.prices([desk.symbol, other, "NOT/USDT"])}
    assert set(told) == {desk.symbol, other}
    report = told[desk.symbol]
    assert report.last
    assert abs(report.last - 96000) < 100
    assert (report.mark is None) == desk.is_spot
    assert datetime.now(UTC) - report.told_at < timedelta(minutes=1)
    assert desk.gateway.prices([]) == []


def test_candles_come_oldest_first_and_hold_the_present_price(desk: Desk) -> None:
    bars = desk.gateway.candles(desk.symbol, "1m", limit=50)
    assert len(bars) == 50
    assert [bar.opened_at for bar in bars] == sorted(bar.opened_at for bar in bars)
    assert bars[-1].opened_at - bars[-2].opened_at == timedelta(minutes=1)
    assert all(bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high for bar in bars)
    assert abs(bars[-1].close - 96000) < 100
    since = bars[-10].opened_at
    assert desk.gateway.candles(desk.symbol, "1m", since=since)[0].opened_at == since


def test_leverage_and_modes_are_set_and_set_again(desk: Desk) -> None:
    if desk.is_spot:
        with pytest.raises(Rejected):
            desk.gateway.set_leverage(desk.symbol, 5)
        return
    for leverage in (7, 7):
        desk.gateway.set_leverage(desk.symbol, leverage)
    for mode in (MarginMode.isolated, MarginMode.isolated, MarginMode.cross):
        desk.gateway.set_margin_mode(desk.symbol, mode)
    for hedged in (True, True, False, False):
        desk.gateway.set_position_mode(hedged=hedged)
    desk.gateway.place(desk.order("0.02"))
    (position,) = desk.gateway.positions()
    assert position.leverage == 7
    with pytest.raises(Rejected) as refused:
        desk.gateway.set_margin_mode(desk.symbol, MarginMode.isolated)
    assert refused.value.code == "in_use"
    with pytest.raises(Rejected) as refused:
        desk.gateway.set_position_mode(hedged=True)
    assert refused.value.code == "in_use"
    with pytest.raises(Rejected):
        desk.gateway.set_leverage(desk.symbol, 1000)
