"""The parts that a process shares, built once from the settings."""

from dataclasses import dataclass

import redis
from celery import Celery

from dollarclub.core.bus import Bus
from dollarclub.core.celery_app import create_celery
from dollarclub.core.db import Database
from dollarclub.core.redis import connect
from dollarclub.core.settings import Settings
from dollarclub.kit.clock import Clock, utc_now


@dataclass(frozen=True)
class Context:
    """Settings, database, Redis and clock of this process."""

    settings: Settings
    db: Database
    redis: redis.Redis
    celery: Celery
    bus: Bus
    clock: Clock

    def close(self) -> None:
        """Send the last nudges and drop all connections."""
        self.bus.close()
        self.redis.close()
        self.db.close()


def build_context(settings: Settings, *, celery: Celery | None = None, clock: Clock = utc_now) -> Context:
    """A context whose database sends its nudges through the bus. Connects to nothing yet."""
    client = connect(settings.redis.url.get_secret_value())
    celery = celery or create_celery(settings)
    db = Database.from_settings(settings.database)
    bus = Bus(client, celery)
    db.on_commit = bus.send
    return Context(settings=settings, db=db, redis=client, celery=celery, bus=bus, clock=clock)
