"""One way to reach Redis, with time-outs short enough that its absence is noticed and not waited for."""

from typing import Any
from urllib.parse import parse_qsl

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_TIMEOUT = 0.5
ANSWER_TIMEOUT = 2.0


def connect(url: str, **options: Any) -> redis.Redis:
    """A pooled client for `redis://`, `rediss://` or `unix://` addresses; it never retries by itself."""
    settings: dict[str, Any] = {
        "socket_timeout": ANSWER_TIMEOUT,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": 15,
    }
    if not url.startswith("unix://"):
        settings["socket_connect_timeout"] = CONNECT_TIMEOUT
    return redis.Redis.from_url(url, **(settings | options))


def broker_url(url: str) -> str:
    """The same address in the words of kombu, whose socket scheme is `redis+socket` and whose `db` is `virtual_host`."""
    if not url.startswith("unix://"):
        return url
    address, _, query = url.removeprefix("unix://").partition("?")
    database = dict(parse_qsl(query)).get("db", "0")
    return f"redis+socket://{address}?virtual_host={database}"
