"""Real worker processes: Celery as in production, on the settings of a test."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from dollarclub.core.context import Context
from tests.support.waiting import eventually

BACKEND = Path(__file__).resolve().parents[2]
_numbers = itertools.count(1)


class Worker:
    """One `celery worker` of the queue `scripts`."""

    def __init__(self, context: Context, folder: Path, environment: dict[str, str]) -> None:
        self._context = context
        number = next(_numbers)
        self.log = folder / f"worker{number}.log"
        command = [sys.executable, "-m", "celery", "-A", "dollarclub.entry.worker:app", "worker"]
        command += ["-Q", "scripts", "-P", "threads", "-c", "2", "-n", f"test{number}@%h"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("wb") as sink:
            self._process = subprocess.Popen(
                command,
                cwd=BACKEND,
                env={**os.environ, **environment_of(context), **environment},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )
        self.pid = self._process.pid

    @property
    def id(self) -> str:
        """Its name in the column `worker` of its runs; empty before it has said that it lives."""
        with self._context.db.transaction() as session:
            found = session.scalar(text("SELECT id FROM workers WHERE pid = :pid"), {"pid": self.pid})
        return str(found or "")

    def wait_until_at_work(self) -> None:
        def at_work() -> str:
            assert self._process.poll() is None, self.log.read_text()[-3000:]
            return self.id

        eventually(at_work, seconds=60, every=0.1, what="worker at work")

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to stop in order and wait until it has."""
        if self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


def environment_of(context: Context) -> dict[str, str]:
    """What a process needs to work on the database of `context`."""
    settings = context.settings
    return {
        "DATABASE_URL": settings.database.url.get_secret_value(),
        "REDIS_URL": settings.redis.url.get_secret_value(),
        "SECRET_KEY": settings.security.secret_key.get_secret_value(),
        "ENCRYPTION_KEY": settings.security.encryption_key.get_secret_value(),
        "DATA_DIR": str(settings.server.data_dir),
        "SANDBOX": settings.scripts.sandbox,
        "CANCEL_GRACE_SECONDS": str(settings.scripts.cancel_grace_seconds),
        "LEASE_SECONDS": str(settings.scripts.lease_seconds),
        "MAX_CONCURRENT_SCRIPTS": str(settings.scripts.max_concurrent_scripts),
    }


@contextlib.contextmanager
def working(context: Context, folder: Path, *, count: int = 1, **environment: str) -> Iterator[list[Worker]]:
    """`count` workers at work on the database of `context`."""
    workers = [Worker(context, folder, environment) for _ in range(count)]
    try:
        for worker in workers:
            worker.wait_until_at_work()
        yield workers
    finally:
        for worker in workers:
            worker.stop()
