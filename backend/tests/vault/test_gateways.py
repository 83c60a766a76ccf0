"""Open gateways: cheap to get, never older than their key."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event

from dollarclub.core.security import Cipher
from dollarclub.exchanges.errors import CredentialsRefused
from dollarclub.exchanges.gateway import (
    Catalog,
    Credentials,
    Environment,
    Gateway,
    GatewayFactory,
    MarketType,
)
from dollarclub.vault.gateways import Gateways
from tests.support.key_desk import KeyDesk
from tests.support.paper import PaperSite
from tests.support.people import Person
from tests.support.waiting import eventually


class Counting:
    """Opens real gateways and notes which were opened and closed."""

    def __init__(self, real: GatewayFactory) -> None:
        self._real = real
        self.opened: list[Gateway] = []
        self.closed: list[Gateway] = []

    def open(self, credentials: Credentials) -> Gateway:
        gateway = self._real.open(credentials)
        close = gateway.close

        def noted() -> None:
            self.closed.append(gateway)
            close()

        gateway.close = noted  # type: ignore[method-assign]
        self.opened.append(gateway)
        return gateway

    def public(self, catalog: Catalog) -> Gateway:
        return self._real.public(catalog)


@pytest.fixture
def key_id(desk: KeyDesk, exchange: PaperSite, anna: Person) -> UUID:
    return UUID(desk.tried(anna, exchange.account())["id"])


@pytest.fixture
def counting(desk: KeyDesk, factory: GatewayFactory, key_id: UUID) -> Counting:
    found = Counting(factory)
    desk.open_by(found)
    return found


def statements(desk: KeyDesk, work: Callable[[], Any]) -> int:
    """How many statements the database was sent meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(desk.context.db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(desk.context.db.engine, "before_cursor_execute", note)
    return len(asked)


def test_the_hot_path_asks_the_database_once_a_second_at_most(
    desk: KeyDesk, counting: Counting, key_id: UUID
) -> None:
    def hammer() -> None:
        until = time.monotonic() + 2.2
        while time.monotonic() < until:
            desk.gateways.get(key_id)
            desk.gateways.catalog(key_id)

    assert statements(desk, hammer) <= 2 * 3 + 1  # a connection that lay idle is tested before each
    assert len(counting.opened) == 1
    assert counting.closed == []


def test_its_catalog_is_told(desk: KeyDesk, key_id: UUID) -> None:
    assert desk.gateways.catalog(key_id) == Catalog("binance", MarketType.spot, Environment.paper)


def test_a_forgotten_key_is_looked_at_before_its_next_use(
    desk: KeyDesk, counting: Counting, exchange: PaperSite, anna: Person, key_id: UUID
) -> None:
    first = desk.gateways.get(key_id)
    other = exchange.account()
    desk.ask(anna, "POST", f"/{key_id}/rotate", key=other.key, secret=other.secret)
    desk.gateways.forget(key_id)
    second = desk.gateways.get(key_id)
    assert second is not first
    assert counting.closed == [first]

    desk.ask(anna, "DELETE", f"/{key_id}", status=204)
    desk.gateways.forget(key_id)
    with pytest.raises(CredentialsRefused):
        desk.gateways.get(key_id)
    assert counting.closed == [first, second]


def test_a_change_that_nobody_told_is_seen_within_a_second(
    desk: KeyDesk, counting: Counting, anna: Person, key_id: UUID
) -> None:
    desk.gateways.get(key_id)
    desk.ask(anna, "DELETE", f"/{key_id}", status=204)

    def is_refused() -> bool:
        try:
            desk.gateways.get(key_id)
        except CredentialsRefused as error:
            return error.code == "invalid_key"
        return False

    eventually(is_refused, seconds=2)
    assert counting.closed == counting.opened


def test_what_is_no_longer_asked_for_is_closed_when_tidying(
    desk: KeyDesk, counting: Counting, anna: Person, key_id: UUID
) -> None:
    desk.gateways.get(key_id)
    desk.ask(anna, "DELETE", f"/{key_id}", status=204)
    desk.gateways.forget(key_id)
    desk.gateways.tidy()
    assert counting.closed == counting.opened


def test_threads_share_one_gateway(desk: KeyDesk, counting: Counting, key_id: UUID) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: id(desk.gateways.get(key_id)), range(64)))
    assert len(found) == len(counting.opened) == 1


def test_closing_closes_everything_and_a_later_use_opens_anew(
    desk: KeyDesk, counting: Counting, key_id: UUID
) -> None:
    first = desk.gateways.get(key_id)
    desk.gateways.close()
    assert counting.closed == [first]
    assert desk.gateways.get(key_id) is not first


def test_a_key_of_nobody_is_refused(desk: KeyDesk, key_id: UUID) -> None:
    with pytest.raises(CredentialsRefused):
        desk.gateways.get(uuid4())
    with pytest.raises(CredentialsRefused):
        desk.gateways.catalog(uuid4())


def test_a_secret_that_the_configured_key_cannot_open_is_refused_by_name(
    desk: KeyDesk, factory: GatewayFactory, key_id: UUID
) -> None:
    stranger = Gateways(desk.context.db, Cipher("A" * 43 + "="), factory)
    with pytest.raises(CredentialsRefused, match="ENCRYPTION_KEY") as refused:
        stranger.get(key_id)
    assert refused.value.code == "cannot_decrypt"
