"""What the parts below the platform take on this machine: context for every other figure."""

import time
from collections.abc import Iterator

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 (a class)
from redis import Redis

from measure.effort import Effort
from measure.platform import Platform
from measure.report import Row, median_ms, quantile
from measure.servers import Servers

NAME = "bounds"
CHANNEL = "bench"
TABLE = "bench_commits"


def _timed(connection: Connection, statement: str, times: int) -> list[float]:
    taken = []
    with connection.cursor() as cursor:
        for _ in range(times):
            began = time.perf_counter()
            cursor.execute(statement)
            taken.append(time.perf_counter() - began)
    return taken


def _published(client: Redis, times: int) -> list[float]:
    """Publish → the subscriber has it."""
    taken = []
    with client.pubsub() as subscriber:  # type: ignore[no-untyped-call]
        subscriber.subscribe(CHANNEL)
        subscriber.get_message(timeout=5)
        for _ in range(times):
            began = time.perf_counter()
            client.publish(CHANNEL, "x")
            subscriber.get_message(timeout=5)
            taken.append(time.perf_counter() - began)
    return taken


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    servers = Servers.of(platform.stack.environment)
    connection = psycopg2.connect(servers.database)
    connection.autocommit = True
    try:
        trips = _timed(connection, "SELECT 1", effort.round_trips)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {TABLE} (at timestamptz)")
        commits = _timed(connection, f"INSERT INTO {TABLE} VALUES (now())", effort.round_trips)  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")
    finally:
        connection.close()
    with Redis.from_url(servers.redis) as client:
        published = _published(client, effort.round_trips)
    for name, taken in (
        ("PostgreSQL round trip, SELECT 1", trips),
        ("PostgreSQL durable insert of one row", commits),
        ("Redis publish → subscriber", published),
    ):
        yield Row(f"{name}, p50", median_ms(taken), "ms")
        yield Row(f"{name}, p99", quantile(taken, 0.99) * 1000, "ms")
