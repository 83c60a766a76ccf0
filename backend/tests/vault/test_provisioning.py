"""Paper keys of new accounts: made by themselves, once, whatever dies on the way."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from dollarclub.core.context import build_context
from dollarclub.core.duties import Duties, Duty
from dollarclub.core.settings import Settings
from dollarclub.entry.http import create_app
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.gateway import MarketType
from dollarclub.vault import flows, queries, service
from dollarclub.vault.paper import PaperAdmin
from tests.support.key_desk import KeyDesk, opened_desk, paper_environment, problems
from tests.support.paper import PaperSite
from tests.support.people import Person, sign_up, sign_up_first
from tests.support.waiting import eventually


class Killed(BaseException):
    """The process dies here."""


class Mortal:
    """The paper exchange's operator in a process that dies at one point of its work."""

    def __init__(self, real: PaperAdmin, point: str) -> None:
        self._real = real
        self._point = point

    def open_account(self, name: str, usdt: Decimal) -> None:
        self._dies("before opening")
        self._real.open_account(name, usdt)
        self._dies("after opening")

    def new_key(self, name: str) -> tuple[SecretStr, SecretStr]:
        made = self._real.new_key(name)
        self._dies("after the key")
        return made

    def _dies(self, point: str) -> None:
        if point == self._point:
            raise Killed


POINTS = ("before opening", "after opening", "after the key")


@contextmanager
def working(desk: KeyDesk) -> Iterator[None]:
    """The duties of a trading worker, as they run in production."""
    duties = Duties(
        [
            Duty("events", desk.deliver_once, 1.0),
            Duty("keys", desk.check, 1.0, frozenset({"keys"})),
        ]
    )
    duties.start()
    yield
    duties.stop(10)


def assert_two_funded_keys(desk: KeyDesk, person: Person) -> None:
    """Ready, one for each kind of market, with the opening funds."""
    keys = desk.keys(person)
    assert [(key["label"], key["venue"], key["market_type"]) for key in keys] == [
        ("Paper spot", "binance", "spot"),
        ("Paper futures", "binanceusdm", "usdm"),
    ]
    for key in keys:
        assert (key["status"], key["environment"], key["provisioned"]) == ("ready", "paper", True)
        balances = desk.gateways.get(UUID(key["id"])).balances()
        assert [(balance.asset, balance.free) for balance in balances] == [("USDT", 100_000)]
    assert keys[0]["mask"] != keys[1]["mask"]


def test_a_new_account_has_two_funded_paper_keys_within_seconds(desk: KeyDesk, admin: Person) -> None:
    with working(desk):
        started = time.monotonic()
        anna = sign_up(desk.client)
        eventually(lambda: [key["status"] for key in desk.keys(anna)] == ["ready", "ready"], seconds=10)
        assert time.monotonic() - started < 8
        eventually(lambda: [key["status"] for key in desk.keys(admin)] == ["ready", "ready"], seconds=10)
    assert_two_funded_keys(desk, anna)
    assert_two_funded_keys(desk, admin)


def test_other_domains_find_the_paper_key_of_a_market(desk: KeyDesk, anna: Person) -> None:
    with desk.context.db.transaction() as session:
        assert queries.default_paper_key(session, UUID(anna.id), MarketType.usdm) is None
    desk.deliver()
    with desk.context.db.transaction() as session:
        early = queries.default_paper_key(session, UUID(anna.id), MarketType.usdm)
    assert early is not None
    assert not early.may_trade
    desk.work()
    with desk.context.db.transaction() as session:
        ready = queries.default_paper_key(session, UUID(anna.id), MarketType.usdm)
        tradable = queries.tradable_keys(session)
    assert ready is not None
    assert (ready.id, ready.may_trade, ready.catalog.venue) == (early.id, True, "binanceusdm")
    assert ready in tradable


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_while_it_makes_a_key_costs_nothing(
    desk: KeyDesk, anna: Person, point: str
) -> None:
    desk.deliver()
    assert desk.paper is not None
    for _ in range(2):
        with pytest.raises(Killed):
            desk.check(paper=Mortal(desk.paper, point), worker="dead@one")  # type: ignore[arg-type]
        desk.due_again()
    desk.work()
    assert_two_funded_keys(desk, anna)


def test_a_worker_that_dies_while_it_tries_a_key_costs_nothing(
    desk: KeyDesk, anna: Person, factory: CcxtGatewayFactory
) -> None:
    class Dying:
        def open(self, _credentials: Any) -> Any:
            raise Killed

    desk.deliver()
    for _ in range(4):
        desk.check()
    assert {key["status"] for key in desk.keys(anna)} == {"checking"}
    desk.open_by(Dying())  # type: ignore[arg-type]
    with pytest.raises(Killed):
        desk.check(worker="dead@one")
    desk.open_by(factory)
    desk.due_again()
    desk.work()
    assert_two_funded_keys(desk, anna)


def test_what_a_dead_worker_held_is_free_again_at_once_or_when_its_lease_is_over(
    desk: KeyDesk, anna: Person
) -> None:
    desk.deliver()
    assert desk.paper is not None
    with pytest.raises(Killed):
        desk.check(paper=Mortal(desk.paper, "after opening"), worker="dead@one")  # type: ignore[arg-type]
    held = desk.execute("SELECT id FROM exchange_keys WHERE worker = 'dead@one' AND lease_until > now()")
    assert len(held) == 1
    desk.work()
    waiting = desk.execute("SELECT id FROM exchange_keys WHERE status <> 'ready'")
    assert waiting == held, "the others went on"
    with desk.context.db.transaction() as session:
        assert service.release(session, ["dead@one"]) == 1
    desk.work()
    assert_two_funded_keys(desk, anna)


