"""Configurations over HTTP: making, changing, refusing, and trying out what one would do."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from dollarclub.core.context import Context
from tests.support.people import Person, sign_up
from tests.support.pool_desk import PoolDesk

LEVELS = [
    {"gap": gap, "weight": "20", "take_profit": profit}
    for gap, profit in (("0", "1"), ("-0.5", "0.5"), ("-1", "2"), ("-1.5", "1.5"), ("-2", "1"))
]
PLAN = {"levels": LEVELS, "capital": "1000"}
WHERE = {
    "venue": "binance",
    "environment": "paper",
    "market_type": "spot",
    "symbol": "BTC/USDT",
    "price": "96347.55",
}


class Configs:
    def __init__(self, client: TestClient, person: Person) -> None:
        self.client, self.person = client, person

    def ask(self, method: str, path: str = "", body: Any = None) -> httpx.Response:
        return self.client.request(method, f"/api/dca-configs{path}", json=body, headers=self.person.headers)

    def made(self, **members: Any) -> dict[str, Any]:
        answer = self.ask("POST", "", {"plan": PLAN, **members})
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def preview(self, plan: dict[str, Any], **members: Any) -> httpx.Response:
        return self.ask("POST", "/preview", {"plan": plan, **WHERE, **members})


@pytest.fixture
def configs(client: TestClient, admin: Person) -> Configs:
    return Configs(client, admin)


@pytest.fixture
def desk(context: Context, admin: Person) -> PoolDesk:
    return PoolDesk(context, UUID(admin.id))


def test_a_configuration_is_kept_as_it_was_given(configs: Configs) -> None:
    made = configs.made(pair="btc/usdt", timeframe=15)
    assert (made["pair"], made["timeframe"], made["key_id"], made["version"]) == ("BTC/USDT", 15, None, 1)
    assert made["plan"]["levels"] == LEVELS
    assert made["plan"]["tp_mode"] == "per_leg"
    assert configs.ask("GET", f"/{made['id']}").json() == made
    assert configs.ask("GET").json()["items"] == [made]


def test_one_for_each_pair_timeframe_and_key(configs: Configs, desk: PoolDesk) -> None:
    configs.made()
    again = configs.ask("POST", "", {"plan": PLAN})
    assert (again.status_code, again.json()["code"]) == (409, "duplicate_scope")
    configs.made(timeframe=15)
    other = configs.made(key_id=str(next(iter(desk.keys.values()))))
    moved = configs.ask("PUT", f"/{other['id']}", {"plan": PLAN, "version": 1})
    assert (moved.status_code, moved.json()["code"]) == (409, "duplicate_scope")
    assert configs.ask("GET").json()["total"] == 3


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"levels": [{"gap": "0", "weight": "90", "take_profit": "1"}]}, "plan.levels"),
        ({"levels": [{"gap": "1", "weight": "100", "take_profit": "1"}]}, "plan.levels.0.gap"),
        ({"levels": [{"gap": "0", "weight": "100"}]}, "plan.levels.0.take_profit"),
        ({"levels": LEVELS, "tp_mode": "aggregate"}, "plan.tp_percent"),
    ],
)
def test_what_cannot_be_traded_is_refused_by_its_field(
    configs: Configs, plan: dict[str, Any], field: str
) -> None:
    answer = configs.ask("POST", "", {"plan": plan})
    assert (answer.status_code, answer.json()["code"]) == (422, "plan_invalid")
    assert field in [each["field"] for each in answer.json()["errors"]]


@pytest.mark.parametrize(
    "body",
    [
        {"plan": {"levels": []}},
        {"plan": {"levels": [{"gap": 0.5, "weight": "100"}]}},
        {"plan": PLAN, "pair": "BTCUSDT"},
        {"plan": PLAN, "timeframe": 0},
        {"plan": {**PLAN, "surprise": 1}},
    ],
)
def test_what_is_no_configuration_is_refused(configs: Configs, body: dict[str, Any]) -> None:
    assert configs.ask("POST", "", body).status_code == 422


def test_changes_are_counted_and_audited(configs: Configs, context: Context) -> None:
    made = configs.made()
    body = {"plan": {**PLAN, "capital": "2000"}, "enabled": False, "version": 1}
    changed = configs.ask("PUT", f"/{made['id']}", body).json()
    assert (changed["version"], changed["enabled"], changed["plan"]["capital"]) == (2, False, "2000")
    stale = configs.ask("PUT", f"/{made['id']}", body)
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
    assert configs.ask("DELETE", f"/{made['id']}").status_code == 204
    assert configs.ask("GET", f"/{made['id']}").status_code == 404
    with context.db.transaction() as session:
        rows = session.execute(text("SELECT action, before, after FROM audit_entries ORDER BY at")).all()
    assert [row.action for row in rows] == [
        "dca_config.created",
        "dca_config.changed",
        "dca_config.deleted",
    ]
    assert (rows[1].before["plan"]["capital"], rows[1].after["plan"]["capital"]) == ("1000", "2000")


def test_another_account_sees_none_of_it(configs: Configs, client: TestClient) -> None:
    made = configs.made()
    stranger = Configs(client, sign_up(client))
    path = f"/{made['id']}"
    assert stranger.ask("GET", path).status_code == 404
    assert stranger.ask("PUT", path, {"plan": PLAN, "version": 1}).status_code == 404
    assert stranger.ask("DELETE", path).status_code == 404
    assert stranger.ask("GET").json()["items"] == []
    assert stranger.ask("POST", "", {"plan": PLAN, "key_id": str(uuid4())}).status_code == 404


def test_a_preview_tells_the_legs_to_the_last_digit(configs: Configs, desk: PoolDesk) -> None:
    seen = configs.preview({**PLAN, "tp_mode": "aggregate", "tp_percent": "1.2"}).json()
    assert [leg["price"] for leg in seen["legs"]] == [
        "96347.55",
        "95865.81",
        "95384.07",
        "94902.33",
        "94420.59",
    ]
    assert [leg["target"] for leg in seen["legs"]] == [
        "97311.03",
        "96345.14",
        "97291.76",
        "96325.87",
        "95364.8",
    ]
    assert (seen["cost"], seen["dust"]) == ("996.7153575", "3.2846425")
    assert Decimal(seen["target"]).quantize(Decimal("0.0001")) == Decimal("96524.0136")


def test_a_preview_tells_what_is_too_small_and_what_would_do(configs: Configs, desk: PoolDesk) -> None:
    seen = configs.preview({"levels": LEVELS}, capital="20").json()
    assert seen["legs"] == []
    assert [short["leg"] for short in seen["shortfalls"]] == [0, 1, 2, 3, 4]
    works = configs.preview({"levels": LEVELS}, capital=seen["least_capital"]).json()
    assert len(works["legs"]) == 5


def test_a_preview_tells_the_flaws_of_what_is_being_edited(configs: Configs, desk: PoolDesk) -> None:
    seen = configs.preview({"levels": [{"gap": "0", "weight": "50", "take_profit": "1"}]}).json()
    assert {flaw["field"] for flaw in seen["flaws"]} == {"levels", "capital"}


def test_a_preview_needs_a_market_and_spot_has_no_shorts(configs: Configs, desk: PoolDesk) -> None:
    assert configs.preview(PLAN, symbol="NOPE/USDT").status_code == 404
    answer = configs.preview(PLAN, side="short")
    assert (answer.status_code, answer.json()["code"]) == (422, "short_not_supported")
