"""What waits is opened as slots become free: by rank, by hand, or not any more."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient

from dollarclub.pool.queries import watched
from tests.support.people import Person, sign_up
from tests.support.pool_desk import PLAN, PoolDesk

D = Decimal


@pytest.fixture
def full(desk: PoolDesk) -> PoolDesk:
    """One slot, taken by BTC; ETH, SOL and XRP wait in this order."""
    desk.config()
    desk.market("ETH", "SOL", "XRP")
    desk.set(max_groups=1)
    for base in ("BTC", "ETH", "SOL", "XRP"):
        desk.admit(desk.request(base))
    return desk


class Api:
    """What the account's owner asks."""

    def __init__(self, client: TestClient, person: Person) -> None:
        self.client, self.person = client, person

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.client.request(method, f"/api{path}", json=body, headers=self.person.headers)

    def queue(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.ask("GET", "/queue").json()["items"]
        return items

    def order(self) -> list[str]:
        return [each["symbol"].split("/")[0] for each in self.queue()]

    def id_of(self, base: str) -> str:
        return str(next(each["id"] for each in self.queue() if each["symbol"].startswith(base)))


@pytest.fixture
def api(client: TestClient, admin: Person) -> Api:
    return Api(client, admin)


def test_the_deepest_loss_is_opened_when_a_slot_becomes_free(full: PoolDesk, api: Api) -> None:
    full.price("49000", "SOL")
    full.price("51000", "XRP")
    assert api.order() == ["SOL", "ETH", "XRP"]
    first = api.queue()[0]
    assert (first["place"], first["loss_percent"], first["last"]) == (1, "-2", "49000")
    assert "loss −2 %" in first["explanation"].lower()
    full.close(full.groups()[0].id)
    full.promote()
    assert full.states() == {"ETH": "queued", "SOL": "promoted", "XRP": "queued"}
    [group] = full.groups()
    assert group.symbol == "SOL/USDT"
    promoted = next(row for row in full.queue() if row.group_id is not None)
    assert promoted.group_id == group.id


def test_more_slots_open_more_at_once(full: PoolDesk) -> None:
    full.set(max_groups=3)
    full.promote()
    assert full.states() == {"ETH": "promoted", "SOL": "promoted", "XRP": "queued"}


def test_nothing_is_promoted_while_the_pool_is_full(full: PoolDesk) -> None:
    full.execute("UPDATE pools SET due_at = now()")
    full.promote()
    assert set(full.states().values()) == {"queued"}


def test_what_waited_for_too_long_or_ran_away_is_dropped_with_the_reason(full: PoolDesk) -> None:
    full.execute("UPDATE queue_entries SET expires_at = now() WHERE symbol = 'ETH/USDT'")
    full.price("60000", "SOL")
    full.execute("UPDATE pools SET due_at = now()")
    full.promote()
    assert full.states() == {"ETH": "expired", "SOL": "rejected", "XRP": "queued"}
    assert "20.00 %" in next(row.reason for row in full.queue() if row.symbol == "SOL/USDT")


def test_what_can_no_longer_be_opened_is_rejected_and_the_next_one_has_its_turn(full: PoolDesk) -> None:
    full.set(priority=["first_in"])
    full.execute("DELETE FROM dca_configs")
    full.config(pair="SOL/USDT")
    full.close(full.groups()[0].id)
    full.promote()
    assert full.states() == {"ETH": "rejected", "SOL": "promoted", "XRP": "queued"}
    assert "No configuration" in full.queue()[0].reason


def test_a_pyramid_that_had_to_wait_adds_to_its_position(desk: PoolDesk) -> None:
    desk.config()
    desk.set(max_groups=1, pyramids_bypass=False)
    group = desk.admit(desk.request(bar=1)).group_id
    desk.admit(desk.request(bar=2))
    desk.set(pyramids_bypass=True)
    desk.promote()
    [row] = desk.queue()
    assert (row.status, row.group_id) == ("promoted", group)


def test_a_newer_entry_that_is_opened_directly_ends_the_one_that_waits(full: PoolDesk) -> None:
    full.execute("UPDATE position_groups SET status = 'closed'")
    assert full.code(full.request("ETH", bar=5)) == "position_opened"
    assert full.states()["ETH"] == "cancelled"


def test_promoting_by_hand_needs_a_slot_and_forcing_does_not(full: PoolDesk, api: Api) -> None:
    chosen = api.id_of("XRP")
    refused = api.ask("POST", f"/queue/{chosen}/promote")
    assert (refused.status_code, refused.json()["code"]) == (409, "pool_full")
    forced = api.ask("POST", f"/queue/{chosen}/force")
    assert (forced.status_code, forced.json()["status"]) == (200, "promoted")
    assert [group.symbol for group in full.groups()] == ["BTC/USDT", "XRP/USDT"]
    assert api.ask("GET", "/pool").json() == {"used": 2, "limit": 1, "waiting": 2}
    again = api.ask("POST", f"/queue/{chosen}/force")
    assert (again.status_code, again.json()["code"]) == (409, "not_queued")


def test_promoting_by_hand_with_a_slot(full: PoolDesk, api: Api) -> None:
    full.execute("UPDATE position_groups SET status = 'closed'")
    assert api.ask("POST", f"/queue/{api.id_of('SOL')}/promote").json()["status"] == "promoted"


def test_what_is_moved_by_hand_comes_first(full: PoolDesk, api: Api) -> None:
    moved = {"ids": [api.id_of("XRP"), api.id_of("SOL")]}
    assert api.ask("POST", "/queue/reorder", moved).status_code == 204
    assert api.order() == ["XRP", "SOL", "ETH"]
    assert "by hand" in api.queue()[0]["explanation"]
    assert api.ask("POST", "/queue/reorder", {"ids": []}).status_code == 204
    assert api.order() == ["ETH", "SOL", "XRP"]
    assert api.ask("POST", "/queue/reorder", {"ids": [str(uuid4())]}).status_code == 404


def test_what_is_removed_is_history(full: PoolDesk, api: Api) -> None:
    chosen = api.id_of("SOL")
    assert api.ask("POST", f"/queue/{chosen}/remove").json()["status"] == "cancelled"
    assert api.order() == ["ETH", "XRP"]
    [told] = api.ask("GET", "/queue/history").json()["items"]
    assert (told["id"], told["reason"]) == (chosen, "Removed by hand.")


def test_another_account_has_no_part_in_a_queue(full: PoolDesk, api: Api, client: TestClient) -> None:
    stranger = Api(client, sign_up(client))
    chosen = api.id_of("ETH")
    assert stranger.queue() == []
    for action in ("promote", "force", "remove"):
        assert stranger.ask("POST", f"/queue/{chosen}/{action}").status_code == 404
    assert stranger.ask("POST", "/queue/reorder", {"ids": [chosen]}).status_code == 404
    assert stranger.ask("GET", f"/queue/{chosen}").status_code == 404


def test_settings_are_versioned_and_in_force_at_once(full: PoolDesk, api: Api) -> None:
    seen = api.ask("GET", "/pool/settings").json()
    changed = {**seen, "settings": {**seen["settings"], "max_groups": 2}}
    assert api.ask("PUT", "/pool/settings", changed).json()["version"] == seen["version"] + 1
    stale = api.ask("PUT", "/pool/settings", changed)
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
    full.promote()
    assert len(full.groups()) == 2


@pytest.mark.parametrize(
    "flawed",
    [{"max_groups": 0}, {"priority": []}, {"priority": ["first_in", "first_in"]}, {"max_drift_percent": 1.5}],
)
def test_settings_that_make_no_sense_are_refused(api: Api, flawed: dict[str, Any]) -> None:
    answer = api.ask("PUT", "/pool/settings", {"version": 0, "settings": flawed})
    assert answer.status_code == 422, answer.text


def test_the_order_of_the_rules_decides(full: PoolDesk, api: Api) -> None:
    full.config(replace(PLAN, capital=D(5000)), pair="XRP/USDT")
    full.price("49000", "SOL")
    full.set(priority=["highest_expected_profit", "deepest_loss"])
    assert api.order() == ["XRP", "SOL", "ETH"]
    assert api.queue()[0]["expected_profit"] == "75"


def test_the_markets_of_what_waits_are_watched(full: PoolDesk) -> None:
    with full.context.db.transaction() as session:
        assert {symbol for _, symbol in watched(session)} == {"ETH/USDT", "SOL/USDT", "XRP/USDT"}
    full.execute("UPDATE queue_entries SET status = 'cancelled'")
    with full.context.db.transaction() as session:
        assert watched(session) == frozenset()


def test_while_trading_is_halted_nothing_is_opened_not_even_by_force(full: PoolDesk, api: Api) -> None:
    halt = {"scope": "account", "flatten": False, "reason": "drill"}
    assert api.ask("POST", "/halt", halt).status_code == 201
    full.close(full.groups()[0].id)
    full.promote()
    assert set(full.states().values()) == {"queued"}
    forced = api.ask("POST", f"/queue/{api.id_of('ETH')}/force")
    assert (forced.status_code, forced.json()["code"]) == (409, "halted")
    assert full.code(full.request("BTC", bar=9)) == "halted"
    assert api.ask("POST", "/halt/lift", {"scope": "account"}).status_code == 200
    full.execute("UPDATE pools SET due_at = now()")
    full.promote()
    assert "promoted" in full.states().values()
