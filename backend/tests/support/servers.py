"""One PostgreSQL and one Redis for a test session, and databases cloned from a migrated template."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, pool, text

from dollarclub.core.db import database_url
from dollarclub.core.settings import Settings
from dollarclub.entry.local.postgres import EmbeddedPostgres
from dollarclub.entry.local.redis import EmbeddedRedis

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = "template_dollarclub"


@dataclass(frozen=True)
class Servers:
    """Addresses of the running servers; `postgres.url_of(name)` reaches a database."""

    postgres: EmbeddedPostgres
    redis: EmbeddedRedis

    def _execute(self, statement: str) -> None:
        engine = create_engine(
            database_url(self.postgres.url_of("postgres")),
            isolation_level="AUTOCOMMIT",
            poolclass=pool.NullPool,
        )
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()

    def migrate_template(self) -> None:
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        config = Config(ROOT / "alembic.ini")
        config.attributes["url"] = self.postgres.url_of(TEMPLATE)
        command.upgrade(config, "head")

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The address of an empty, migrated database that goes away afterwards."""
        name = f"test_{secrets.token_hex(6)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        try:
            yield self.postgres.url_of(name)
        finally:
            self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Start both servers in a temporary folder; stop and remove them afterwards."""
    with tempfile.TemporaryDirectory(prefix="dc-test-") as folder:
        root = Path(folder)
        postgres = EmbeddedPostgres(root / "postgres", password=secrets.token_hex(8), fast=True)
        redis = EmbeddedRedis(root / "redis", password=secrets.token_hex(8))
        postgres.start()
        redis.start()
        try:
            servers = Servers(postgres, redis)
            servers.migrate_template()
            yield servers
        finally:
            redis.stop()
            postgres.stop()


def settings_for(database: str, redis: str, data_dir: Path, **overrides: str) -> Settings:
    """Settings as a process with this environment would read them."""
    environment = {
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "SECRET_KEY": "unit-tests-only-0123456789abcdef0123456789",
        "ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "DATA_DIR": str(data_dir),
        "AUTH_RATE_PER_ADDRESS": "10000/minute",
        "AUTH_RATE_PER_ACCOUNT": "10000/minute",
        **overrides,
    }
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        return Settings()
    finally:
        os.environ.clear()
        os.environ.update(before)