def test_a_worker_that_comes_back_too_late_overwrites_nothing(desk: KeyDesk, anna: Person) -> None:
    desk.deliver()
    assert desk.paper is not None
    real = desk.paper

    class Slow(Mortal):
        def new_key(self, name: str) -> tuple[SecretStr, SecretStr]:
            made = real.new_key(name)
            desk.due_again()
            desk.work()
            return made

    desk.check(paper=Slow(real, ""), worker="slow@one")  # type: ignore[arg-type]
    before = desk.keys(anna)
    desk.work()
    assert desk.keys(anna) == before
    assert_two_funded_keys(desk, anna)


def test_many_workers_make_each_key_once(desk: KeyDesk, admin: Person) -> None:
    people = [sign_up(desk.client) for _ in range(6)]
    desk.deliver()

    def work(number: int) -> None:
        while desk.check(worker=f"worker@{number}"):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    for person in people:
        assert_two_funded_keys(desk, person)
    rows = desk.execute("SELECT count(*) AS all, count(DISTINCT mask) AS masks FROM exchange_keys")
    assert [tuple(row) for row in rows] == [(14, 14)]


def test_accounts_from_before_get_their_keys_at_the_next_start_and_deleted_ones_stay_deleted(
    desk: KeyDesk, admin: Person, anna: Person
) -> None:
    desk.execute("DELETE FROM events")
    desk.execute("DELETE FROM event_cursors")
    assert flows.provision_missing(desk.context) == 4
    assert flows.provision_missing(desk.context) == 0
    desk.work()
    assert_two_funded_keys(desk, anna)

    gone = desk.keys(anna)[1]
    desk.ask(anna, "DELETE", f"/{gone['id']}", status=204)
    assert flows.provision_missing(desk.context) == 0
    desk.deliver()
    assert len(desk.keys(anna)) == 1
    assert desk.ask(anna, "POST", "/paper") == {"added": 1}
    assert desk.ask(anna, "POST", "/paper") == {"added": 0}
    desk.work()
    assert_two_funded_keys(desk, anna)


def test_more_accounts_than_a_page_are_all_served(
    desk: KeyDesk, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        sign_up(desk.client)
    monkeypatch.setattr(flows, "ACCOUNTS_AT_ONCE", 2)
    assert flows.provision_missing(desk.context) == 10


def test_a_label_that_the_person_uses_is_not_in_the_way(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    desk.add(anna, exchange.account(), label="Paper spot")
    desk.deliver()
    assert [key["label"] for key in desk.keys(anna)] == ["Paper spot", "Paper spot 2", "Paper futures"]


def test_keys_that_the_paper_exchange_no_longer_knows_are_made_anew_on_request(
    desk: KeyDesk, anna: Person
) -> None:
    desk.deliver()
    desk.work()
    for key in desk.site.admin.get(f"/accounts/{anna.id}/keys").json():
        assert desk.site.admin.delete(f"/keys/{key['key']}").status_code == 204
    for key in desk.keys(anna):
        desk.ask(anna, "POST", f"/{key['id']}/test")
    desk.work()
    refused = desk.keys(anna)
    assert [key["status"] for key in refused] == ["refused", "refused"]
    assert "make new paper keys" in refused[0]["problems"][0]["message"]
    assert desk.ask(anna, "POST", "/paper") == {"added": 2}
    desk.work()
    assert_two_funded_keys(desk, anna)


def test_a_provisioned_key_cannot_be_replaced_by_hand(desk: KeyDesk, anna: Person) -> None:
    desk.deliver()
    key = desk.keys(anna)[0]
    body = {"key": "k" * 20, "secret": "s" * 20}
    assert desk.ask(anna, "POST", f"/{key['id']}/rotate", status=409, **body)["code"] == "provisioned"


def test_a_paper_exchange_that_is_away_is_waited_for(
    make_settings: Callable[..., Settings], exchange: PaperSite
) -> None:
    environment = paper_environment(exchange) | {"PAPER_ADMIN_URL": "http://127.0.0.1:9"}
    with installation(make_settings(**environment), exchange) as desk:
        anna = person_of(desk)
        desk.deliver()
        desk.work()
        waiting = desk.keys(anna)
        assert [key["status"] for key in waiting] == ["provisioning", "provisioning"]
        assert problems(waiting[0]) == ["paper_unavailable"]
        desk.paper = PaperAdmin.from_settings(make_settings(**paper_environment(exchange)).paper)
        assert not desk.check(), "not before its pause is over"
        desk.due_again()
        desk.work()
        assert_two_funded_keys(desk, anna)


def test_without_a_paper_exchange_nobody_gets_paper_keys_and_nothing_fails(
    make_settings: Callable[..., Settings], exchange: PaperSite
) -> None:
    with installation(make_settings(), exchange) as desk:
        anna = person_of(desk)
        desk.deliver()
        assert desk.paper is None
        assert not desk.check()
        assert flows.provision_missing(desk.context) == 0
        assert desk.ask(anna, "POST", "/paper") == {"added": 0}
        answer = desk.add(anna, exchange.account(), status=422)
        assert answer["code"] == "paper_unavailable"
        assert desk.keys(anna) == []


@contextmanager
def installation(settings: Settings, site: PaperSite) -> Iterator[KeyDesk]:
    """A platform on other settings."""
    context = build_context(settings)
    with TestClient(create_app(settings, context)) as client:
        factory = CcxtGatewayFactory(settings, Budget.at(settings))
        with opened_desk(context, client, site, factory) as desk:
            yield desk
    context.close()


def person_of(desk: KeyDesk) -> Person:
    return sign_up_first(desk.client, desk.context)
