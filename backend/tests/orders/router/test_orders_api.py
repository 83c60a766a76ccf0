"""`/api/orders`, `/api/fills`, `/api/positions`, and what the push stream tells of orders."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from dollarclub.core.context import Context
from dollarclub.core.outbox import events_after
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.gateway import MarketType, OrderType, Side
from dollarclub.kit.ids import new_id
from dollarclub.orders.events import ORDER_CHANGED
from dollarclub.orders.queries.orders import describe_orders
from dollarclub.orders.rules.states import Purpose
from tests.support.orders_desk import SPOT, USDM, Desk, opened_desk
from tests.support.paper import PaperSite
from tests.support.people import Person, sign_up


@pytest.fixture
def mine(context: Context, exchange: PaperSite, factory: CcxtGatewayFactory, admin: Person) -> Iterator[Desk]:
    """A desk of the signed-in account: a filled buy on spot and on futures, and a resting one."""
    exchange.calm()
    exchange.price("50000")
    context.redis.flushdb()
    desk = opened_desk(context, exchange, factory, account_id=UUID(admin.id))
    book = new_id()
    desk.submit(desk.intent(book_id=book))
    desk.submit(desk.intent(MarketType.usdm, book_id=book))
    desk.submit(desk.intent(type=OrderType.limit, price=Decimal("45000.50"), leg="resting"))
    yield desk
    desk.close()


def _get(client: TestClient, person: Person, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/{path}", params=query, headers=person.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_orders_are_listed_newest_first_and_filtered(client: TestClient, admin: Person, mine: Desk) -> None:
    page = _get(client, admin, "orders")
    assert page["total"] == 3
    assert [order["leg"] for order in page["items"]] == ["resting", "entry", "entry"]
    resting, futures, spot = page["items"]
    assert (resting["price"], resting["amount"], resting["filled"]) == ("45000.5", "0.01", "0")
    assert (futures["symbol"], spot["symbol"]) == (USDM, SPOT)
    filters: list[tuple[dict[str, Any], int]] = [
        ({"status": ["open"]}, 1),
        ({"status": ["open", "filled"]}, 3),
        ({"status": ["unknown"]}, 0),
        ({"symbol": SPOT}, 2),
        ({"key_id": str(mine.keys[MarketType.usdm])}, 1),
        ({"origin_id": spot["origin_id"]}, 1),
        ({"since": resting["created_at"]}, 1),
        ({"until": resting["created_at"]}, 2),
        ({"limit": 1}, 3),
    ]
    for query, total in filters:
        assert _get(client, admin, "orders", **query)["total"] == total, query
    assert len(_get(client, admin, "orders", limit=1, offset=1)["items"]) == 1


def test_an_order_tells_its_story(client: TestClient, admin: Person, mine: Desk) -> None:
    spot = mine.orders()[0]
    told = _get(client, admin, f"orders/{spot.id}")
    assert told["client_id"] == spot.client_id
    assert told["status"] == "filled"
    assert told["answer"]["clientOrderId"] == spot.client_id
    assert sum(Decimal(fill["amount"]) for fill in told["fills"]) == Decimal("0.01")
    assert all(told[name] for name in ("created_at", "sent_at", "acknowledged_at", "filled_at", "settled_at"))
    assert told["steps"] == []


def test_fills_and_positions(client: TestClient, admin: Person, mine: Desk) -> None:
    fills = _get(client, admin, "fills")
    assert fills["total"] == len(mine.fills())
    one = _get(client, admin, "fills", order_id=str(mine.orders()[0].id))
    assert {fill["symbol"] for fill in one["items"]} == {SPOT}
    assert _get(client, admin, "fills", symbol=USDM, since="2100-01-01T00:00:00Z")["total"] == 0
    positions = {each["symbol"]: each for each in _get(client, admin, "positions")["items"]}
    assert positions[USDM]["amount"] == "0.01"
    spot = positions[SPOT]
    (fee,) = [each for each in spot["fees"] if each["asset"] == "BTC"]
    assert Decimal(spot["amount"]) == Decimal("0.01") - Decimal(fee["amount"])
    assert Decimal(49_000) < Decimal(spot["average_entry"]) < Decimal(51_000)
    # What is sold again is no longer held.
    mine.submit(
        mine.intent(
            MarketType.usdm,
            book_id=mine.orders()[0].book_id,
            leg="exit",
            side=Side.sell,
            purpose=Purpose.exit,
            reduce_only=True,
        )
    )
    assert [each["symbol"] for each in _get(client, admin, "positions")["items"]] == [SPOT]


def test_a_resting_order_is_cancelled_on_request(client: TestClient, admin: Person, mine: Desk) -> None:
    resting = mine.orders()[-1]
    answer = client.post(f"/api/orders/{resting.id}/cancel", headers=admin.headers)
    assert answer.status_code == 202
    assert answer.json()["cancel_requested_at"] is not None
    mine.settle()
    again = client.post(f"/api/orders/{resting.id}/cancel", headers=admin.headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_final")
    assert _get(client, admin, f"orders/{resting.id}")["status"] == "cancelled"


def test_nobody_sees_or_cancels_what_belongs_to_others(client: TestClient, mine: Desk) -> None:
    other = sign_up(client)
    resting = mine.orders()[-1]
    for path in ("orders", "fills", "positions"):
        assert _get(client, other, path)["total"] == 0
    key = str(mine.keys[MarketType.spot])
    assert _get(client, other, "orders", key_id=key, origin_id=str(resting.origin_id))["total"] == 0
    assert _get(client, other, "positions", key_id=key)["total"] == 0
    assert _get(client, other, "fills", order_id=str(mine.orders()[0].id))["total"] == 0
    assert client.get(f"/api/orders/{resting.id}", headers=other.headers).status_code == 404
    assert client.post(f"/api/orders/{resting.id}/cancel", headers=other.headers).status_code == 404
    assert client.get("/api/orders").status_code == 401


def test_followers_are_told_the_present_state_of_changed_orders(mine: Desk, admin: Person) -> None:
    account_id = UUID(admin.id)
    with mine.context.db.transaction() as session:
        rows = [row for row in events_after(session, account_id, 0, limit=100) if row.name == ORDER_CHANGED]
        told = describe_orders(session, account_id, rows)
        assert describe_orders(session, new_id(), rows) == {}
    assert {UUID(each["order"]["id"]) for each in told.values()} == {order.id for order in mine.orders()}
    assert told[max(told)]["order"]["status"] == "open"
