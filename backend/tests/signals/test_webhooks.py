"""Whoever posts to a webhook: what is answered, what is stored, and what is never written down."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from dollarclub.accounts import service as accounts
from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from dollarclub.entry.http import create_app
from tests.support.people import Person, sign_up, sign_up_first
from tests.support.served import served
from tests.support.webhooks import Sender, moment, sender_of

SIMPLE = {"action": "buy", "symbol": "BTCUSDT", "amount": "100", "unit": "quote"}


def code_of(answer: Any) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["code"])


PATHS = ("/api/webhook/{}", "/api/webhook/webhook/{}", "/api/v1/webhooks/{}/tradingview")


def test_an_alert_is_accepted_at_every_address_of_the_account(sender: Sender) -> None:
    for path in PATHS:
        answer = sender.post(sender.alert(), path.format(sender.person.id))

        assert answer.status_code == 202
        told = answer.json()
        assert told["status"] == "accepted"
        assert answer.headers["x-correlation-id"]
        shown = sender.signal(told["signal_id"])
        assert (shown["status"], shown["raw_symbol"], shown["action"]) == ("received", "BTCUSDT", "buy")
        assert shown["received_at"] == told["received_at"]
        assert [step["name"] for step in shown["steps"]] == ["received"]


def test_the_content_type_is_not_believed(sender: Sender) -> None:
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded", ""):
        answer = sender.post(sender.alert(), headers={"Content-Type": kind} if kind else {})

        assert answer.status_code == 202
        assert sender.signal(answer.json()["signal_id"])["content_type"] == kind


def test_a_secret_address_needs_no_secret_in_the_body(sender: Sender) -> None:
    answer = sender.post({**SIMPLE, "timestamp": moment()}, f"/api/webhook/t/{sender.token}")

    assert answer.status_code == 202


def test_a_re_sent_alert_is_a_duplicate_and_answers_the_same_signal(sender: Sender) -> None:
    alert = sender.alert()
    first = sender.post(alert).json()
    again = [sender.post(alert).json() for _ in range(3)]

    assert [each["status"] for each in again] == ["duplicate"] * 3
    assert {each["signal_id"] for each in again} == {first["signal_id"]}
    assert {each["received_at"] for each in again} == {first["received_at"]}
    assert [(each["id"], each["repeats"]) for each in sender.signals()] == [(first["signal_id"], 3)]


def test_without_a_time_an_equal_body_is_a_duplicate_for_a_minute(sender: Sender, context: Context) -> None:
    path = f"/api/webhook/t/{sender.token}"
    first = sender.post(SIMPLE, path).json()
    assert sender.post(SIMPLE, path).json()["status"] == "duplicate"
    assert sender.post({**SIMPLE, "amount": "101"}, path).json()["status"] == "accepted"

    with context.db.transaction() as session:
        session.execute(text("UPDATE signals SET received_at = received_at - interval '61 seconds'"))
    later = sender.post(SIMPLE, path).json()
    assert later["status"] == "accepted"
    assert later["signal_id"] != first["signal_id"]


def broken(sender: Sender) -> dict[str, tuple[Any, int, str]]:
    """What may be wrong, how it is answered, and with which code."""
    alert = sender.alert()
    nan = json.dumps(alert).replace("100000.0", "NaN")
    return {
        "wrong secret": ({**alert, "secret": "no"}, 403, "wrong_secret"),
        "no secret": (
            {name: value for name, value in alert.items() if name != "secret"},
            401,
            "secret_missing",
        ),
        "placeholder": ({**alert, "timestamp": "{{timenow}}"}, 422, "placeholder"),
        "open placeholder": (json.dumps(alert).replace(": 100}", ": {{close}}}"), 422, "placeholder"),
        "broken": ("{" + json.dumps(alert)[2:-3], 422, "malformed"),
        "no JSON": ("buy now", 422, "malformed"),
        "nothing": ("", 422, "malformed"),
        "NaN": (nan, 422, "malformed"),
        "not UTF-8": (b'{"a": "\xff"}', 422, "malformed"),
        "large": ({**alert, "message": "x" * 65 * 1024}, 413, "too_large"),
        "future": (
            {**alert, "timestamp": (datetime.now(UTC) + timedelta(hours=1)).isoformat()},
            422,
            "malformed",
        ),
        "list": ([alert], 422, "malformed"),
    }


def test_what_is_wrong_is_named(sender: Sender) -> None:
    for what, (body, status, code) in broken(sender).items():
        answer = sender.post(body)

        assert (answer.status_code, code_of(answer)) == (status, code), what
        assert sender.secret not in answer.text


def test_a_body_of_unknown_length_is_treated_like_any_other(sender: Sender) -> None:
    """It comes in pieces, so how long it is shows only at its end."""

    def pieces(body: str) -> Iterator[bytes]:
        for start in range(0, len(body), 1000):
            yield body[start : start + 1000].encode()

    alert = json.dumps(sender.alert())
    known, unknown = sender.post(alert), sender.client.post(sender.path, content=pieces(alert))
    assert (known.status_code, unknown.status_code) == (202, 202)
    assert unknown.json() == known.json() | {"status": "duplicate"}
    assert set(unknown.headers) == set(known.headers)
    assert len({answer.headers["x-correlation-id"] for answer in (known, unknown)}) == 2
    assert known.headers["cache-control"] == "no-store"
    large = sender.client.post(sender.path, content=pieces("x" * 65 * 1024))
    assert (large.status_code, code_of(large)) == (413, "too_large")


def test_an_unknown_account_is_not_found(sender: Sender) -> None:
    for path in PATHS:
        for user in (str(uuid4()), "nobody"):
            answer = sender.post(sender.alert(), path.format(user))
            assert (answer.status_code, code_of(answer)) == (404, "unknown_webhook")


def test_an_unknown_token_is_not_found(sender: Sender) -> None:
    answer = sender.post(SIMPLE, "/api/webhook/t/" + "x" * 32)

    assert (answer.status_code, code_of(answer)) == (404, "unknown_webhook")


def test_a_disabled_account_has_no_webhook(sender: Sender, context: Context) -> None:
    person = sign_up(sender.client)
    other = sender_of(sender.client, person)
    with context.db.transaction() as session:
        accounts.set_active(session, account_id=UUID(person.id), is_active=False, now=context.clock())

    assert code_of(other.post(other.alert())) == "unknown_webhook"


def test_refusals_of_a_known_sender_are_in_the_list_without_its_secret(sender: Sender) -> None:
    sender.change(max_lag_seconds=60)
    old = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    cases = {"stale": sender.alert(timestamp=old), "placeholder": sender.alert(symbol="{{ticker}}")}
    for code, alert in cases.items():
        answer = sender.post(alert)
        assert (answer.status_code, code_of(answer)) == (422, code)
        shown = sender.signal(answer.json()["signal_id"])
        assert (shown["status"], shown["outcome"]) == ("done", code)
        assert shown["message"] == answer.json()["detail"]
    malformed = sender.post(json.dumps(sender.alert()) + "}")
    assert code_of(malformed) == "malformed"

    assert {each["outcome"] for each in sender.signals()} == {"stale", "placeholder", "malformed"}
    for each in sender.signals():
        raw = sender.signal(each["id"])["raw"]
        assert '"secret": "***"' in raw
        assert sender.secret not in raw


def test_a_refused_alert_that_was_mended_is_accepted(sender: Sender) -> None:
    sender.change(max_lag_seconds=60)
    alert = sender.alert(timestamp=(datetime.now(UTC) - timedelta(minutes=5)).isoformat())
    assert [code_of(sender.post(alert)) for _ in range(2)] == ["stale", "stale"]
    assert [each["repeats"] for each in sender.signals()] == [1]

    sender.change(max_lag_seconds=None)
    assert sender.post(alert).json()["status"] == "accepted"


def test_a_strategy_that_refuses_late_alerts_wants_their_time(sender: Sender) -> None:
    sender.change(max_lag_seconds=60)

    answer = sender.post(SIMPLE, f"/api/webhook/t/{sender.token}")

    assert (answer.status_code, code_of(answer)) == (422, "malformed")
    assert "{{timenow}}" in answer.json()["detail"]


def test_a_strategy_that_is_switched_off_keeps_its_alerts_and_executes_none(sender: Sender) -> None:
    sender.change(enabled=False)

    answer = sender.post(sender.alert())

    assert answer.status_code == 202
    shown = sender.signal(answer.json()["signal_id"])
    assert (shown["status"], shown["outcome"]) == ("done", "disabled")


def signature(secret: str, body: str) -> dict[str, str]:
    return {"X-Signature": hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()}


def test_a_signature_stands_for_the_secret_and_may_be_required(sender: Sender) -> None:
    body = json.dumps({**SIMPLE, "timestamp": moment()})
    wrong = signature("other", body)
    assert sender.post(body, headers=signature(sender.secret, body)).status_code == 202
    assert code_of(sender.post(body, headers=wrong)) == "wrong_signature"
    assert code_of(sender.post(json.dumps(sender.alert()), headers=wrong)) == "wrong_signature"

    sender.change(require_signature=True)
    refused = sender.post(sender.alert())
    assert (refused.status_code, code_of(refused)) == (401, "signature_missing")
    assert code_of(sender.post(SIMPLE, f"/api/webhook/t/{sender.token}")) == "signature_missing"
    assert sender.post(body, headers=signature(sender.secret, body)).status_code == 202


def test_only_listed_addresses_may_send(sender: Sender, context: Context) -> None:
    def post_from(address: str) -> httpx.Response:
        """As a proxy on this machine would pass it on."""
        return httpx.post(url, json=sender.alert(), headers={"X-Forwarded-For": address})

    sender.change(allowed_addresses=["tradingview", "192.0.2.0/24"])
    with served(create_app(context.settings, context)) as address:
        url = f"http://{address}{sender.path}"
        assert post_from("52.89.214.238").status_code == 202
        assert post_from("192.0.2.77").status_code == 202
        assert post_from("::ffff:52.32.178.7").status_code == 202
        refused = post_from("203.0.113.9")
    assert (refused.status_code, code_of(refused)) == (403, "address_refused")
    shown = sender.signals()[0]
    assert (shown["outcome"], shown["address"]) == ("address_refused", "203.0.113.9")


def test_a_new_secret_and_a_new_address_replace_the_old_ones_at_once(sender: Sender) -> None:
    old = sender_of(sender.client, sender.person)
    path = f"/api/strategies/{sender.strategy}"
    for what in ("rotate-secret", "rotate-token"):
        assert sender.client.post(f"{path}/{what}", headers=sender.person.headers).status_code == 200
    new = sender_of(sender.client, sender.person)

    assert code_of(old.post(old.alert())) == "wrong_secret"
    assert code_of(old.post(SIMPLE, f"/api/webhook/t/{old.token}")) == "unknown_webhook"
    assert new.post(new.alert()).status_code == 202
    assert new.post(SIMPLE, f"/api/webhook/t/{new.token}").status_code == 202


def test_many_at_once_become_as_many_signals_as_there_are_alerts(sender: Sender) -> None:
    alerts = [sender.alert() for _ in range(50)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(sender.post, alerts * 4))

    assert {answer.status_code for answer in answers} == {202}
    told = [answer.json() for answer in answers]
    assert len({each["signal_id"] for each in told}) == 50
    assert sum(each["status"] == "accepted" for each in told) == 50
    listed = sender.signals(limit=200)
    assert len(listed) == 50
    assert {each["repeats"] for each in listed} == {3}


def test_more_than_the_bucket_holds_is_turned_away_so_that_it_is_sent_again(
    make_settings: Callable[..., Settings],
) -> None:
    context = build_context(make_settings(WEBHOOK_BURST="5", WEBHOOK_PER_SECOND="0.001"))
    with TestClient(create_app(context.settings, context), base_url="http://testserver") as client:
        first = sender_of(client, sign_up_first(client, context))
        second = sender_of(client, sign_up(client))
        assert [first.post(first.alert()).status_code for _ in range(5)] == [202] * 5

        refused = first.post(first.alert())
        assert (refused.status_code, code_of(refused)) == (503, "overflow")
        stranger = first.post({**first.alert(), "secret": "guess"})
        assert code_of(stranger) == "wrong_secret"
        assert second.post(second.alert()).status_code == 202


def test_without_a_database_everybody_is_turned_away_and_nothing_hangs(
    make_settings: Callable[..., Settings],
) -> None:
    context = build_context(make_settings(DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing"))
    with TestClient(create_app(context.settings, context), base_url="http://testserver") as client:
        answers = [client.post(f"/api/webhook/{uuid4()}", json=SIMPLE) for _ in range(20)]

    assert {(answer.status_code, code_of(answer)) for answer in answers} == {(503, "database_unavailable")}


def test_no_secret_and_no_token_is_ever_logged(sender: Sender, capfd: pytest.CaptureFixture[str]) -> None:
    for body, _, _ in broken(sender).values():
        sender.post(body)
        sender.post(body, f"/api/webhook/t/{sender.token}")
        sender.post(body, f"/api/webhook/t/{sender.token[:-1]}")
    written = "".join(capfd.readouterr())

    assert "webhooks_turned_away" in written
    for confidential in (sender.secret, sender.token, sender.token[:-1]):
        assert confidential not in written


def test_a_stranger_sees_and_uses_nothing(sender: Sender, client: TestClient) -> None:
    signal = sender.post(sender.alert()).json()["signal_id"]
    stranger: Person = sign_up(client)
    base = f"/api/strategies/{sender.strategy}"
    tries = [
        ("GET", base, None),
        ("PATCH", base, {"enabled": False}),
        ("DELETE", base, None),
        ("GET", f"{base}/webhook", None),
        ("GET", f"{base}/health", None),
        ("POST", f"{base}/rotate-secret", None),
        ("POST", f"{base}/rotate-token", None),
        ("POST", f"{base}/test", {"action": "buy"}),
        ("GET", f"/api/signals/{signal}", None),
        ("POST", f"/api/signals/{signal}/replay", None),
    ]
    for method, path, body in tries:
        assert client.request(method, path, json=body, headers=stranger.headers).status_code == 404, path

    assert client.get("/api/signals", headers=stranger.headers).json()["total"] == 0
    assert client.get(base, headers=sender.person.headers).json()["enabled"]
