"""The whole configuration as one document: out, compared, in again, all or nothing."""

from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi.testclient import TestClient

from dollarclub.core.context import Context
from tests.support.people import Person, sign_up
from tests.support.pool_desk import PoolDesk
from tests.support.webhooks import Sender, sender_of


class Api:
    def __init__(self, client: TestClient, person: Person) -> None:
        self.client, self.person = client, person

    def ask(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.client.request(
            method, f"/api/configuration{path}", json=body, headers=self.person.headers
        )

    def export(self) -> dict[str, Any]:
        answer = self.ask("GET", "/export")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def diff(self, document: dict[str, Any]) -> dict[str, Any]:
        answer = self.ask("POST", "/diff", document)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def sender(client: TestClient, admin: Person) -> Sender:
    return sender_of(client, admin)


@pytest.fixture
def api(client: TestClient, admin: Person, context: Context, sender: Sender) -> Api:
    """An account with a key of either kind and one configuration."""
    PoolDesk(context, UUID(admin.id)).config()
    return Api(client, admin)


def test_a_document_taken_back_in_changes_nothing(api: Api) -> None:
    document = api.export()
    assert [each["name"] for each in document["strategies"]] == ["Default"]
    assert document["dca_configs"][0]["plan"]["capital"] == "1000"
    assert api.diff(document) | {"seen": ""} == {"changes": [], "errors": [], "seen": ""}
    assert api.ask("POST", "/import", {"document": document}).json() == []
    assert api.export() | {"exported_at": None} == document | {"exported_at": None}


def test_no_secret_leaves(api: Api, sender: Sender) -> None:
    text = api.ask("GET", "/export").text
    assert sender.secret not in text
    assert sender.token not in text


def test_what_is_shown_as_a_difference_is_what_is_done(api: Api) -> None:
    document = api.export()
    document["pool"]["max_groups"] = 3
    document["dca_configs"][0]["plan"]["capital"] = "2000"
    document["dca_configs"].append({"pair": "ETH/USDT", "plan": document["dca_configs"][0]["plan"]})
    key = {"label": "spot", "venue": "binance", "market_type": "spot", "environment": "paper"}
    new = {"name": "Scalper", "market_type": "spot", "order_type": "market", "mode": "grid", "key": key}
    document["strategies"].append(new)
    diff = api.diff(document)
    assert diff["errors"] == []
    told = [(each["section"], each["change"], each["field"], each["after"]) for each in diff["changes"]]
    assert told[:2] == [
        ("pool", "changed", "max_groups", 3),
        ("dca_configs", "changed", "plan.capital", "2000"),
    ]
    assert [each[:2] for each in told[2:]] == [("dca_configs", "added"), ("strategies", "added")]
    done = api.ask("POST", "/import", {"document": document, "seen": diff["seen"]})
    assert done.json() == diff["changes"]
    after = api.export()
    assert api.diff(document)["changes"] == []
    assert after["pool"]["max_groups"] == 3
    scalper = next(each for each in after["strategies"] if each["name"] == "Scalper")
    assert (scalper["mode"], scalper["key"]) == ("grid", key)


def test_a_section_that_is_not_there_stays_and_strategies_are_never_taken_away(api: Api) -> None:
    assert api.diff({"dca_configs": [], "strategies": []})["changes"][0]["change"] == "removed"
    assert api.ask("POST", "/import", {"document": {"dca_configs": [], "strategies": []}}).status_code == 200
    after = api.export()
    assert (after["dca_configs"], len(after["strategies"])) == ([], 1)


def test_an_import_is_whole_or_not_at_all(api: Api) -> None:
    document = api.export()
    document["pool"]["max_groups"] = 3
    document["strategies"][0]["key"] = {
        "label": "elsewhere",
        "venue": "binance",
        "market_type": "spot",
        "environment": "live",
    }
    document["dca_configs"][0]["plan"]["levels"][0]["weight"] = "1"
    answer = api.ask("POST", "/import", {"document": document})
    assert (answer.status_code, answer.json()["code"]) == (422, "configuration_invalid")
    assert [each["field"] for each in answer.json()["errors"]] == [
        "dca_configs.0.plan.levels",
        "strategies.0.key",
    ]
    assert api.export()["pool"]["max_groups"] == 10


def test_an_import_of_what_was_compared_before_a_change_is_refused(api: Api) -> None:
    document = api.export()
    document["pool"]["max_groups"] = 3
    seen = api.diff(document)["seen"]
    assert api.ask("POST", "/import", {"document": {"pool": {"max_groups": 5}}}).status_code == 200
    stale = api.ask("POST", "/import", {"document": document, "seen": seen})
    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
    assert api.export()["pool"]["max_groups"] == 5


@pytest.mark.parametrize(
    "document", [{"format": "other"}, {"version": 2}, {"pool": {"max_groups": 0}}, {"surprise": 1}]
)
def test_what_is_no_document_is_refused(api: Api, document: dict[str, Any]) -> None:
    assert api.ask("POST", "/diff", document).status_code == 422
    assert api.ask("POST", "/import", {"document": document}).status_code == 422


def test_every_version_is_kept_with_its_author_and_a_reset_is_one(api: Api) -> None:
    api.ask("POST", "/import", {"document": {"pool": {"max_groups": 5}}})
    assert api.ask("POST", "/reset", {"section": "pool"}).status_code == 204
    assert api.export()["pool"]["max_groups"] == 10
    versions = api.ask("GET", "/history?section=pool").json()
    assert [(each["version"], each["note"]) for each in versions["items"]] == [
        (2, "Reset."),
        (1, "Imported."),
    ]
    assert versions["total"] == 2
    assert {each["author_id"] for each in versions["items"]} == {api.person.id}
    assert api.ask("GET", "/history?section=pool&limit=1&offset=1").json()["items"][0]["version"] == 1


def test_another_account_exports_its_own(api: Api, client: TestClient) -> None:
    stranger = Api(client, sign_up(client))
    assert stranger.export()["dca_configs"] == []
    assert stranger.ask("GET", "/history?section=pool").json()["items"] == []
