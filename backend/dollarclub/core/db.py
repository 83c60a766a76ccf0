"""The database: one engine a process, and the only place where a transaction begins and ends."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, MetaData, create_engine, event, make_url
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from dollarclub.core.bus import Nudge, taken_from
from dollarclub.core.settings import DatabaseSettings
from dollarclub.kit.ids import new_id

IDLE_SECONDS = 1.0
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True)}


IdColumn = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]


def database_url(raw: str) -> URL:
    """`raw` with psycopg2 as its driver, whatever driver (or none) it names."""
    return make_url(raw).set(drivername="postgresql+psycopg2")


def _remember_use(_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info["used_at"] = time.monotonic()


def _ping_if_idle(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """Test a connection that lay idle, since its server may be gone; the pool then takes another.

    A connection in steady use is not tested: that would cost a round trip for each transaction.
    """
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < IDLE_SECONDS:
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError("The pooled connection is dead.") from error


class Database:
    """Sessions on one PostgreSQL."""

    def __init__(
        self, url: str, *, pool_size: int = 8, pool_timeout: float = 5.0, connect_timeout: int = 3
    ) -> None:
        self.engine: Engine = create_engine(
            database_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=pool_timeout,
            hide_parameters=True,
            connect_args={
                "connect_timeout": connect_timeout,
                "application_name": "dollarclub",
                "keepalives_idle": 30,
                "tcp_user_timeout": 10_000,
            },
        )
        event.listen(self.engine, "checkin", _remember_use)
        event.listen(self.engine, "checkout", _ping_if_idle)
        self._new = sessionmaker(self.engine, expire_on_commit=False)
        self.on_commit: Callable[[Sequence[Nudge]], None] = lambda _hints: None

    @classmethod
    def from_settings(cls, settings: DatabaseSettings) -> "Database":
        return cls(
            settings.url.get_secret_value(),
            pool_size=settings.pool_size,
            pool_timeout=settings.pool_timeout_seconds,
            connect_timeout=settings.connect_timeout_seconds,
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit when the block ends, roll back when it raises. Nothing else commits.

        Nudges that the block gathered (see `core.bus`) go to `on_commit` after the commit.
        """
        with self._new.begin() as session:
            yield session
        self.on_commit(taken_from(session))

    def close(self) -> None:
        """Drop every pooled connection."""
        self.engine.dispose()


def values_of(enum: type[Any]) -> list[str]:
    """Store an enum by its values, not by the names of its members."""
    return [member.value for member in enum]
