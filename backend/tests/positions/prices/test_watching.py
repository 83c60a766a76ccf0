"""Prices of a real paper exchange that reach what is watched: latched once, soon, and whatever dies meanwhile."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from dollarclub.core.context import Context, build_context
from dollarclub.exchanges.ccxt_clients import CatalogMarkets
from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.clock import utc_now
from dollarclub.positions.rules.states import Direction, TriggerKind
from dollarclub.positions.rules.triggers import Firing
from dollarclub.positions.service import triggers
from tests.positions.prices.conftest import IMPATIENT
from tests.support.frozen_line import frozen_line
from tests.support.orders_desk import Desk
from tests.support.price_watch import Watched, stream_process
from tests.support.waiting import eventually
from tests.support.watching import streaming

KINDS = list(MarketType)


@pytest.fixture
def stream(context: Context, desk: Desk, markets: CatalogMarkets) -> Iterator[Any]:
    with streaming(context, markets) as process:
        yield process


def seen(group: Watched, price: str) -> None:
    """The watcher knows this price."""

    def known() -> bool:
        last = group.last()
        return last is not None and last["last"] == Decimal(price)

    eventually(known, seconds=20, what=f"the price {price}, but {group.last()}")


@pytest.mark.parametrize("kind", KINDS)
def test_a_price_that_reaches_its_trigger_is_latched_and_makes_the_group_due(
    desk: Desk, stream: Any, kind: MarketType
) -> None:
    group = Watched(desk, kind)
    target = group.arm(Direction.above, "51000")
    stop = group.arm(Direction.below, "49000", kind=TriggerKind.stop_loss)
    seen(group, "50000")
    desk.site.price("50999.9")
    seen(group, "50999.9")
    assert not group.has_fired(target)
    assert group.row().due_at is None
    desk.site.price("51000")
    eventually(lambda: group.has_fired(target), seconds=10, what="latched")
    fired = group.trigger(target)
    assert (fired.fired_price, fired.fired_by) == (Decimal(51_000), "stream")
    due = group.row().due_at
    assert due is not None
    assert due <= utc_now()
    assert not group.has_fired(stop)
    desk.site.price("48000")
    eventually(lambda: group.has_fired(stop), seconds=10, what="the stop")
    assert group.trigger(target).fired_at == fired.fired_at
    if kind is MarketType.usdm:
        last = group.last()
        assert last
        assert last["mark"] is not None


def test_a_trigger_armed_when_the_price_is_there_already_fires_without_a_new_price(
    desk: Desk, stream: Any
) -> None:
    group = Watched(desk)
    seen(group, "50000")
    desk.site.fault("stream_drop")
    reached = group.arm(Direction.below, "50000", kind=TriggerKind.entry)
    eventually(lambda: group.has_fired(reached), seconds=2, what="fired by the price that is known")


def test_pairs_that_come_later_are_followed_beside_those_that_are(desk: Desk, stream: Any) -> None:
    first = Watched(desk)
    seen(first, "50000")
    later = Watched(desk, pair="ETH/USDT")
    desk.site.price("2000", "ETHUSDT")
    target = later.arm(Direction.above, "2020")
    seen(later, "2000")
    desk.site.price("2030", "ETHUSDT")
    eventually(lambda: later.has_fired(target), seconds=10, what="latched")
    assert later.trigger(target).fired_by == "stream"
    still = first.arm(Direction.above, "51000")
    desk.site.price("51000")
    eventually(lambda: first.has_fired(still), seconds=10, what="the first pair is followed still")


def test_a_pair_that_was_listed_later_is_followed(desk: Desk, stream: Any, markets: CatalogMarkets) -> None:
    seen(Watched(desk), "50000")
    body = {"base": "LISTED", "quote": "USDT", "price": "10", "tick": "0.01", "step": "0.01"}
    assert desk.site.admin.post("/symbols", json=body).is_success
    later = Watched(desk, pair="LISTED/USDT")
    markets.of(later.catalog).read()
    target = later.arm(Direction.above, "11")
    desk.site.price("12", "LISTEDUSDT")
    eventually(lambda: later.has_fired(target), seconds=20, what="latched")
    assert later.trigger(target).fired_by == "stream"


def test_a_changed_trigger_fires_by_its_new_price_only_and_a_dropped_one_never(
    desk: Desk, stream: Any
) -> None:
    group = Watched(desk)
    moved = group.arm(Direction.above, "50500")
    dropped = group.arm(Direction.above, "50500", kind=TriggerKind.trailing)
    last = group.arm(Direction.above, "50700", kind=TriggerKind.stop_loss)
    seen(group, "50000")
    assert group.arm(Direction.above, "51000") == moved
    with desk.context.db.transaction() as session:
        triggers.drop(session, [dropped])
    desk.site.price("50700")
    eventually(lambda: group.has_fired(last), seconds=10)
    assert not group.has_fired(moved)
    assert group.trigger(moved).revision == 2
    desk.site.price("51000")
    eventually(lambda: group.has_fired(moved), seconds=10)
    group.arm(Direction.above, "52000")
    assert group.trigger(moved).fired_price == 51_000


def test_a_trailing_trigger_remembers_the_best_price_over_a_restart(
    context: Context, desk: Desk, markets: CatalogMarkets
) -> None:
    group = Watched(desk)
    trailing = group.arm(Direction.above, "51000", trail="1", kind=TriggerKind.trailing)
    with streaming(context, markets):
        seen(group, "50000")
        desk.site.price("52000")
        eventually(lambda: group.trigger(trailing).extreme == 52_000, seconds=10, what="the best price")
    desk.site.price("51480.01")
    with streaming(context, markets):
        seen(group, "51480.01")
        assert not group.has_fired(trailing)
        desk.site.price("51480")
        eventually(lambda: group.has_fired(trailing), seconds=10, what="1 % below 52,000")


def test_two_watchers_and_stale_views_latch_once(
    context: Context, desk: Desk, markets: CatalogMarkets
) -> None:
    group = Watched(desk)
    target = group.arm(Direction.above, "51000")
    with streaming(context, markets), streaming(context, markets):
        seen(group, "50000")
        desk.site.price("51000")
        eventually(lambda: group.has_fired(target), seconds=10)
        first = group.trigger(target).fired_at
        desk.site.price("51500")
        seen(group, "51500")
        assert group.trigger(target).fired_at == first
    other = group.arm(Direction.above, "60000", kind=TriggerKind.stop_loss)
    group.arm(Direction.above, "61000", kind=TriggerKind.stop_loss)
    with context.db.transaction() as session:
        assert triggers.fire(session, [Firing(other, 1, Decimal(60_000))], by="stream") == frozenset()
        assert triggers.fire(session, [Firing(other, 2, Decimal(61_000))], by="stream") == {group.group_id}
    with context.db.transaction() as session:
        assert triggers.fire(session, [Firing(other, 2, Decimal(62_000))], by="stream") == frozenset()


def test_a_kill_between_the_price_and_its_commit_loses_nothing(context: Context, desk: Desk) -> None:
    """The latch waits for a locked group; the process is killed meanwhile, and the next one latches it."""
    group = Watched(desk)
    target = group.arm(Direction.above, "51000")
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE :what"
    )
    with stream_process(context) as process:
        seen(group, "50000")
        with context.db.transaction() as session:
            session.execute(text("SELECT id FROM position_groups FOR UPDATE"))
            desk.site.price("51000")

            def blocked() -> bool:
                with context.db.transaction() as other:
                    return bool(other.scalar(waiting, {"what": "%position_groups%"}))

            eventually(blocked, seconds=10, what="the latch is about to be stored")
            process.kill()
            process.wait()
        assert not group.has_fired(target)
    with stream_process(context):
        eventually(lambda: group.has_fired(target), seconds=30, what="latched by the next process")


def test_pairs_whose_stream_says_nothing_are_asked_for(desk: Desk, stream: Any) -> None:
    group = Watched(desk)
    target = group.arm(Direction.above, "51000")
    seen(group, "50000")
    desk.site.fault("stream_drop")
    desk.site.price("51000")
    eventually(lambda: group.has_fired(target), seconds=15, what="latched by a question")
    assert group.trigger(target).fired_by == "rest"
    assert group.row().problem is None


@pytest.mark.parametrize("kind", KINDS)
def test_when_no_price_comes_the_group_is_blind_and_says_so_until_prices_are_back(
    desk: Desk, context: Context, make_settings: Any, kind: MarketType
) -> None:
    with frozen_line(desk.site.port) as line:
        key = context.settings.security.encryption_key.get_secret_value()
        cut = build_context(
            make_settings(PAPER_EXCHANGE_URL=f"http://127.0.0.1:{line.port}", ENCRYPTION_KEY=key, **IMPATIENT)
        )
        group = Watched(desk, kind)
        with streaming(cut, CatalogMarkets(cut.settings)):
            seen(group, "50000")
            line.freeze()
            eventually(lambda: group.row().problem == triggers.BLIND, seconds=30, what="blind")
            with context.db.transaction() as session:
                names = [name for (name,) in session.execute(text("SELECT name FROM events"))]
            assert names.count(triggers.GROUP_BLIND) == 1
            line.thaw()
            eventually(lambda: group.row().problem is None, seconds=30, what="sees again")
        cut.close()


def test_a_price_that_stands_still_because_the_exchange_does_is_no_price(desk: Desk, stream: Any) -> None:
    """It answers and its sockets live, but what it shows is of the past."""
    group = Watched(desk)
    seen(group, "50000")
    frozen = desk.site.admin.patch("/symbols/BTCUSDT", json={"frozen": True})
    try:
        assert frozen.status_code == 200, frozen.text
        eventually(lambda: group.row().problem == triggers.BLIND, seconds=20, what="blind")
    finally:
        desk.site.admin.patch("/symbols/BTCUSDT", json={"frozen": False})
    eventually(lambda: group.row().problem is None, seconds=20, what="sees again")
