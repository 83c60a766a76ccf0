"""Rate limits on a real Redis, and without one."""

import socket
import time
from pathlib import Path

import pytest
import redis

from dollarclub.core.errors import TooManyRequests
from dollarclub.core.ratelimit import RateLimiter, address_key
from dollarclub.core.redis import connect
from dollarclub.entry.local.redis import EmbeddedRedis


@pytest.fixture
def own_redis(tmp_path: Path):
    server = EmbeddedRedis(tmp_path / "redis", password="pw")
    server.start()
    yield server
    server.stop()


def passed(limiter: RateLimiter, limit: str, *key: str, times: int) -> int:
    waits = []
    for _ in range(times):
        try:
            limiter.hit(limit, *key)
        except TooManyRequests as refused:
            waits.append(refused.retry_after)
    assert all(1 <= wait <= 60 for wait in waits)
    return times - len(waits)


def test_processes_share_a_limit(own_redis: EmbeddedRedis) -> None:
    first, second = RateLimiter.at(own_redis.url), RateLimiter.at(own_redis.url)
    assert passed(first, "5/minute", "auth", "a", times=3) == 3
    assert passed(second, "5/minute", "auth", "a", times=9) == 2
    assert passed(second, "5/minute", "auth", "b", times=9) == 5


def test_every_key_in_redis_ends_by_itself(own_redis: EmbeddedRedis) -> None:
    passed(RateLimiter.at(own_redis.url), "5/minute", "auth", "a", times=6)
    with connect(own_redis.url) as client:
        keys = client.keys("*")
        assert keys
        assert all(client.ttl(key) > 0 for key in keys)


def test_limits_hold_while_redis_is_away_and_redis_counts_again_when_it_is_back(
    own_redis: EmbeddedRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = RateLimiter.at(own_redis.url)
    assert passed(limiter, "3/minute", "a", times=1) == 1
    own_redis.stop()
    assert passed(limiter, "3/minute", "a", times=9) == 3
    own_redis.start()
    later = time.monotonic() + 6
    monkeypatch.setattr("dollarclub.core.ratelimit.time.monotonic", lambda: later)
    assert passed(limiter, "3/minute", "b", times=9) == 3
    with connect(own_redis.url) as client:
        assert any(b"/b/" in key for key in client.keys("*"))


def test_a_redis_that_does_not_answer_is_waited_for_once(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen(50)
        limiter = RateLimiter.at(f"unix://{tmp_path}/silent.sock")
        started = time.monotonic()
        assert passed(limiter, "100/minute", "a", times=50) == 50
        assert time.monotonic() - started < 1.5


def test_a_client_without_a_server_costs_nothing() -> None:
    limiter = RateLimiter(redis.Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.3))
    assert passed(limiter, "2/minute", "a", times=5) == 2


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_what_is_counted_for_an_address(address: str, key: str) -> None:
    assert address_key(address) == key
