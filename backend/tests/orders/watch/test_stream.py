"""The stream process: fills are in the book at once, whatever happens to the socket, and exactly once."""

import statistics
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from dollarclub.exchanges.ccxt_clients import CatalogMarkets
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.orders.flows.sweep import sweep_due
from dollarclub.orders.rules.states import OrderStatus
from tests.support.frozen_line import frozen_line
from tests.support.orders_desk import QUICK, Desk
from tests.support.paper import PaperSite
from tests.support.servers import Servers, settings_for
from tests.support.waiting import eventually
from tests.support.watching import Watcher, held, is_filled, resting, stranger, streaming


@pytest.fixture
def context(make_settings: Callable[..., Settings], exchange: PaperSite) -> Iterator[Context]:
    """With so little patience that silence is noticed within the test."""
    built = build_context(
        make_settings(PAPER_EXCHANGE_URL=exchange.url, TRADING_STREAM_SILENCE_SECONDS="2", **QUICK)
    )
    yield built
    built.close()


@pytest.fixture(scope="module")
def markets(
    exchange: PaperSite, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> CatalogMarkets:
    """Read once for all tests."""
    folder = tmp_path_factory.mktemp("data")
    return CatalogMarkets(settings_for("", servers.redis.url, folder, PAPER_EXCHANGE_URL=exchange.url))


@pytest.fixture
def stream(context: Context, desk: Desk, watcher: Watcher, markets: CatalogMarkets) -> Iterator[Any]:
    """The process, subscribed to both keys."""
    with streaming(context, markets) as process:
        eventually(lambda: all(watcher.watch(kind).stream_since for kind in MarketType), what="subscribed")
        yield process


@pytest.fixture
def sweeper(desk: Desk, stream: Any) -> Iterator[None]:
    """The duty of a trading worker that repairs what streams miss."""
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            if not sweep_due(desk.context, desk.gateways, desk.worker):
                stop.wait(0.05)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.mark.parametrize("kind", list(MarketType))
def test_a_fill_comes_by_the_stream_with_its_fee(desk: Desk, stream: Any, kind: MarketType) -> None:
    order = resting(desk, kind)
    desk.site.price("48000")
    eventually(lambda: is_filled(desk, order), seconds=5)
    (fill,) = desk.fills(order.id)
    assert (fill["source"], fill["amount"]) == ("stream", Decimal("0.01"))
    assert fill["fee_amount"] > 0
    assert fill["is_maker"]


@pytest.mark.parametrize("kind", list(MarketType))
def test_fills_of_an_answer_and_of_the_stream_are_the_same_fills(
    desk: Desk, stream: Any, kind: MarketType
) -> None:
    for _ in range(5):
        desk.submit(desk.intent(kind))
    resting(desk, kind)
    desk.site.price("48000")
    eventually(lambda: all(is_filled(desk, order) for order in desk.orders()), seconds=5)
    assert sum(fill["amount"] for fill in desk.fills()) == Decimal("0.06")
    if kind is MarketType.spot:
        free, locked = desk.site.spot_balance(desk.traders[kind].account, "BTC")
        assert free + locked == 2 + held(desk)


def test_a_cancel_elsewhere_and_a_strangers_trade_are_seen(
    desk: Desk, watcher: Watcher, stream: Any, sweeper: None
) -> None:
    order = resting(desk, MarketType.spot)
    client = stranger(desk, MarketType.spot)
    client.cancel_order(None, order.symbol, {"clientOrderId": order.client_id})
    eventually(lambda: desk.order(order.id).status is OrderStatus.cancelled, seconds=5)
    client.create_order("ETH/USDT", "market", "buy", 0.1)
    eventually(lambda: [ticket.kind for ticket in watcher.tickets()] == ["foreign_trade"], seconds=5)
    client.create_order("BTC/USDT", "limit", "buy", 0.01, 48000)
    eventually(lambda: "foreign_order" in [ticket.kind for ticket in watcher.tickets()], seconds=5)


@pytest.mark.parametrize("kind", ["stream_duplicate", "stream_reorder", "stream_delay"])
@pytest.mark.parametrize("market", list(MarketType))
def test_doubled_swapped_and_late_events_change_nothing(
    desk: Desk, stream: Any, kind: str, market: MarketType
) -> None:
    desk.site.fault(kind, delay_ms=200)
    orders = [resting(desk, market) for _ in range(3)]
    desk.site.price("48000")
    eventually(lambda: all(is_filled(desk, order) for order in orders), seconds=10)
    for order in orders:
        assert [fill["amount"] for fill in desk.fills(order.id)] == [Decimal("0.01")]
        assert desk.order(order.id).filled == Decimal("0.01")


def test_partial_fills_add_up(desk: Desk, stream: Any) -> None:
    order = resting(desk, MarketType.spot)
    number = next(each["id"] for each in desk.exchange_orders() if each["client_id"] == order.client_id)
    for quantity, status in (("0.002", OrderStatus.partially_filled), ("0.008", OrderStatus.filled)):
        assert desk.site.admin.post(f"/orders/{number}/fill", json={"quantity": quantity}).status_code < 300
        eventually(lambda wanted=status: desk.order(order.id).status is wanted, seconds=5)  # type: ignore[misc]
    assert sorted(fill["amount"] for fill in desk.fills(order.id)) == [Decimal("0.002"), Decimal("0.008")]


@pytest.mark.parametrize("market", list(MarketType))
def test_after_a_disconnect_the_sweep_finds_what_was_missed(
    desk: Desk, watcher: Watcher, stream: Any, sweeper: None, market: MarketType
) -> None:
    order = resting(desk, market)
    since = watcher.watch(market).stream_since
    event = "executionReport" if market is MarketType.spot else "ORDER_TRADE_UPDATE"
    desk.site.fault("stream_disconnect", endpoint=event, times=1)
    desk.site.price("48000")
    eventually(lambda: is_filled(desk, order), seconds=10)
    eventually(
        lambda: watcher.watch(market).stream_since not in (None, since), seconds=10, what="subscribed again"
    )
    desk.site.price("50000")
    other = resting(desk, market)
    desk.site.price("47000")
    eventually(lambda: is_filled(desk, other), seconds=5)


def test_dropped_events_are_repaired_by_the_next_sweep(desk: Desk, watcher: Watcher, stream: Any) -> None:
    order = resting(desk, MarketType.spot)
    desk.site.fault("stream_drop")
    desk.site.price("48000")
    watcher.sweep()
    assert is_filled(desk, order)
    assert {fill["source"] for fill in desk.fills(order.id)} == {"sweep"}


def test_a_quiet_stream_is_alive_and_says_so(watcher: Watcher, stream: Any) -> None:
    """Nothing happens on the account, but pings are answered: for longer than the patience with silence."""
    since = watcher.watch().stream_since
    heard = watcher.watch().stream_heard_at
    eventually(lambda: watcher.watch().stream_heard_at != heard, seconds=10, what="heard again")
    assert watcher.watch().stream_since == since


def test_a_key_that_is_deleted_or_rotated_is_noticed(desk: Desk, watcher: Watcher, stream: Any) -> None:
    since = watcher.watch().stream_since
    with desk.context.db.transaction() as session:
        session.execute(
            text("UPDATE exchange_keys SET version = version + 1 WHERE id = :key"),
            {"key": desk.keys[MarketType.spot]},
        )
    eventually(lambda: watcher.watch().stream_since not in (None, since), seconds=5, what="opened anew")
    with desk.context.db.transaction() as session:
        session.execute(
            text("UPDATE exchange_keys SET archived_at = now() WHERE id = :key"),
            {"key": desk.keys[MarketType.spot]},
        )
    eventually(lambda: watcher.watch().stream_since is None, seconds=5, what="left")
    assert watcher.watch(MarketType.usdm).stream_since is not None


def test_fills_reach_the_database_quickly(desk: Desk, stream: Any) -> None:
    delays = []
    for step in range(20):
        order = resting(desk, MarketType.spot)
        desk.site.price(48900 - step)
        eventually(lambda order=order: is_filled(desk, order), seconds=5)  # type: ignore[misc]
        (fill,) = desk.fills(order.id)
        delays.append((fill["seen_at"] - fill["traded_at"]).total_seconds() * 1000)
        desk.site.price("50000")
    print(f"fill to database: p50 {statistics.median(delays):.0f} ms, worst {max(delays):.0f} ms")
    assert statistics.median(delays) < 100


def test_a_dead_socket_is_noticed_by_its_silence(
    desk: Desk, watcher: Watcher, context: Context, make_settings: Callable[..., Settings]
) -> None:
    """The connection stays open, but nothing comes through it, not even the answer to a ping."""
    with frozen_line(desk.site.port) as line:
        settings = make_settings(
            PAPER_EXCHANGE_URL=f"http://127.0.0.1:{line.port}",
            TRADING_STREAM_SILENCE_SECONDS="2",
            ENCRYPTION_KEY=context.settings.security.encryption_key.get_secret_value(),
            **QUICK,
        )
        cut = build_context(settings)
        with streaming(cut, CatalogMarkets(settings)):
            eventually(lambda: watcher.watch().stream_since, what="subscribed")
            since = watcher.watch().stream_since
            line.freeze()
            eventually(lambda: watcher.watch().stream_since is None, seconds=10, what="noticed")
            asked = watcher.watch().sweep_requested_at
            line.thaw()
            eventually(lambda: watcher.watch().stream_since not in (None, since), seconds=10)
            eventually(lambda: watcher.watch().sweep_requested_at != asked, what="a sweep is wished")
        cut.close()


def test_a_pair_that_is_listed_later_is_counted_once(desk: Desk, context: Context, watcher: Watcher) -> None:
    """The stream knows the older list; what it is told of the new pair bears a name that it must not believe."""
    older = CatalogMarkets(context.settings)
    older.of(Catalog("binance", MarketType.spot, Environment.paper)).ensure()
    body = {"base": "LATER", "quote": "USDT", "price": "10", "tick": "0.01", "step": "0.01"}
    assert desk.site.admin.post("/symbols", json=body).is_success
    desk.gateways.get(desk.keys[MarketType.spot]).markets()
    with streaming(context, older):
        eventually(lambda: all(watcher.watch(kind).stream_since for kind in MarketType), what="subscribed")
        desk.submit(desk.intent(symbol="LATER/USDT", amount=Decimal(2)))
        # The exchange tells in order: when this one's fill has come, that of the pair before it was told too.
        order = resting(desk, MarketType.spot)
        desk.site.price("48000")
        eventually(lambda: is_filled(desk, order), seconds=10)
    fills = [fill for fill in desk.fills() if fill["symbol"].startswith("LATER")]
    assert {fill["symbol"] for fill in fills} == {"LATER/USDT"}
    assert sum(fill["amount"] for fill in fills) == Decimal(2)
