"""Strategies, what their webhooks need, and the signals that came of them."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.fernet import Fernet
from fastapi.testclient import TestClient
from sqlalchemy import text

from dollarclub.core.context import Context
from dollarclub.core.outbox import EventRow, events_after
from dollarclub.core.security import Cipher
from dollarclub.entry.reactions import reactions
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.signals.live import describe_signals
from dollarclub.signals.queries import strategies as queries
from dollarclub.signals.rules.heartbeat import is_overdue
from dollarclub.signals.service import strategies as service
from dollarclub.vault.models import ExchangeKey, KeyStatus
from tests.support.people import Person, sign_up, sign_up_first
from tests.support.webhooks import Sender, moment

GIVEN = {
    "ticker": "BTCUSDT",
    "exchange": "BINANCE",
    "interval": "15",
    "close": "100000.5",
    "strategy.order.action": "buy",
    "strategy.order.price": "100000.5",
    "strategy.order.contracts": "0.25",
    "strategy.order.id": "Long",
    "strategy.market_position": "long",
    "strategy.prev_market_position": "flat",
}
NEW = {
    "name": "Scalper",
    "market_type": "spot",
    "order_type": "market",
    "amount": "0.10",
    "amount_unit": "base",
}


def replaced(message: str) -> str:
    """What TradingView makes of a message."""
    return re.sub(r"\{\{([\w.]+)\}\}", lambda found: {**GIVEN, "timenow": moment()}[found[1]], message)


def ask(sender: Sender, method: str, path: str, body: Any = None) -> Any:
    answer = sender.client.request(method, f"/api/strategies{path}", json=body, headers=sender.person.headers)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


def test_a_new_account_gets_one_default_strategy(client: TestClient, context: Context) -> None:
    sign_up_first(client, context)
    person = sign_up_by_event(client, context)
    listed = client.get("/api/strategies", headers=person.headers).json()

    assert [(each["name"], each["is_default"], each["enabled"]) for each in listed["items"]] == [
        ("Default", True, True)
    ]


def sign_up_by_event(client: TestClient, context: Context) -> Person:
    """An account whose `account.created` was heard, twice."""
    person = sign_up(client)
    react = reactions(context.settings)["account.created"]
    for _ in range(2):
        with context.db.transaction() as session:
            event = EventRow(account_id=UUID(person.id), number=1, name="account.created", payload={})
            react(session, event)
    return person


def test_the_messages_to_copy_are_accepted_as_tradingview_sends_them(sender: Sender) -> None:
    made = ask(sender, "POST", "", NEW)
    for strategy in (sender.strategy, made["id"]):
        webhook = ask(sender, "GET", f"/{strategy}/webhook")
        for name, message in webhook["messages"].items():
            path = webhook["urls"]["token"].removeprefix("http://testserver")
            answer = sender.post(replaced(message), path)
            assert answer.status_code == 202, f"{name}: {answer.text}"
            shown = sender.signal(answer.json()["signal_id"])
            assert shown["strategy_id"] == strategy
            assert shown["alert"]["intent"] == ("exit" if name == "exit" else "entry")
            assert ("amount" in shown["alert"]) == (strategy == sender.strategy and name != "exit")
    account = ask(sender, "GET", f"/{sender.strategy}/webhook")
    for address in ("account", "v1"):
        path = account["urls"][address].removeprefix("http://testserver")
        assert sender.post(replaced(account["messages"]["entry"]), path).status_code == 202
    assert ask(sender, "GET", f"/{made['id']}/webhook")["urls"]["account"] is None


def test_a_strategy_is_made_changed_and_taken_away(sender: Sender) -> None:
    made = ask(sender, "POST", "", {**NEW, "allowed_addresses": [" TradingView ", "10.0.0.0/8"]})
    assert (made["amount"], made["allowed_addresses"]) == ("0.1", ["tradingview", "10.0.0.0/8"])
    path = f"/{made['id']}"
    address = ask(sender, "GET", f"{path}/webhook")["urls"]["token"].removeprefix("http://testserver")

    changed = ask(sender, "PATCH", path, {"amount": "25", "amount_unit": "percent", "max_lag_seconds": 30})
    assert (changed["amount"], changed["amount_unit"], changed["name"]) == ("25", "percent", "Scalper")
    assert ask(sender, "PATCH", path, {"amount": None})["amount"] is None

    ask(sender, "DELETE", path)
    assert sender.client.get(f"/api/strategies{path}", headers=sender.person.headers).status_code == 404
    assert sender.post({"action": "buy", "symbol": "X"}, address).json()["code"] == "unknown_webhook"
    assert ask(sender, "POST", "", NEW)["name"] == "Scalper"


def test_what_a_strategy_cannot_be_is_refused(sender: Sender) -> None:
    ask(sender, "POST", "", NEW)
    mine = f"/{sender.strategy}"
    cases: list[tuple[str, str, dict[str, Any] | None, int, str]] = [
        ("POST", "", NEW, 409, "name_taken"),
        ("PATCH", mine, {"name": "Scalper"}, 409, "name_taken"),
        ("PATCH", mine, {"name": None}, 422, "invalid"),
        ("PATCH", mine, {"allowed_addresses": ["everybody"]}, 422, "invalid"),
        ("PATCH", mine, {"amount": "-1"}, 422, "invalid"),
        ("PATCH", mine, {"amount": "NaN"}, 422, "invalid"),
        ("PATCH", mine, {"max_cost": "1" + "0" * 30}, 422, "invalid"),
        ("PATCH", mine, {"key_id": str(uuid4())}, 404, "not_found"),
        ("DELETE", mine, None, 409, "default_strategy"),
    ]
    for method, path, body, status, code in cases:
        answer = sender.client.request(
            method, f"/api/strategies{path}", json=body, headers=sender.person.headers
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code), (body, answer.text)
    inexact = sender.client.patch(
        f"/api/strategies{mine}", content='{"amount": 0.1}', headers=sender.person.headers
    )
    assert inexact.status_code == 422


def test_a_key_must_be_ones_own_and_trade_the_same_kind_of_market(sender: Sender, context: Context) -> None:
    stranger = sign_up(sender.client)
    keys = {}
    with context.db.transaction() as session:
        for owner in (sender.person, stranger):
            key = ExchangeKey(
                account_id=UUID(owner.id),
                label="Spot",
                venue="binance",
                market_type=MarketType.spot,
                environment=Environment.paper,
                status=KeyStatus.provisioning,
            )
            session.add(key)
            session.flush()
            keys[owner.id] = str(key.id)

    def set_to(owner: Person, market_type: str) -> int:
        body = {"key_id": keys[owner.id], "market_type": market_type}
        path = f"/api/strategies/{sender.strategy}"
        return sender.client.patch(path, json=body, headers=sender.person.headers).status_code

    assert set_to(sender.person, "spot") == 200
    assert set_to(sender.person, "usdm") == 422
    assert set_to(stranger, "spot") == 404


def test_a_test_alert_and_a_replay_go_into_paper(sender: Sender) -> None:
    tested = ask(sender, "POST", f"/{sender.strategy}/test", {"action": "buy"})["signal_id"]
    real = sender.post(sender.alert()).json()["signal_id"]
    replay = sender.client.post(f"/api/signals/{real}/replay", headers=sender.person.headers)
    assert replay.status_code == 202
    replayed = replay.json()["signal_id"]

    assert sender.signal(tested)["alert"]["into_paper"]
    assert "into_paper" not in sender.signal(real)["alert"]
    copy = sender.signal(replayed)
    assert copy["alert"] == {**sender.signal(real)["alert"], "into_paper": True}
    assert (copy["replay_of"], copy["status"]) == (real, "received")

    refused = sender.post(sender.alert(symbol="{{ticker}}")).json()["signal_id"]
    nothing = sender.client.post(f"/api/signals/{refused}/replay", headers=sender.person.headers)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_replay")


def test_the_list_is_filtered_and_the_chart_counts_by_the_hour(sender: Sender, context: Context) -> None:
    kept = sender.post(sender.alert(symbol="ETHUSDT")).json()["signal_id"]
    refused = sender.post(sender.alert(symbol="{{ticker}}")).json()["signal_id"]
    old = sender.post(sender.alert()).json()["signal_id"]
    with context.db.transaction() as session:
        session.execute(
            text(
                "UPDATE signals SET received_at = received_at - interval '3 hours', status = 'done', "
                "outcome = 'executed' WHERE id = :id"
            ),
            {"id": old},
        )
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    wanted: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [refused, kept, old]),
        ({"status": "received"}, [kept]),
        ({"outcome": ["placeholder", "executed"]}, [refused, old]),
        ({"symbol": "eth"}, [kept]),
        ({"since": hour_ago}, [refused, kept]),
        ({"until": hour_ago}, [old]),
        ({"until": "0168-07-01T03:09:13+17:47"}, []),
        ({"strategy_id": str(uuid4())}, []),
        ({"limit": 1, "offset": 1}, [kept]),
    ]
    for filters, ids in wanted:
        assert [each["id"] for each in sender.signals(**filters)] == ids, filters

    chart = sender.client.get("/api/signals/chart?hours=5", headers=sender.person.headers).json()
    assert len(chart) == 5
    assert sum(each["received"] for each in chart) == 3
    assert [each["executed"] for each in chart].count(1) == 1
    assert sum(each["refused"] for each in chart) == 1
    health = ask(sender, "GET", f"/{sender.strategy}/health")
    assert (health["received_24h"], health["executed_24h"], health["refused_24h"]) == (3, 1, 1)
    assert not health["overdue"]


def test_a_strategy_that_hears_nothing_for_too_long_is_overdue() -> None:
    noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    minute = timedelta(minutes=1)

    def overdue(last: datetime | None, *, enabled: bool = True, every: int | None = 60) -> bool:
        return is_overdue(
            expected_every_seconds=every,
            enabled=enabled,
            last_received_at=last,
            changed_at=noon,
            now=noon + 5 * minute,
        )

    assert overdue(None)
    assert overdue(noon + 3 * minute)
    assert not overdue(noon + 4.5 * minute)
    assert not overdue(None, enabled=False)
    assert not overdue(None, every=None)


def test_followers_are_told_of_each_signal_once_per_change(sender: Sender, context: Context) -> None:
    alert = sender.alert()
    signal, _ = (sender.post(alert).json()["signal_id"] for _ in range(2))
    account_id = UUID(sender.person.id)
    with context.db.transaction() as session:
        rows = [
            row for row in events_after(session, account_id, 0, limit=100) if row.name == "signal.changed"
        ]
        told = describe_signals(session, account_id, rows)

    assert [each["signal"]["id"] for each in told.values()] == [signal, signal]
    assert json.loads(json.dumps(told[rows[-1].number]))["signal"]["repeats"] == 1


def test_tokens_and_secrets_outlive_the_key_they_were_kept_under(sender: Sender, context: Context) -> None:
    old = context.settings.security.encryption_key.get_secret_value()
    new = Fernet.generate_key().decode()
    with context.db.transaction() as session:
        assert service.rotate(session, Cipher(f"{new},{old}")) == 1
        token, secret = queries.sealed(
            session, account_id=UUID(sender.person.id), strategy_id=UUID(sender.strategy)
        )

    cipher = Cipher(new)
    assert cipher.decrypt_text(token, f"strategy-token:{sender.strategy}") == sender.token
    assert cipher.decrypt_text(secret, f"strategy-secret:{sender.strategy}") == sender.secret
