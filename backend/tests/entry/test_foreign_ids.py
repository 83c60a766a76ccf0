"""Everything that one account has, asked for by another: every route that takes an id answers as if there were nothing."""

from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from dollarclub.core.context import Context
from dollarclub.exchanges.gateway import MarketType, OrderType, Side
from dollarclub.orders.models import Order, Ticket
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.pool.models import QueueEntry
from dollarclub.positions.rules.config import PositionSide
from dollarclub.vault.models import ExchangeKey
from tests.support.people import Person, sign_up

BODIES: dict[str, dict[str, object]] = {
    "/api/keys/{key_id}": {"label": "stolen"},
    "/api/keys/{key_id}/rotate": {"key": "k" * 40, "secret": "s" * 40},
    "/api/strategies/{strategy_id}": {"name": "stolen"},
    "/api/strategies/{strategy_id}/test": {"action": "buy"},
    "/api/dca-configs/{config_id}": {
        "version": 1,
        "plan": {"levels": [{"gap": "0", "weight": "100", "take_profit": "1"}]},
    },
    "/api/scripts/{script_id}": {"name": "stolen.py"},
}
MINE = (
    "config_id",
    "queue_id",
    "key_id",
    "strategy_id",
    "signal_id",
    "order_id",
    "ticket_id",
    "script_id",
    "run_id",
    "token_id",
)


@pytest.fixture
def things(client: TestClient, context: Context, admin: Person) -> dict[str, str]:
    """One of each thing that has an id, of the first account."""
    made: dict[str, str] = {}
    key = {
        "label": "mine",
        "venue": "binance",
        "market_type": "spot",
        "environment": "live",
        "key": "k" * 40,
        "secret": "s" * 40,
    }
    answer = client.post("/api/keys", json=key, headers=admin.headers)
    assert answer.status_code == 202, answer.text
    made["key_id"] = answer.json()["id"]
    body = {"name": "mine", "market_type": "spot", "order_type": "market", "key_id": made["key_id"]}
    answer = client.post("/api/strategies", json=body, headers=admin.headers)
    assert answer.status_code == 201, answer.text
    made["strategy_id"] = answer.json()["id"]
    webhook = client.get(f"/api/strategies/{made['strategy_id']}/webhook", headers=admin.headers).json()
    alert = {"secret": webhook["secret"], "symbol": "BTCUSDT", "action": "buy", "amount": "1"}
    answer = client.post(webhook["urls"]["token"], json=alert)
    assert answer.status_code == 202, answer.text
    made["signal_id"] = answer.json()["signal_id"]
    config = client.post(
        "/api/dca-configs",
        json={"plan": BODIES["/api/dca-configs/{config_id}"]["plan"]},
        headers=admin.headers,
    )
    assert config.status_code == 201, config.text
    made["config_id"] = config.json()["id"]
    script = client.post(
        "/api/scripts/upload", files={"file": ("bot.py", b"print(1)\n")}, headers=admin.headers
    )
    made["script_id"] = script.json()["id"]
    run = client.post(f"/api/scripts/{made['script_id']}/execute", headers=admin.headers)
    made["run_id"] = run.json()["id"]
    token = client.post("/api/auth/tokens", json={"name": "mine"}, headers=admin.headers)
    made["token_id"] = token.json()["id"]
    return made | _order_and_ticket(context, made["key_id"], made["signal_id"])


def _order_and_ticket(context: Context, key_id: str, signal_id: str) -> dict[str, str]:
    with context.db.transaction() as session:
        key = session.scalars(select(ExchangeKey).where(ExchangeKey.id == key_id)).one()
        order = Order(
            account_id=key.account_id,
            key_id=key.id,
            origin="signal",
            origin_id=signal_id,
            leg="entry",
            purpose=Purpose.entry,
            symbol="BTC/USDT",
            market_type=MarketType.spot,
            side=Side.buy,
            type=OrderType.market,
            client_id="mine",
            status=OrderStatus.open,
        )
        ticket = Ticket(
            account_id=key.account_id,
            key_id=key.id,
            kind="foreign_order",
            subject="1",
            summary="An order that is not ours.",
            evidence={},
        )
        waits = QueueEntry(
            account_id=key.account_id,
            key_id=key.id,
            market_type=MarketType.spot,
            symbol="BTC/USDT",
            timeframe=15,
            side=PositionSide.long,
            entry_price=Decimal(1),
            request={},
        )
        session.add_all([order, ticket, waits])
        session.flush()
        return {"order_id": str(order.id), "ticket_id": str(ticket.id), "queue_id": str(waits.id)}


def test_another_account_finds_nothing_behind_any_id(
    client: TestClient, admin: Person, things: dict[str, str]
) -> None:
    stranger = sign_up(client)
    asked = 0
    for path, operations in client.get("/api/openapi.json").json()["paths"].items():
        names = [name for name in MINE if f"{{{name}}}" in path]
        if not names:
            continue
        url = path
        for name in names:
            url = url.replace(f"{{{name}}}", things[name])
        for decision in ("adopt", "close", "ignore") if "{decision}" in url else ("",):
            for method in operations:
                body = BODIES.get(path) if method in ("post", "put", "patch") else None
                answer = client.request(
                    method, url.replace("{decision}", decision), json=body, headers=stranger.headers
                )
                assert answer.status_code in (404, 422), (
                    f"{method} {path}: {answer.status_code} {answer.text}"
                )
                assert not any(thing in answer.text for thing in ("mine", "bot.py")), f"{method} {path}"
                asked += answer.status_code == 404
    assert asked >= 30


def test_another_account_sees_nothing_in_any_list(
    client: TestClient, admin: Person, things: dict[str, str]
) -> None:
    stranger = sign_up(client)
    for path, operations in client.get("/api/openapi.json").json()["paths"].items():
        if "get" in operations and "{" not in path and not path.startswith(("/api/health", "/api/auth")):
            answer = client.get(path, headers=stranger.headers)
            for name, thing in things.items():
                assert thing not in answer.text, f"{path} tells {name}"


def test_a_strategy_cannot_trade_on_another_accounts_key(
    client: TestClient, admin: Person, things: dict[str, str]
) -> None:
    stranger = sign_up(client)
    body = {"name": "mine", "market_type": "spot", "order_type": "market", "key_id": things["key_id"]}
    answer = client.post("/api/strategies", json=body, headers=stranger.headers)
    assert answer.status_code in (404, 422), answer.text
    created = client.post("/api/strategies", json={**body, "key_id": None}, headers=stranger.headers)
    changed = client.patch(
        f"/api/strategies/{created.json()['id']}",
        json={"key_id": things["key_id"]},
        headers=stranger.headers,
    )
    assert changed.status_code in (404, 422), changed.text
