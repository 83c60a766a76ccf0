"""A key that is saved is tried on a real exchange, and what is wrong with it is named."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.errors import CredentialsRefused
from tests.support.key_desk import KeyDesk, problems
from tests.support.paper import Keys, PaperSite
from tests.support.people import Person

USDM: dict[str, Any] = {"venue": "binanceusdm", "market_type": "usdm"}
BOTH = pytest.mark.parametrize("place", [{}, USDM], ids=["spot", "usdm"])


@BOTH
def test_a_good_key_is_ready_and_its_permissions_are_told(
    desk: KeyDesk, exchange: PaperSite, anna: Person, place: dict[str, Any]
) -> None:
    key = desk.tried(anna, exchange.account(), **place)
    assert key["status"] == "ready"
    assert key["problems"] == []
    assert key["permissions"] == {"read": True, "trade": True, "withdraw": False, "address_bound": False}
    assert key["checked_at"] is not None
    balances = desk.gateways.get(UUID(key["id"])).balances()
    assert {balance.asset: balance.free for balance in balances}["USDT"] >= Decimal(10_000)


@BOTH
def test_a_wrong_secret_is_named(
    desk: KeyDesk, exchange: PaperSite, anna: Person, place: dict[str, Any]
) -> None:
    keys = exchange.account()
    key = desk.tried(anna, Keys(keys.account, keys.key, "x" * 64), **place)
    assert key["status"] == "refused"
    assert problems(key) == ["wrong_secret"]
    assert "not this secret" in key["problems"][0]["message"]
    with pytest.raises(CredentialsRefused, match="not this secret"):
        desk.gateways.get(UUID(key["id"]))


@BOTH
def test_a_key_that_the_exchange_does_not_know_is_named(
    desk: KeyDesk, anna: Person, place: dict[str, Any]
) -> None:
    key = desk.tried(anna, Keys("", "k" * 64, "x" * 64), **place)
    assert key["status"] == "refused"
    assert problems(key)[0] in ("invalid_key", "no_permission")


@BOTH
@pytest.mark.parametrize(("skew", "words"), [(5_000, "behind"), (-3_000, "ahead of")])
def test_a_skewed_clock_is_named_with_its_figure_and_direction(
    desk: KeyDesk, exchange: PaperSite, anna: Person, place: dict[str, Any], skew: int, words: str
) -> None:
    keys = exchange.account()
    exchange.fault("clock_skew", skew_ms=skew)
    key = desk.tried(anna, keys, **place)
    assert key["status"] == "refused"
    assert problems(key) == ["clock_skew"]
    told = re.search(
        r"This machine's clock is ([0-9.]+) s (.+) the exchange's", key["problems"][0]["message"]
    )
    assert told is not None
    assert float(told[1]) == pytest.approx(abs(skew) / 1000, abs=0.5)
    assert told[2] == words

    exchange.calm()
    desk.ask(anna, "POST", f"/{key['id']}/test")
    desk.work()
    assert desk.look(anna, key["id"])["status"] == "ready"


@pytest.mark.parametrize(
    ("place", "without"), [({}, {"trade": False}), (USDM, {"futures": False})], ids=["spot", "usdm"]
)
def test_a_key_that_may_not_trade_is_refused(
    desk: KeyDesk, exchange: PaperSite, anna: Person, place: dict[str, Any], without: dict[str, bool]
) -> None:
    key = desk.tried(anna, exchange.account(**without), **place)
    assert key["status"] == "refused"
    assert problems(key) == ["no_trade_permission"]
    assert key["permissions"]["trade"] is False


def test_a_key_that_can_withdraw_is_refused_until_its_owner_accepts_that(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    key = desk.tried(anna, exchange.account(withdraw=True))
    assert key["status"] == "refused"
    assert problems(key) == ["withdraw_allowed"]
    assert key["permissions"]["withdraw"] is True

    path = f"/{key['id']}"
    desk.ask(anna, "PATCH", path, status=200, allow_withdraw=True)
    desk.work()
    accepted = desk.look(anna, key["id"])
    assert (accepted["status"], accepted["problems"], accepted["allow_withdraw"]) == ("ready", [], True)

    desk.ask(anna, "PATCH", path, status=200, allow_withdraw=False)
    desk.work()
    assert problems(desk.look(anna, key["id"])) == ["withdraw_allowed"]


def test_accepting_withdrawals_at_once_saves_the_key(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    key = desk.tried(anna, exchange.account(withdraw=True), allow_withdraw=True)
    assert key["status"] == "ready"


def test_several_problems_are_all_named(desk: KeyDesk, exchange: PaperSite, anna: Person) -> None:
    key = desk.tried(anna, exchange.account(withdraw=True, trade=False))
    assert problems(key) == ["withdraw_allowed", "no_trade_permission"]


def test_a_key_for_other_addresses_is_refused(desk: KeyDesk, exchange: PaperSite, anna: Person) -> None:
    key = desk.tried(anna, exchange.account(addresses=["203.0.113.9"]))
    assert key["status"] == "refused"
    assert "address" in key["problems"][0]["message"]


def test_an_exchange_that_is_away_is_asked_again_by_itself(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    keys = exchange.account()
    exchange.fault("disconnect")
    key = desk.tried(anna, keys)
    assert key["status"] == "unreachable"
    assert problems(key) == ["unreachable"]
    assert not desk.check(), "not before its pause is over"

    desk.due_again()
    desk.work()
    assert desk.look(anna, key["id"])["status"] == "unreachable"
    [row] = desk.execute("SELECT attempts, check_requested_at - clock_timestamp() AS wait FROM exchange_keys")
    assert row.attempts == 2
    assert 5 < row.wait.total_seconds() <= 10

    exchange.calm()
    desk.due_again()
    desk.work()
    assert desk.look(anna, key["id"])["status"] == "ready"


def test_an_exchange_that_wants_a_pause_is_asked_after_it(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    settings = desk.context.settings
    desk.open_by(CcxtGatewayFactory(settings, Budget.at(settings)))
    keys = exchange.account()
    exchange.fault("too_many_requests")
    key = desk.tried(anna, keys)
    assert key["status"] == "unreachable"
    assert problems(key) == ["rate_limited"]
    [row] = desk.execute("SELECT check_requested_at > clock_timestamp() AS later FROM exchange_keys")
    assert row.later


def test_a_good_key_may_be_used_while_it_is_tried_again_and_while_its_exchange_is_away(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    key = desk.tried(anna, exchange.account())
    desk.ask(anna, "POST", f"/{key['id']}/test")
    assert may_trade(desk, anna, key)
    exchange.fault("disconnect")
    desk.work()
    assert desk.look(anna, key["id"])["status"] == "unreachable"
    assert may_trade(desk, anna, key)


def test_a_refused_key_is_not_trusted_before_it_was_found_good(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    key = desk.tried(anna, exchange.account(trade=False))
    assert not may_trade(desk, anna, key)
    desk.ask(anna, "POST", f"/{key['id']}/test")
    assert not may_trade(desk, anna, key)


def test_an_exchange_that_is_not_there_is_refused_when_it_is_saved(desk: KeyDesk, anna: Person) -> None:
    answer = desk.add(anna, Keys("", "k" * 20, "s" * 20), venue="nosuchplace", environment="live", status=422)
    assert answer["code"] == "venue_unsuitable"


def test_what_is_found_is_pushed(desk: KeyDesk, exchange: PaperSite, anna: Person) -> None:
    key = desk.tried(anna, exchange.account())
    rows = desk.execute(
        "SELECT name, payload FROM events WHERE account_id = :a ORDER BY number", a=UUID(anna.id)
    )
    assert [row.name for row in rows if row.name == "key.changed"] == ["key.changed"] * 2
    assert rows[-1].payload == {"key_id": key["id"]}


def test_a_key_that_changes_while_it_is_tried_is_tried_as_it_is_now(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    good, bad = exchange.account(), exchange.account(trade=False)
    key = desk.add(anna, good)
    exchange.fault("late_answer", delay_ms=700, times=1)

    with desk.checking_behind():
        desk.ask(anna, "POST", f"/{key['id']}/rotate", key=bad.key, secret=bad.secret)
    desk.work()
    assert problems(desk.look(anna, key["id"])) == ["no_trade_permission"]


def may_trade(desk: KeyDesk, person: Person, key: Any) -> bool:
    return desk.access(person, key["id"]).may_trade
