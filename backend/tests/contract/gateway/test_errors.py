"""Every error is named by what the caller should do, whatever goes wrong on the way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from dollarclub.exchanges.errors import (
    CredentialsRefused,
    ExchangeError,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Retryable,
)
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType, ReportedState, Side, TimeInForce
from tests.support.gateways import SPOT, USDM, Desk, desk_at
from tests.support.paper import Keys, paper_site
from tests.support.servers import Servers, settings_for
from tests.support.waiting import eventually


@pytest.mark.parametrize(
    ("fault", "code", "arrived"),
    [
        ({"kind": "drop_answer"}, "disconnected", True),
        ({"kind": "late_answer", "delay_ms": 3_000}, "timeout", True),
        ({"kind": "error_after", "status": 502}, "server_error", True),
        ({"kind": "error_after", "status": 504}, "server_error", True),
        ({"kind": "error_after", "status": 408, "code": -1007, "message": "Timeout waiting."}, "timeout", True),
        ({"kind": "error_after", "status": 500, "code": -2010, "message": "Who knows."}, "server_error", True),
        ({"kind": "error_after", "status": 404, "message": "nginx"}, "unreadable", True),
        ({"kind": "disconnect"}, "disconnected", False),
        ({"kind": "error_before", "status": 503}, "server_error", False),
        ({"kind": "error_before", "status": 400, "code": -1006, "message": "Unexpected."}, "server_error", False),
    ],
    ids=lambda value: "-".join(str(part) for part in value.values()) if isinstance(value, dict) else "",
)  # fmt: skip
def test_an_order_whose_answer_is_no_answer_is_unknown_and_can_be_asked_for(
    desk: Desk, fault: dict[str, object], code: str, arrived: bool
) -> None:
    desk.gateway.place(desk.order())  # the connection is open, as it is in steady work
    desk.site.fault(**{**fault, "endpoint": f"POST {desk.order_endpoint}", "times": 1})  # type: ignore[arg-type]
    order = desk.order("0.02")
    with pytest.raises(OutcomeUnknown) as unknown:
        desk.gateway.place(order)
    assert unknown.value.code == code
    found = desk.gateway.find(desk.symbol, order.client_id)
    assert (found is not None and found.state is ReportedState.filled) is arrived


def test_an_order_is_never_sent_twice(desk: Desk) -> None:
    """Also not by the HTTP client below, when a kept connection breaks in the middle."""
    desk.gateway.place(desk.order())
    for kind in ("drop_answer", "disconnect"):
        desk.site.fault(kind, endpoint=f"POST {desk.order_endpoint}", times=1)
        with pytest.raises(OutcomeUnknown):
            desk.gateway.place(desk.order("0.02"))
        assert desk.site.admin.get("/faults").json() == []
    trades = desk.gateway.my_trades(desk.symbol, since=datetime.now(UTC) - timedelta(hours=1))
    assert sum(trade.amount for trade in trades) == Decimal("0.03")


def test_a_client_id_that_is_there_already_makes_the_outcome_a_question(desk: Desk) -> None:
    order = desk.limit()
    first = desk.gateway.place(order)
    with pytest.raises(OutcomeUnknown) as unknown:
        desk.gateway.place(order)
    assert unknown.value.code == "duplicate_client_id"
    found = desk.gateway.find(desk.symbol, order.client_id)
    assert found
    assert found.venue_order_id == first.venue_order_id


def test_reading_calls_may_be_asked_again(desk: Desk) -> None:
    desk.gateway.balances()
    for fault, code in (
        ({"kind": "drop_answer"}, "network"),
        ({"kind": "late_answer", "delay_ms": 3_000}, "network"),
        ({"kind": "error_before", "status": 503}, "busy"),
        ({"kind": "error_before", "status": 400, "code": -1001, "message": "Internal error."}, "busy"),
        ({"kind": "error_before", "status": 404}, "network"),
    ):
        desk.site.fault(**{**fault, "times": 1})  # type: ignore[arg-type]
        with pytest.raises(Retryable) as failed:
            desk.gateway.find(desk.symbol, "dcwhatever")
        assert failed.value.code == code, fault
    assert desk.gateway.find(desk.symbol, "dcwhatever") is None


def test_a_definite_no_is_told_by_reason(desk: Desk) -> None:
    too_much = "80" if desk.is_spot else "90"
    money = "insufficient_funds" if desk.is_spot else "margin"
    for order, code in (
        (desk.order(too_much), money),
        (desk.limit("0.1", "9000000"), "price_band"),
        (desk.order(symbol="NO/PAIR"), "symbol_unknown"),
        (desk.limit("0.01", "97000", time_in_force=TimeInForce.post_only), "post_only"),
    ):
        with pytest.raises(Rejected) as refused:
            desk.gateway.place(order)
        assert refused.value.code == code, order
        assert "http" not in refused.value.message
        assert desk.keys.key not in refused.value.message


def test_a_pair_that_is_closed_is_not_traded(desk: Desk) -> None:
    desk.gateway.place(desk.order())
    assert desk.site.admin.patch("/symbols/BTCUSDT", json={"trading": False}).status_code == 200
    try:
        with pytest.raises(Rejected) as refused:
            desk.gateway.place(desk.order())
        assert refused.value.code == "market_closed"
    finally:
        desk.site.admin.patch("/symbols/BTCUSDT", json={"trading": True})


def test_keys_that_do_not_fit_are_named(desk: Desk) -> None:
    for keys, code in (
        (Keys(desk.keys.account, desk.keys.key, "not-the-secret"), "wrong_secret"),
        (Keys(desk.keys.account, "x" * 40, desk.keys.secret), "invalid_key"),
        (desk.site.key(desk.keys.account, addresses=["203.0.113.9"]), "invalid_key"),
    ):
        other = desk.open(keys)
        with pytest.raises(CredentialsRefused) as refused:
            other.balances()
        assert refused.value.code == code
        with pytest.raises(CredentialsRefused):
            other.place(desk.order())
        assert keys.secret not in str(refused.value)
    reader = desk.open(desk.site.key(desk.keys.account, trade=False, futures=False))
    assert reader.permissions().trade is False
    with pytest.raises(CredentialsRefused):
        reader.place(desk.order())


def test_a_clock_that_is_off_is_compared_and_made_up_for(desk: Desk) -> None:
    for skew in (20_000, -20_000):
        desk.site.fault("clock_skew", skew_ms=skew)
        assert desk.gateway.place(desk.order()).state is ReportedState.filled
        assert desk.gateway.balances()
        desk.site.admin.delete("/faults")


def test_a_clock_that_cannot_be_made_up_for_is_named(desk: Desk) -> None:
    desk.gateway.balances()
    desk.site.fault("clock_skew", skew_ms=20_000, key=desk.keys.key)
    with pytest.raises(CredentialsRefused) as refused:
        desk.gateway.balances()
    assert refused.value.code == "clock_skew"
    order = desk.order()
    with pytest.raises(NotSent) as not_sent:
        desk.gateway.place(order)
    assert not_sent.value.code == "clock_skew"
    desk.site.calm()
    assert desk.gateway.find(desk.symbol, order.client_id) is None


@pytest.mark.parametrize("status", [429, 418])
def test_a_pause_that_the_exchange_asks_for_is_kept(desk: Desk, status: int) -> None:
    desk.gateway.place(desk.order())
    desk.site.fault("too_many_requests", status=status, delay_ms=30_000, times=1)
    with pytest.raises(RateLimited) as limited:
        desk.gateway.place(desk.order())
    assert limited.value.code == ("banned" if status == 418 else "rate_limited")
    wait = limited.value.retry_at - datetime.now(UTC)
    assert timedelta(seconds=25) < wait <= timedelta(seconds=30)
    # Nothing more is sent: the exchange would answer this one.
    other = desk.open(desk.site.key(desk.keys.account))
    for call in (lambda: desk.gateway.place(desk.order(), exit=True), other.balances):
        with pytest.raises(RateLimited) as held:
            call()
        assert abs(held.value.retry_at - limited.value.retry_at) < timedelta(seconds=1)


def test_being_overloaded_means_that_nothing_was_placed(desk: Desk) -> None:
    desk.gateway.place(desk.order())
    desk.site.fault(
        "error_before", status=503, code=-1008, message="Server is currently overloaded.", times=1
    )
    with pytest.raises(NotSent) as turned_away:
        desk.gateway.place(desk.order())
    assert turned_away.value.code == "overloaded"


@pytest.fixture(params=[SPOT, USDM], ids=["spot", "usdm"])
def abandoned(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> Desk:
    """A desk that has worked, and whose exchange is gone."""
    with paper_site(tmp_path / "paper") as site:
        settings = settings_for(
            "postgresql:///unused", servers.redis.url, tmp_path, PAPER_EXCHANGE_URL=site.url
        )
        with desk_at(site, settings, request.param) as desk:
            desk.gateway.place(desk.order())
    return desk


def test_an_order_that_no_connection_was_made_for_was_not_sent(abandoned: Desk) -> None:
    with pytest.raises(NotSent) as not_sent:
        abandoned.gateway.place(abandoned.order())
    assert not_sent.value.code == "unreachable"
    with pytest.raises(Retryable):
        abandoned.gateway.balances()
    fresh = abandoned.open(abandoned.keys)
    with pytest.raises(NotSent):
        fresh.place(abandoned.order())


def test_an_earlier_failure_says_nothing_about_the_next_order(abandoned: Desk, desk: Desk) -> None:
    """A caller that places while it handles an error of "not sent" must not hear "not sent" of an order that was."""
    desk.gateway.place(desk.order())
    desk.site.fault("drop_answer", endpoint=f"POST {desk.order_endpoint}", times=1)
    try:
        abandoned.gateway.place(abandoned.order())
    except NotSent:
        with pytest.raises(OutcomeUnknown):
            desk.gateway.place(desk.order())
    else:
        pytest.fail("an exchange that is away took an order")


def test_what_no_venue_has_is_refused_when_it_is_opened(desk: Desk) -> None:
    for venue, environment in (
        ("binance", Environment.testnet if not desk.is_spot else Environment.paper),
        ("nosuchexchange", Environment.live),
        ("bybit", Environment.paper),
    ):
        market_type = MarketType.usdm if venue == "binance" else MarketType.spot
        with pytest.raises(Rejected) as refused:
            desk.factory.public(Catalog(venue, market_type, environment))
        assert refused.value.code == "not_supported"


def test_many_threads_use_one_gateway(desk: Desk) -> None:
    before = desk.asset("USDT")
    orders = [desk.order("0.002", side=Side.buy if n % 2 else Side.sell) for n in range(60)]
    if not desk.is_spot:
        desk.gateway.place(desk.order("0.2"))
    with ThreadPoolExecutor(12) as threads:
        reports = list(threads.map(desk.gateway.place, orders))
    assert [report.client_id for report in reports] == [order.client_id for order in orders]
    assert all(report.state is ReportedState.filled and report.filled == report.amount for report in reports)
    assert len({report.venue_order_id for report in reports}) == 60
    if desk.is_spot:
        paid = sum(
            trade.cost if report.side is Side.buy else trade.fee_amount - trade.cost
            for report in reports
            for trade in report.trades
        )
        assert desk.asset("USDT") == before - paid


def test_exits_go_out_while_all_other_connections_wait(desk: Desk) -> None:
    desk.gateway.place(desk.order())
    slow = f"GET {desk.order_endpoint}"
    desk.site.fault("late_answer", delay_ms=900, endpoint=slow)
    with ThreadPoolExecutor(4) as threads:
        waiting = [threads.submit(desk.gateway.find, desk.symbol, f"dcslow{n}") for n in range(4)]
        eventually(lambda: desk.site.admin.get("/faults").json()[0]["struck"] == 4, what="four waiting calls")
        assert desk.gateway.place(desk.order(side=Side.sell), exit=True).state is ReportedState.filled
        assert not any(call.done() for call in waiting)
        assert [call.result() for call in waiting] == [None] * 4


def test_closing_lets_running_calls_end(desk: Desk) -> None:
    desk.gateway.place(desk.order())
    desk.site.fault("late_answer", delay_ms=500, endpoint=f"GET {desk.order_endpoint}", times=1)
    results: list[object] = []

    def ask() -> None:
        try:
            results.append(desk.gateway.find(desk.symbol, "dcslow"))
        except ExchangeError as error:
            results.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    eventually(lambda: desk.site.admin.get("/faults").json() == [], what="the call on its way")
    desk.gateway.close()
    thread.join()
    assert results == [None]
