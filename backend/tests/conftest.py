"""Fixtures on real servers: a savepoint for services and queries, a database of its own for everything that commits."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from dollarclub.core.context import Context, build_context
from dollarclub.core.db import Database
from dollarclub.core.settings import Settings
from dollarclub.entry import models  # noqa: F401
from dollarclub.entry.http import create_app
from tests.support.people import Person, sign_up_first
from tests.support.servers import Servers, running_servers, settings_for

LONGEST = ("test_orders_chaos.py", "test_boundaries.py", "test_contract.py", "test_chaos.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that at the end no worker waits for another's last file."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with running_servers() as running:
        yield running


@pytest.fixture(scope="session")
def shared_database(servers: Servers) -> Iterator[Database]:
    with servers.fresh_database() as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A session whose work is rolled back; for services and queries."""
    with shared_database.engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as opened:
            yield opened
        outer.rollback()


@pytest.fixture
def make_settings(servers: Servers, tmp_path: Path) -> Iterator[Callable[..., Settings]]:
    """Settings on a database of this test; keyword arguments are environment variables."""
    with servers.fresh_database() as url:
        yield lambda **overrides: settings_for(url, servers.redis.url, tmp_path / "data", **overrides)


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    return make_settings()


@pytest.fixture
def context(settings: Settings) -> Iterator[Context]:
    """The process's parts on a database of this test."""
    built = build_context(settings)
    yield built
    built.close()


@pytest.fixture
def database(context: Context) -> Database:
    """A database of this test's own, for flows, claims and everything that commits."""
    return context.db


@pytest.fixture
def client(settings: Settings, context: Context) -> Iterator[TestClient]:
    """The application behind a browser-like client that keeps cookies."""
    with TestClient(create_app(settings, context), base_url="http://testserver") as opened:
        yield opened


@pytest.fixture
def admin(client: TestClient, context: Context) -> Person:
    """The first account, signed in by a bearer token."""
    return sign_up_first(client, context)
