"""Rate limits, counted in Redis so that all processes share them, or in this process while Redis is away."""

import ipaddress
import math
import threading
import time
from functools import lru_cache

import redis
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from dollarclub.core.errors import TooManyRequests
from dollarclub.core.logging import logger
from dollarclub.core.redis import connect

_ANSWER_SECONDS = 0.3
_CIRCUIT_SECONDS = 5.0
_log = logger(__name__)

_parsed = lru_cache(maxsize=64)(parse)


class RateLimiter:
    """Moving windows: the n-th hit within the window passes, the next one is refused and not counted."""

    def __init__(self, client: redis.Redis) -> None:
        """`client` should have short time-outs: each request that finds Redis away waits for one of them."""
        self._shared = MovingWindowRateLimiter(
            RedisStorage("redis://", connection_pool=client.connection_pool, key_prefix="limits")
        )
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._away_until = 0.0
        self._lock = threading.Lock()

    @classmethod
    def at(cls, url: str) -> "RateLimiter":
        """A limiter on the Redis at `url`."""
        return cls(connect(url, socket_timeout=_ANSWER_SECONDS))

    def hit(self, limit: str, *key: str) -> None:
        """Count one try under `key`. Raises TooManyRequests when `limit` (such as `10/minute`) is used up."""
        retry_after = self._refused_for(_parsed(limit), key)
        if retry_after is not None:
            raise TooManyRequests(
                f"Too many tries; wait {retry_after} seconds.", retry_after=retry_after, seconds=retry_after
            )

    def _refused_for(self, item: RateLimitItem, key: tuple[str, ...]) -> int | None:
        if time.monotonic() >= self._away_until:
            try:
                return _hit(self._shared, item, key)
            except redis.RedisError as error:
                self._open_circuit(error)
        return _hit(self._own, item, key)

    def _open_circuit(self, error: redis.RedisError) -> None:
        with self._lock:
            now = time.monotonic()
            if now >= self._away_until:
                _log.warning("rate_limits_without_redis", error=type(error).__name__)
            self._away_until = now + _CIRCUIT_SECONDS


def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> int | None:
    if limiter.hit(item, *key):
        return None
    return max(1, math.ceil(limiter.get_window_stats(item, *key).reset_time - time.time()))


def address_key(address: str) -> str:
    """What is counted for a client's address: the address itself, or the /64 that one IPv6 customer owns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))
