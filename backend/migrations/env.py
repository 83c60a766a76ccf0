"""Alembic's environment: the address comes from the settings, the tables from all domains."""

from typing import Any

from alembic import context
from sqlalchemy import create_engine, pool, text

from dollarclub.core.db import Base, database_url
from dollarclub.core.settings import load_settings
from dollarclub.entry import models  # noqa: F401

LOCK_KEY = 7_212_001


def _address() -> Any:
    given = context.config.attributes.get("url") or load_settings().database.url.get_secret_value()
    return database_url(given)


def run() -> None:
    """Migrate in one transaction a revision; two migrating processes take turns."""
    engine = create_engine(_address(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK_KEY})
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})
        connection.commit()
    engine.dispose()


run()
