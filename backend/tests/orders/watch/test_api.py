"""Balances, tickets and the kill switch over HTTP; each account sees its own only."""

from uuid import UUID

from fastapi.testclient import TestClient

from dollarclub.core.context import Context
from dollarclub.orders.models import KeyWatch, Ticket
from dollarclub.orders.repository.halts import HaltRepository
from dollarclub.orders.repository.tickets import Finding
from dollarclub.orders.service import tickets
from dollarclub.vault.models import ExchangeKey
from dollarclub.vault.queries import tradable_keys
from tests.support.orders_desk import Desk
from tests.support.people import Person, sign_up


def ticket_of(desk: Desk) -> str:
    finding = Finding("foreign_order", "7", "BTC/USDT", "One too many.", {"book": None, "exchange": {}})
    with desk.context.db.transaction() as session:
        key = tradable_keys(session)[0]
        tickets.report(session, account_id=key.account_id, key_id=key.id, findings=[finding], complete=())
        return str(session.query(Ticket).one().id)


def own(context: Context, desk: Desk, person: Person) -> None:
    """The desk becomes this person's."""
    with context.db.transaction() as session:
        for key_id in desk.keys.values():
            watch = session.get(KeyWatch, key_id)
            assert watch is not None
            watch.account_id = UUID(person.id)
            key = session.get(ExchangeKey, key_id)
            assert key is not None
            key.account_id = UUID(person.id)


def test_everybody_sees_and_decides_only_their_own(
    client: TestClient, admin: Person, context: Context, desk: Desk
) -> None:
    other = sign_up(client)
    own(context, desk, other)
    ticket = ticket_of(desk)
    (balances, _) = client.get("/api/balances", headers=other.headers).json()
    assert balances["opened_at"] is not None
    assert client.get("/api/balances", headers=admin.headers).json() == []
    refresh = f"/api/balances/{balances['key_id']}/refresh"
    assert client.post(refresh, headers=admin.headers).status_code == 404
    assert client.post(refresh, headers=other.headers).status_code == 202

    assert client.get("/api/tickets", headers=admin.headers).json()["total"] == 0
    assert client.post(f"/api/tickets/{ticket}/ignore", headers=admin.headers).status_code == 404
    (shown,) = client.get("/api/tickets?status=open", headers=other.headers).json()["items"]
    assert (shown["id"], shown["kind"], shown["requested"]) == (ticket, "foreign_order", None)
    wished = client.post(f"/api/tickets/{ticket}/close", headers=other.headers)
    assert (wished.status_code, wished.json()["requested"]) == (202, "close")
    again = client.post(f"/api/tickets/{ticket}/adopt", headers=other.headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")


def test_the_switch_is_thrown_seen_and_lifted(
    client: TestClient, admin: Person, context: Context, desk: Desk
) -> None:
    other = sign_up(client)
    own(context, desk, other)
    state = client.get("/api/halt", headers=other.headers).json()
    assert (state["account"], state["installation"]) == (None, None)
    assert state["preview"] == {"resting_orders": 0, "positions": []}
    engaged = client.post("/api/halt", headers=other.headers, json={"flatten": True, "reason": "drill"})
    assert engaged.status_code == 201, engaged.text
    assert engaged.json()["scope"] == "account"
    assert client.post("/api/halt", headers=other.headers, json={}).status_code == 409
    assert client.get("/api/halt", headers=admin.headers).json()["account"] is None
    assert client.post("/api/halt/lift", headers=admin.headers, json={}).status_code == 409
    lifted = client.post("/api/halt/lift", headers=other.headers, json={"scope": "account"})
    assert lifted.json()["lifted_at"] is not None
    (past,) = client.get("/api/halts", headers=other.headers).json()["items"]
    assert past["id"] == engaged.json()["id"]


def test_only_an_administrator_halts_everybody(
    client: TestClient, admin: Person, context: Context, desk: Desk
) -> None:
    other = sign_up(client)
    body = {"scope": "installation", "reason": "drill"}
    assert client.post("/api/halt", headers=other.headers, json=body).status_code == 403
    assert client.post("/api/halt", headers=admin.headers, json=body).status_code == 201
    assert client.get("/api/halt", headers=other.headers).json()["installation"]["scope"] == "installation"
    with context.db.transaction() as session:
        assert HaltRepository(session).is_active(UUID(other.id))
    lift = {"scope": "installation"}
    assert client.post("/api/halt/lift", headers=other.headers, json=lift).status_code == 403
    assert client.post("/api/halt/lift", headers=admin.headers, json=lift).status_code == 200
