"""Analytics over HTTP: figures of closed groups, spans, purses, the file, and other people's groups."""

import csv
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from dollarclub.core.context import Context
from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.ledger import figures
from dollarclub.positions.rules.result import result_of
from dollarclub.positions.rules.states import CloseReason
from tests.support.closed_groups import closed_group
from tests.support.people import Person, sign_up
from tests.support.pool_desk import PoolDesk

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def desk(context: Context, admin: Person) -> PoolDesk:
    return PoolDesk(context, UUID(admin.id))


def closed(desk: PoolDesk, hours: int, realised: str, **changes: Any) -> UUID:
    key_id = desk.keys[changes.get("market_type", MarketType.spot)]
    with desk.context.db.transaction() as session:
        return closed_group(
            session, desk.account_id, key_id, MONDAY + timedelta(hours=hours), realised, **changes
        )


def five(desk: PoolDesk) -> None:
    """The worked results, over two days, two pairs, two sides and two timeframes."""
    closed(desk, 0, "10")
    closed(desk, 1, "-4", symbol="ETH/USDT")
    closed(desk, 2, "6", timeframe=240)
    closed(desk, 24, "-8", side=PositionSide.short, market_type=MarketType.usdm, symbol="BTC/USDT:USDT")
    closed(desk, 25, "12")


def asked(client: TestClient, person: Person, **params: Any) -> dict[str, Any]:
    answer = client.get("/api/analytics", headers=person.headers, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_nothing_was_traded_yet(client: TestClient, admin: Person) -> None:
    found = asked(client, admin)
    assert (found["purses"], found["purse"], found["curve"]) == ([], None, [])
    assert found["ratios"]["trades"] == 0
    assert found["ratios"]["sharpe"] is None


def test_the_worked_figures(client: TestClient, admin: Person, desk: PoolDesk) -> None:
    five(desk)
    found = asked(client, admin)
    assert found["purses"] == [{"purse": "paper:USD", "trades": 5, "realised": "16"}]
    ratios = found["ratios"]
    assert (ratios["total"], ratios["win_rate"], ratios["average_loss"]) == ("16", "60", "6")
    assert (ratios["profit_factor"], ratios["payoff"]) == ("2.33333333", "1.55555556")
    assert (ratios["sharpe"], ratios["sortino"], ratios["expectancy"]) == ("0.40718928", "0.8", "3.2")
    assert [point["equity"] for point in found["curve"]] == ["10", "6", "12", "4", "16"]
    assert (found["drawdown"]["deepest"], found["drawdown"]["current"]) == ("8", "0")
    assert found["returns"]["total"] == "16"
    assert found["average_held_seconds"] == "7200"
    assert (found["fees"], found["volume"]) == ("0", "1032")


def test_breakdowns(client: TestClient, admin: Person, desk: PoolDesk) -> None:
    five(desk)
    found = asked(client, admin)
    totals = {
        name: {part["name"]: part["ratios"]["total"] for part in found[name]}
        for name in ("by_pair", "by_timeframe", "by_strategy", "by_weekday", "by_side")
    }
    assert totals == {
        "by_pair": {"BTC/USDT": "28", "ETH/USDT": "-4", "BTC/USDT:USDT": "-8"},
        "by_timeframe": {"15m": "10", "4h": "6"},
        "by_strategy": {"No strategy": "16"},
        "by_weekday": {"Monday": "12", "Tuesday": "4"},
        "by_side": {"long": "24", "short": "-8"},
    }
    cells = {(cell["symbol"], cell["timeframe"]): (cell["trades"], cell["total"]) for cell in found["heat"]}
    assert cells["BTC/USDT", 15] == (2, "22")
    assert cells["BTC/USDT", 240] == (1, "6")
    assert sum(each["count"] for each in found["histogram"]) == 5
    assert [each["realised"] for each in found["best"]] == ["12", "10", "6", "-4", "-8"]
    assert found["worst"][0]["realised"] == "-8"
    assert [(each["day"], each["net"], each["best"]) for each in found["days"]] == [
        ("2026-03-03", "4", "BTC/USDT"),
        ("2026-03-02", "12", "BTC/USDT"),
    ]


def test_a_strategy_is_called_by_its_name(client: TestClient, admin: Person, desk: PoolDesk) -> None:
    body = {"name": "Breakout", "market_type": "spot", "order_type": "market"}
    made = client.post("/api/strategies", headers=admin.headers, json=body).json()["id"]
    closed(desk, 0, "5", strategy_id=UUID(made))
    (part,) = asked(client, admin)["by_strategy"]
    assert (part["key"], part["name"], part["ratios"]["total"]) == (made, "Breakout", "5")


def test_spans_keys_and_what_never_filled(client: TestClient, admin: Person, desk: PoolDesk) -> None:
    five(desk)
    empty = result_of(figures(PositionSide.long, ()))
    closed(desk, 3, "0", result=empty, close_reason=CloseReason.never_filled)
    since, until = (MONDAY + timedelta(hours=1)).isoformat(), (MONDAY + timedelta(hours=25)).isoformat()
    found = asked(client, admin, since=since, until=until)
    assert [point["equity"] for point in found["curve"]] == ["-4", "2", "-6"]
    futures = asked(client, admin, key_id=str(desk.keys[MarketType.usdm]))
    assert futures["ratios"]["total"] == "-8"
    turned = client.get("/api/analytics", headers=admin.headers, params={"since": until, "until": since})
    assert (turned.status_code, turned.json()["code"]) == (422, "empty_span")


def test_money_of_different_kinds_is_never_added_up(
    client: TestClient, admin: Person, desk: PoolDesk
) -> None:
    closed(desk, 0, "10")
    closed(desk, 1, "20")
    closed(desk, 2, "1", environment=Environment.live)
    closed(desk, 3, "0.5", symbol="ETH/BTC")
    found = asked(client, admin)
    assert [each["purse"] for each in found["purses"]] == ["live:USD", "paper:USD", "paper:BTC"]
    assert (found["purse"], found["ratios"]["total"]) == ("live:USD", "1")
    assert asked(client, admin, purse="paper:BTC")["ratios"]["total"] == "0.5"
    wrong = client.get("/api/analytics", headers=admin.headers, params={"purse": "USD"})
    assert wrong.status_code == 422


def test_the_file_holds_every_closed_group(client: TestClient, admin: Person, desk: PoolDesk) -> None:
    body = {"name": "=HYPERLINK(1)", "market_type": "spot", "order_type": "market"}
    made = client.post("/api/strategies", headers=admin.headers, json=body).json()["id"]
    five(desk)
    closed(desk, 30, "-2.5", strategy_id=UUID(made))
    answer = client.get("/api/analytics/trades.csv", headers=admin.headers)
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(answer.text.splitlines()))
    assert [row["realised"] for row in rows] == ["10", "-4", "6", "-8", "12", "-2.5"]
    assert sum(Decimal(row["realised"]) for row in rows) == Decimal("13.5")
    assert rows[-1]["strategy"] == "'=HYPERLINK(1)"
    assert (rows[3]["side"], rows[3]["symbol"], rows[2]["timeframe"]) == ("short", "BTC/USDT:USDT", "4h")


