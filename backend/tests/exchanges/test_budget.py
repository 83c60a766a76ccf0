"""One budget for all processes: windows, the share of exits, pauses, and going on without Redis."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import redis

from dollarclub.core.redis import connect
from dollarclub.exchanges.budget import Budget, Spender
from dollarclub.exchanges.errors import RateLimited
from dollarclub.exchanges.venues.venue import Call, Limit, Traffic
from dollarclub.kit.ids import new_id
from tests.support.servers import Servers
from tests.support.waiting import eventually

TRAFFIC = Traffic(
    limits=(Limit("weight", 100, 3600), Limit("orders", 10, 3600, per="key", counts="orders")),
    weights={Call.place: 1, Call.find: 20},
    other=2,
)
SHARE = 0.2


@pytest.fixture
def client(servers: Servers) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(servers.redis.url) as opened:
        yield opened


@pytest.fixture(params=["shared", "alone"])
def budget(request: pytest.FixtureRequest, client: redis.Redis) -> Iterator[Budget]:
    """On Redis, and with Redis away."""
    if request.param == "shared":
        yield Budget(client, exit_share=SHARE)
        return
    yield Budget(connect("redis://127.0.0.1:1"), exit_share=SHARE)


def spender(key: str = "a", traffic: Traffic = TRAFFIC) -> Spender:
    return Spender(f"venue-{new_id()}", key, traffic)


def refusal(budget: Budget, who: Spender, call: Call, *, exit: bool = False) -> RateLimited | None:
    try:
        budget.spend(who, call, exit=exit)
    except RateLimited as refused:
        return refused
    return None


def spent(budget: Budget, who: Spender, call: Call, *, exit: bool = False) -> int:
    """How many calls pass before the first refusal."""
    count = 0
    while (refused := refusal(budget, who, call, exit=exit)) is None:
        count += 1
    assert refused.code == "budget"
    assert refused.retry_at > datetime.now(UTC)
    return count


def test_weights_count_and_exits_have_a_share_of_their_own(budget: Budget) -> None:
    who = spender()
    assert spent(budget, who, Call.find) == 4  # 80 of 100
    assert spent(budget, who, Call.ticker) == 0
    assert spent(budget, who, Call.ticker, exit=True) == 10
    assert spent(budget, who, Call.ticker, exit=True) == 0


def test_comparing_with_the_exchange_leaves_room_for_entries(budget: Budget) -> None:
    who = spender()
    assert spent(budget, who, Call.open_orders) == 24  # 48 of 100
    assert spent(budget, who, Call.place) == 8
    assert spent(budget, who, Call.find) == 1


def test_orders_are_counted_by_key_and_weight_by_address(budget: Budget) -> None:
    first = spender("first")
    second = Spender(first.venue, "second", TRAFFIC)
    assert spent(budget, first, Call.place) == 8
    assert spent(budget, first, Call.place, exit=True) == 2
    assert spent(budget, second, Call.place) == 8
    budget.spend(first, Call.ticker)  # reading is not ordering
    assert spent(budget, second, Call.find) == 3  # of 80, 18 were orders and 2 a ticker


def test_a_refused_call_costs_nothing(budget: Budget) -> None:
    who = spender()
    assert spent(budget, who, Call.find) == 4
    for _ in range(50):
        assert refusal(budget, who, Call.find)
    assert spent(budget, who, Call.find, exit=True) == 1


def test_a_call_that_is_heavier_than_its_limit_passes_when_nothing_else_does(budget: Budget) -> None:
    who = spender(traffic=Traffic((Limit("weight", 5, 3600),), weights={Call.my_trades: 20}))
    budget.spend(who, Call.my_trades)
    with pytest.raises(RateLimited):
        budget.spend(who, Call.my_trades)


def test_time_gives_back(budget: Budget) -> None:
    who = spender(traffic=Traffic((Limit("calls", 20, 0.2),)))
    spent(budget, who, Call.ticker)
    waits = passed = 0
    while passed < 50:
        refused = refusal(budget, who, Call.ticker)
        if refused is None:
            passed += 1
        else:
            waits += 1
            eventually(lambda at=refused.retry_at: datetime.now(UTC) >= at, every=0.002, seconds=5)
    # Whoever asks again at the time that was told, passes: no wait is told that is too short.
    assert waits <= passed


def test_a_pause_holds_for_everybody_at_that_venue(client: redis.Redis, budget: Budget) -> None:
    who = spender()
    until = datetime.now(UTC) + timedelta(seconds=30)
    budget.pause(who, until)
    for key in ("a", "b", ""):
        with pytest.raises(RateLimited) as held:
            budget.spend(Spender(who.venue, key, TRAFFIC), Call.find, exit=True)
        assert held.value.code == "rate_limited"
        assert abs(held.value.retry_at - until) < timedelta(seconds=1)
    budget.spend(spender(), Call.find)


def test_a_pause_is_heard_by_other_processes(client: redis.Redis) -> None:
    who = spender()
    Budget(client, exit_share=SHARE).pause(who, datetime.now(UTC) + timedelta(seconds=30))
    with pytest.raises(RateLimited) as held:
        Budget(client, exit_share=SHARE).spend(who, Call.find)
    assert held.value.code == "rate_limited"


def test_a_pause_ends(client: redis.Redis) -> None:
    who, now = spender(), datetime.now(UTC)
    budget = Budget(client, exit_share=SHARE, clock=lambda: now)
    budget.pause(who, now + timedelta(milliseconds=50))
    with pytest.raises(RateLimited):
        budget.spend(who, Call.find)
    now += timedelta(milliseconds=60)
    eventually(lambda: refusal(budget, who, Call.find) is None, seconds=10)


def test_processes_share_what_is_spent(client: redis.Redis) -> None:
    who = spender()
    budgets = [Budget(client, exit_share=0) for _ in range(4)]

    def take(budget: Budget) -> bool:
        try:
            budget.spend(who, Call.find)
        except RateLimited:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        passed = list(threads.map(take, budgets * 10))
    assert sum(passed) == 5
