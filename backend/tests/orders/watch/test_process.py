"""The stream process as it runs: `python -m dollarclub.entry.stream`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from dollarclub.exchanges.gateway import MarketType
from tests.support.orders_desk import Desk
from tests.support.waiting import eventually
from tests.support.watching import Watcher, is_filled, resting

BACKEND = Path(__file__).resolve().parents[3]


def test_it_subscribes_stores_fills_shows_that_it_lives_and_leaves_within_two_seconds(
    desk: Desk, watcher: Watcher
) -> None:
    settings = desk.context.settings
    environment = {
        **os.environ,
        "PYTHONPATH": str(BACKEND),
        "DATABASE_URL": settings.database.url.get_secret_value(),
        "REDIS_URL": settings.redis.url.get_secret_value(),
        "SECRET_KEY": settings.security.secret_key.get_secret_value(),
        "ENCRYPTION_KEY": settings.security.encryption_key.get_secret_value(),
        "PAPER_EXCHANGE_URL": desk.site.url,
        "DATA_DIR": str(settings.server.data_dir),
    }
    process = subprocess.Popen([sys.executable, "-m", "dollarclub.entry.stream"], env=environment)
    try:
        eventually(lambda: all(watcher.watch(kind).stream_since for kind in MarketType), what="subscribed")
        assert workers(desk) == ["stream"]
        order = resting(desk, MarketType.spot)
        desk.site.price("48000")
        eventually(lambda: is_filled(desk, order), what="filled by the stream")
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - asked < 4
    finally:
        process.kill()
        process.wait()
    assert workers(desk) == []
    assert all(watcher.watch(kind).stream_since is None for kind in MarketType)


def workers(desk: Desk) -> list[str]:
    with desk.context.db.transaction() as session:
        return [kind for (kind,) in session.execute(text("SELECT kind FROM workers"))]
