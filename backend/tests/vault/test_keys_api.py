"""Adding, changing, rotating and deleting keys over HTTP; whose they are; and that no secret ever comes out."""

import logging
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from dollarclub.core.logging import hush_libraries
from dollarclub.exchanges.errors import CredentialsRefused
from dollarclub.vault.service import KEYS_PER_ACCOUNT
from tests.support.key_desk import KeyDesk, problems
from tests.support.paper import Keys, PaperSite
from tests.support.people import Person, sign_up

SOME = Keys("", "K" * 60 + "A4B1", "S" * 64)


def test_a_saved_key_is_answered_at_once_masked_and_without_its_secret(desk: KeyDesk, anna: Person) -> None:
    key = desk.add(anna, SOME, label=" My key ")
    assert key["label"] == "My key"
    assert key["mask"] == "****A4B1"
    assert key["status"] == "checking"
    assert key["provisioned"] is False
    assert key["permissions"] is None
    assert set(key) == {
        "id", "label", "venue", "market_type", "environment", "status", "provisioned", "mask", "permissions",
        "problems", "allow_withdraw", "checked_at", "rotated_at", "created_at",
    }  # fmt: skip
    assert desk.keys(anna) == [key]


def test_saving_a_key_asks_for_its_markets(desk: KeyDesk, anna: Person) -> None:
    desk.add(anna, SOME)
    rows = desk.execute("SELECT venue, market_type, environment FROM market_catalogs")
    assert [tuple(row) for row in rows] == [("binance", "spot", "paper")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "short"}, "key"),
        ({"key": "K" * 600}, "key"),
        ({"key": "with space in it"}, "key"),
        ({"secret": "schlüssel-mit-umlaut"}, "secret"),
        ({"secret": "tab\tinside the secret"}, "secret"),
        ({"secret": ""}, "secret"),
        ({"passphrase": " "}, "passphrase"),
        ({"label": "  "}, "label"),
        ({"label": "x" * 61}, "label"),
        ({"venue": "Not A Name"}, "venue"),
        ({"venue": "binance", "market_type": "usdm"}, "venue"),
        ({"environment": "live", "market_type": "usdm"}, "market_type"),
        ({"environment": "testnet", "venue": "kucoin"}, "environment"),
        ({"environment": "live", "venue": "okx"}, "passphrase"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_cannot_be_a_key_is_refused_with_the_field_named_and_nothing_repeated(
    desk: KeyDesk, anna: Person, changes: dict[str, Any], field: str
) -> None:
    answer = desk.add(anna, SOME, status=422, **changes)
    assert answer["errors"][0]["field"] == field
    assert SOME.secret not in str(answer)
    assert all(str(value) not in str(answer) for name, value in changes.items() if name == "secret" and value)
    assert desk.keys(anna) == []


def test_blanks_around_a_pasted_key_are_taken_off(desk: KeyDesk, exchange: PaperSite, anna: Person) -> None:
    keys = exchange.account()
    key = desk.tried(anna, Keys("", f" {keys.key}\n", f"{keys.secret} \n"))
    assert key["status"] == "ready"


def test_labels_are_unique_until_a_key_is_deleted(desk: KeyDesk, anna: Person) -> None:
    first = desk.add(anna, SOME)
    assert desk.add(anna, SOME, status=409)["code"] == "label_taken"
    other = desk.add(anna, SOME, label="other")
    path = f"/{other['id']}"
    assert desk.ask(anna, "PATCH", path, status=409, label="mine")["code"] == "label_taken"
    assert desk.ask(anna, "PATCH", path, status=200, label="third")["label"] == "third"
    desk.ask(anna, "DELETE", f"/{first['id']}", status=204)
    assert desk.add(anna, SOME)["label"] == "mine"


def test_an_account_can_have_so_many_keys(desk: KeyDesk, anna: Person) -> None:
    for number in range(KEYS_PER_ACCOUNT):
        desk.add(anna, SOME, label=str(number))
    assert desk.add(anna, SOME, status=409)["code"] == "too_many_keys"
    assert desk.ask(anna, "GET", "?limit=20&offset=40", status=200)["total"] == KEYS_PER_ACCOUNT


def test_a_rotated_key_is_tried_anew_and_used_from_then_on(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    key = desk.tried(anna, exchange.account(spot={"USDT": "11"}))
    other = exchange.account(spot={"USDT": "22"})
    before = desk.gateways.get(UUID(key["id"]))
    path = f"/{key['id']}"
    rotated = desk.ask(anna, "POST", f"{path}/rotate", key=other.key, secret=other.secret)
    assert rotated["status"] == "checking"
    assert rotated["mask"] == f"****{other.key[-4:]}"
    assert rotated["rotated_at"] is not None
    assert not desk.access(anna, key["id"]).may_trade, "not before it was tried"
    desk.work()
    assert desk.look(anna, key["id"])["status"] == "ready"
    after = desk.gateways.get(UUID(key["id"]))
    assert after is not before
    assert [balance.free for balance in after.balances()] == [22]

    desk.ask(anna, "POST", f"{path}/rotate", key=other.key, secret="w" * 64)
    desk.work()
    assert problems(desk.look(anna, key["id"])) == ["wrong_secret"]


def test_a_deleted_key_is_gone_with_its_secret_and_opens_nothing(
    desk: KeyDesk, exchange: PaperSite, anna: Person
) -> None:
    key = desk.tried(anna, exchange.account())
    desk.gateways.get(UUID(key["id"]))
    desk.ask(anna, "DELETE", f"/{key['id']}", status=204)
    [row] = desk.execute("SELECT sealed, archived_at FROM exchange_keys")
    assert row.sealed is None
    assert row.archived_at is not None
    assert desk.keys(anna) == []
    desk.gateways.forget(UUID(key["id"]))
    with pytest.raises(CredentialsRefused, match="deleted"):
        desk.gateways.get(UUID(key["id"]))
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/test")):
        desk.ask(anna, method, f"/{key['id']}{path}", status=404)


def test_nobody_else_can_see_or_use_a_key(desk: KeyDesk, exchange: PaperSite, anna: Person) -> None:
    bert = sign_up(desk.client)
    key = desk.tried(anna, exchange.account())
    path = f"/{key['id']}"
    rotation = {"key": SOME.key, "secret": SOME.secret}
    for method, where, body in (
        ("GET", path, {}),
        ("PATCH", path, {"label": "stolen"}),
        ("POST", f"{path}/test", {}),
        ("POST", f"{path}/rotate", rotation),
        ("DELETE", path, {}),
    ):
        theirs = desk.ask(bert, method, where, status=404, **body)
        nobodys = desk.ask(bert, method, where.replace(key["id"], str(uuid4())), status=404, **body)
        assert theirs["code"] == nobodys["code"] == "not_found"
    assert desk.keys(bert) == []
    assert desk.look(anna, key["id"]) == key


def test_a_leaked_api_token_cannot_put_in_or_replace_keys(desk: KeyDesk, anna: Person) -> None:
    made = desk.client.post("/api/auth/tokens", json={"name": "bot"}, headers=anna.headers).json()
    robot = Person(anna.id, anna.email, {"Authorization": f"Bearer {made['token']}"})
    key = desk.add(anna, SOME)
    path = f"/{key['id']}"
    assert desk.add(robot, SOME, status=403, label="new")["code"] == "session_required"
    for method, where, body in (
        ("POST", f"{path}/rotate", {"key": SOME.key, "secret": SOME.secret}),
        ("PATCH", path, {"allow_withdraw": True}),
        ("DELETE", path, {}),
    ):
        assert desk.ask(robot, method, where, status=403, **body)["code"] == "session_required"
    assert desk.keys(robot) == [key]
    desk.ask(robot, "POST", f"{path}/test")


def test_a_viewer_only_looks(desk: KeyDesk, admin: Person, anna: Person) -> None:
    desk.add(anna, SOME)
    changed = desk.client.patch(f"/api/users/{anna.id}", json={"role": "viewer"}, headers=admin.headers)
    assert changed.status_code == 200
    assert len(desk.keys(anna)) == 1
    assert desk.add(anna, SOME, status=403, label="new")["code"] == "role_required"
    assert desk.ask(anna, "POST", "/paper", status=403)["code"] == "role_required"


def test_no_secret_is_in_any_answer_log_event_or_message(
    desk: KeyDesk, exchange: PaperSite, anna: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hush_libraries()
    first, second = exchange.account(), exchange.account()
    wrong = Keys("", first.key, "wrongwrongwrong" * 4)
    answers: list[Any] = []
    with capture_logs() as logs, desk.overheard() as messages:
        key = desk.add(anna, first)
        desk.work()
        answers += [key, desk.look(anna, key["id"]), desk.add(anna, first, status=409)]
        path = f"/{key['id']}/rotate"
        for keys in (wrong, second):
            answers.append(desk.ask(anna, "POST", path, key=keys.key, secret=keys.secret))
            desk.work()
            answers.append(desk.look(anna, key["id"]))
        exchange.fault("disconnect")
        desk.ask(anna, "POST", f"/{key['id']}/test")
        desk.work()
        answers.append(desk.keys(anna))
    stored = desk.execute(
        "SELECT to_jsonb(k)::text FROM exchange_keys k UNION ALL SELECT to_jsonb(e)::text FROM events e"
    )
    told = [*answers, *logs, *messages, *caplog.records, *stored, *(r.__dict__ for r in caplog.records)]
    assert messages
    assert logs
    for secret in (first.secret, second.secret, wrong.secret, first.key, second.key):
        assert not [line for line in told if secret in str(line)]
        assert not [line for line in told if secret.encode().hex() in str(line)]