def test_nobody_sees_others_figures(client: TestClient, admin: Person, desk: PoolDesk) -> None:
    five(desk)
    other = sign_up(client)
    assert asked(client, other)["purses"] == []
    assert asked(client, other, key_id=str(desk.keys[MarketType.spot]))["ratios"]["trades"] == 0
    file = client.get("/api/analytics/trades.csv", headers=other.headers).text
    assert len(file.splitlines()) == 1
    overview = client.get("/api/overview/trading", headers=other.headers).json()
    assert (overview["groups"], overview["purses"], overview["keys"]) == (0, [], [])
    for path in ("/api/analytics", "/api/analytics/trades.csv", "/api/overview/trading"):
        assert client.get(path).status_code == 401


def test_the_overview_tells_what_waits_and_what_stops(
    client: TestClient, admin: Person, desk: PoolDesk
) -> None:
    desk.market("ETH", "BNB")
    desk.config()
    desk.set(max_groups=1)
    assert desk.code(desk.request("BTC")) == "position_opened"
    assert desk.code(desk.request("ETH")) == "queued"
    closed(desk, 0, "10")
    client.post("/api/risk/stop", headers=admin.headers, json={"reason": "Holiday"})
    found = client.get("/api/overview/trading", headers=admin.headers).json()
    assert found["pool"] == {"used": 1, "limit": 1, "waiting": 1}
    assert (found["engine"]["state"], found["halted"]) == ("stopped", False)
    (purse,) = found["purses"]
    assert (purse["realised"], purse["unrealised"], purse["total"]) == ("10", "0", "10")
    (pair,) = found["allocation"]
    assert (pair["symbol"], pair["percent"], pair["invested"]) == ("BTC/USDT", "100", "0")
    assert pair["resting"] == purse["resting"] != "0"
    assert [key["total"] for key in found["keys"]] == [None, None]
    assert found["last_webhook_at"] is None
