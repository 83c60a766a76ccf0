"""One installation on this machine: its settings completed by what `dollarclub up` generates and embeds.

Order of precedence: environment, `.env`, `DATA_DIR/secrets.env`.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dollarclub.core.settings import Settings, load_settings
from dollarclub.entry.local import keys, procfs
from dollarclub.entry.local.layout import Layout
from dollarclub.entry.local.paper import EmbeddedPaper
from dollarclub.entry.local.postgres import EmbeddedPostgres
from dollarclub.entry.local.redis import EmbeddedRedis

MARKER = "DOLLARCLUB_INSTANCE"


class InstanceInUse(Exception):
    """Another `dollarclub up` holds this data folder."""


def project_root() -> Path:
    """The checkout this package lives in, or the current folder when it is installed elsewhere."""
    checkout = Path(__file__).resolve().parents[4]
    return checkout if (checkout / "alembic.ini").exists() else Path.cwd()


@dataclass(frozen=True)
class Instance:
    """Settings, folders and embedded servers (None where an address of an own server is given, or none is wanted)."""

    settings: Settings
    layout: Layout
    environment: dict[str, str]
    postgres: EmbeddedPostgres | None
    redis: EmbeddedRedis | None
    paper: EmbeddedPaper | None

    def apply(self) -> None:
        """Make the completed settings those of this process."""
        os.environ.update(self.environment)
        load_settings.cache_clear()

    def running(self) -> dict[str, Any] | None:
        """What the running `dollarclub up` wrote down (`pid`, `started`, `url`), None when none runs."""
        try:
            facts: dict[str, Any] = json.loads(self.layout.instance.read_text())
            alive = procfs.started_at(int(facts["pid"])) == facts["started"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return facts if alive else None


def hold(layout: Layout) -> int:
    """Take the data folder for this process until it ends, however it ends; returns the descriptor that holds it."""
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
        os.close(descriptor)
        raise InstanceInUse(
            f"{layout.data_dir} is in use by the DollarClub with pid {holder}: stop that one, or set another DATA_DIR and PORT."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def compose(settings: Settings, layout: Layout, *, create: bool) -> Instance:
    """Complete `settings`. With `create` missing secrets are made (the caller holds the lock); without, only known ones are used.

    In production `SECRET_KEY` and `ENCRYPTION_KEY` are never made silently.
    """
    makers = dict(keys.SERVERS)
    if not settings.is_production:
        makers.update({name: maker for name, maker in keys.APPLICATION.items() if not _given(settings, name)})
    stored = keys.complete(layout.secrets, makers) if create else keys.read(layout.secrets)
    environment = {
        "DATA_DIR": str(settings.server.data_dir),
        **{name: stored[name] for name in keys.APPLICATION if name in stored and not _given(settings, name)},
    }
    postgres = redis = None
    if not settings.database.url.get_secret_value() and keys.DATABASE_PASSWORD in stored:
        postgres = EmbeddedPostgres(
            layout.postgres, password=stored[keys.DATABASE_PASSWORD], sockets=layout.sockets
        )
        environment["DATABASE_URL"] = postgres.url
    if not settings.redis.url.get_secret_value() and keys.REDIS_PASSWORD in stored:
        redis = EmbeddedRedis(layout.redis, password=stored[keys.REDIS_PASSWORD], sockets=layout.sockets)
        environment["REDIS_URL"] = redis.url
    paper = None
    if settings.paper.wants_own and keys.PAPER_TOKEN in stored:
        paper = EmbeddedPaper(layout.paper, layout.paper_ports, stored[keys.PAPER_TOKEN])
        if create:
            paper.prepare()
        environment.update(paper.environment)
        if settings.paper.mirror:
            environment["PAPER_MIRROR"] = settings.paper.mirror
    return Instance(settings, layout, environment, postgres, redis, paper)


def attach() -> Instance:
    """The instance that the environment, `.env` and `DATA_DIR` describe, made the settings of this process."""
    settings = load_settings()
    instance = compose(settings, Layout(settings.server.data_dir), create=False)
    instance.apply()
    return instance


def _given(settings: Settings, name: str) -> bool:
    secret = settings.security.secret_key if name == "SECRET_KEY" else settings.security.encryption_key
    return bool(secret.get_secret_value())
