"""Groups over HTTP, with the engine and a paper exchange behind them."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from dollarclub.core.context import Context
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.positions.rules.config import TakeProfitMode
from tests.support.orders_desk import Later, opened_desk
from tests.support.paper import PaperSite
from tests.support.people import Person, sign_up
from tests.support.position_floor import PLAN, Floor, read_catalogs

D = Decimal


@pytest.fixture
def floor(
    context: Context, admin: Person, exchange: PaperSite, factory: CcxtGatewayFactory, later: Later
) -> Iterator[Floor]:
    """The first account's own desk."""
    exchange.calm()
    exchange.price("50200")
    context.redis.flushdb()
    desk = opened_desk(context, exchange, factory, later, account_id=UUID(admin.id))
    read_catalogs(desk)
    yield Floor(desk)
    desk.close()


def ask(client: TestClient, person: Person, path: str) -> Any:
    answer = client.get(path, headers=person.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def tell(client: TestClient, person: Person, path: str, body: dict[str, Any] | None = None) -> Any:
    answer = client.post(path, json=body, headers=person.headers)
    assert answer.status_code == 202, answer.text
    return answer.json()


def test_a_group_is_listed_with_its_figures_and_shown_with_its_legs(
    client: TestClient, admin: Person, floor: Floor
) -> None:
    group_id = floor.open(floor.request())
    floor.hear()
    floor.price("49400")
    page = ask(client, admin, "/api/groups?status=open&symbol=btc")
    (shown,) = page["items"]
    assert (shown["id"], shown["legs"], shown["legs_filled"]) == (str(group_id), 3, 2)
    held = D(shown["figures"]["held"])
    assert held == floor.view(group_id).figures.held
    assert D(shown["resting"]) == pytest.approx(D(3000), abs=1)
    detail = ask(client, admin, f"/api/groups/{group_id}")
    (pyramid,) = detail["parts"]
    assert [leg["state"] for leg in pyramid["legs"]] == ["filled", "filled", "resting"]
    assert [leg["target"] for leg in pyramid["legs"]] == ["50500", "49995", "49490"]
    assert sum(D(leg["held"]) for leg in pyramid["legs"]) == held
    assert {order["leg"] for order in detail["orders"]} == {"entry", "tp1"}
    assert len(detail["fills"]) >= 2
    assert ask(client, admin, "/api/groups?status=closed")["total"] == 0


def test_a_person_closes_takes_back_and_takes_over(client: TestClient, admin: Person, floor: Floor) -> None:
    group_id = floor.open(floor.request())
    floor.hear()
    floor.price("49400")
    path = f"/api/groups/{group_id}"
    first, second, third = ask(client, admin, path)["parts"][0]["legs"]
    tell(client, admin, f"{path}/legs/{third['id']}/cancel")
    tell(client, admin, f"{path}/legs/{first['id']}/close")
    floor.hear()
    states = [leg["state"] for leg in ask(client, admin, path)["parts"][0]["legs"]]
    assert states == ["taken", "filled", "cancelled"]
    assert [D(order["price"]) for order in floor.resting()] == [D(second["target"])]
    tell(client, admin, f"{path}/manual", {"on": True})
    assert ask(client, admin, path)["is_manual"]
    assert tell(client, admin, f"{path}/close", {"reason": "enough"})["changed"]
    assert not tell(client, admin, f"{path}/close", {"reason": "again"})["changed"]
    floor.ends(group_id)
    closed = ask(client, admin, path)
    assert (closed["status"], closed["close_reason"], closed["close_note"]) == ("closed", "manual", "enough")
    refused = client.post(f"{path}/legs/{second['id']}/close", headers=admin.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "closing")


def test_one_pyramid_is_closed_while_the_other_goes_on(
    client: TestClient, admin: Person, floor: Floor
) -> None:
    plan = replace(PLAN, tp_mode=TakeProfitMode.pyramid_aggregate, tp_percent=D(3))
    group_id = floor.open(floor.request(), plan)
    floor.add(group_id, replace(floor.request(price=D(49_000)), timeframe=1), plan)
    floor.price("48900")
    path = f"/api/groups/{group_id}"
    first, second = ask(client, admin, path)["parts"]
    assert D(first["figures"]["held"]) > D(second["figures"]["held"]) > 0
    assert len(ask(client, admin, path)["targets"]) == 2
    tell(client, admin, f"{path}/pyramids/{first['id']}/close")
    floor.hear()
    one, other = ask(client, admin, path)["parts"]
    assert D(one["figures"]["held"]) < D("0.00001")
    assert other["figures"]["held"] == second["figures"]["held"]
    assert ask(client, admin, path)["status"] == "open"


def test_what_is_another_accounts_is_not_there(client: TestClient, admin: Person, floor: Floor) -> None:
    group_id = floor.open(floor.request())
    other = sign_up(client)
    leg = floor.view(group_id).legs[0].id
    pyramid = floor.view(group_id).pyramids[0].id
    path = f"/api/groups/{group_id}"
    assert client.get(path, headers=other.headers).status_code == 404
    for end in (
        "close",
        "manual",
        "sync",
        f"legs/{leg}/close",
        f"legs/{leg}/cancel",
        f"pyramids/{pyramid}/close",
    ):
        body = {"manual": {"on": True}, "close": {}}.get(end)
        assert client.post(f"{path}/{end}", json=body, headers=other.headers).status_code == 404, end
    assert ask(client, other, "/api/groups")["total"] == 0
