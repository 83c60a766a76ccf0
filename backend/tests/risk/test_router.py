"""Risk over HTTP: settings with versions, stop and start, the audit log, and other people's things."""

from uuid import uuid4

from fastapi.testclient import TestClient

from tests.support.people import Person


def test_settings_are_versioned_and_say_what_they_do(client: TestClient, admin: Person) -> None:
    first = client.get("/api/risk/settings", headers=admin.headers).json()
    assert first["version"] == 0
    assert first["settings"]["max_exposure"] == "10000"
    assert first["effects"]["max_exposure"] == "blocks entries"
    assert first["effects"]["loss_threshold_percent"] == "closes positions"
    changed = first["settings"] | {"max_exposure": "2500.50", "wait_minutes": 30}
    body = {"version": 0, "settings": changed, "note": "Smaller"}
    second = client.put("/api/risk/settings", headers=admin.headers, json=body)
    assert second.status_code == 200, second.text
    assert second.json()["version"] == 1
    assert second.json()["settings"]["max_exposure"] == "2500.5"
    again = client.put("/api/risk/settings", headers=admin.headers, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    log = client.get("/api/audit?action=risk.", headers=admin.headers).json()
    assert log["total"] == 1
    assert log["items"][0]["before"]["max_exposure"] == "10000"
    assert log["items"][0]["after"]["max_exposure"] == "2500.5"
    assert log["items"][0]["note"] == "Smaller"
    assert log["items"][0]["actor_id"]


def test_settings_out_of_bounds_are_refused(client: TestClient, admin: Person) -> None:
    for wrong in (
        {"loss_threshold_percent": "0"},
        {"max_exposure": "-1"},
        {"max_exposure": "NaN"},
        {"required_pyramids": 0},
        {"max_winner_fraction_percent": "100.1"},
        {"max_winners": 21},
        {"unknown": 1},
    ):
        answer = client.put(
            "/api/risk/settings", headers=admin.headers, json={"version": 0, "settings": wrong}
        )
        assert answer.status_code == 422, wrong


def test_stop_and_start(client: TestClient, admin: Person) -> None:
    calm = client.get("/api/risk", headers=admin.headers).json()
    assert calm["engine"]["state"] == "running"
    assert calm["candidates"] == []
    assert calm["plan"] is None
    stopped = client.post("/api/risk/stop", headers=admin.headers, json={"reason": "Holiday"})
    assert stopped.json()["state"] == "stopped"
    assert stopped.json()["reason"] == "Entries are stopped: Holiday"
    twice = client.post("/api/risk/stop", headers=admin.headers, json={})
    assert (twice.status_code, twice.json()["code"]) == (409, "already_stopped")
    assert client.post("/api/risk/start", headers=admin.headers).json()["state"] == "running"
    assert client.post("/api/risk/start", headers=admin.headers).json()["code"] == "not_stopped"
    assert [entry["action"] for entry in audit(client, admin)] == ["risk.start", "risk.stop"]


def audit(client: TestClient, person: Person) -> list[dict[str, object]]:
    return list(client.get("/api/audit", headers=person.headers, params={"action": "risk."}).json()["items"])


def test_nothing_to_run_and_nobody_elses_groups(client: TestClient, admin: Person) -> None:
    ran = client.post("/api/risk/run", headers=admin.headers, json={})
    assert (ran.status_code, ran.json()["code"]) == (409, "no_loser")
    for what in ("block", "unblock", "skip"):
        answer = client.post(f"/api/risk/groups/{uuid4()}/{what}", headers=admin.headers)
        assert answer.status_code == 404, what
    assert client.get("/api/risk/offsets", headers=admin.headers).json()["total"] == 0
    assert client.get(f"/api/risk/offsets/{uuid4()}", headers=admin.headers).status_code == 404
    assert client.get("/api/risk").status_code == 401
