"""What the web edge refuses, and how: bounded bodies, broken bodies, the monitor of an empty installation."""

from collections.abc import Iterator

from fastapi.testclient import TestClient

from tests.support.people import Person, sign_up


def test_a_body_above_the_limit_is_refused_however_it_is_sent(client: TestClient, admin: Person) -> None:
    declared = client.post("/api/auth/tokens", content=b"x" * (1024**2 + 1), headers=admin.headers)

    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    streamed = client.post(
        "/api/auth/tokens", content=pieces(), headers={**admin.headers, "Content-Type": "application/json"}
    )
    assert (declared.status_code, declared.json()["code"]) == (413, "too_large")
    assert (streamed.status_code, streamed.json()["code"]) == (413, "too_large")


def test_text_that_the_database_cannot_keep_is_refused(client: TestClient, admin: Person) -> None:
    nul = client.post("/api/packages", json={"name": "ok", "note": "a\x00b"}, headers=admin.headers)
    surrogate = client.post(
        "/api/packages", content=b'{"name": "ok", "note": "\\ud800"}', headers=admin.headers
    )
    assert nul.status_code == 422
    assert surrogate.status_code == 422
    assert client.get("/api/scripts", params={"q": "\x00"}, headers=admin.headers).status_code == 422


def test_the_monitor_counts_own_runs_only_and_an_admin_sees_everybodys(
    client: TestClient, admin: Person
) -> None:
    trader = sign_up(client)
    files = {"file": ("bot.py", b"print(1)\n")}
    script = client.post("/api/scripts/upload", files=files, headers=trader.headers).json()
    client.post(f"/api/scripts/{script['id']}/execute", headers=trader.headers)
    stranger = sign_up(client)

    def queued(person: Person) -> int:
        return client.get("/api/monitor", headers=person.headers).json()["queued"]

    assert [queued(person) for person in (trader, stranger, admin)] == [1, 0, 1]


def test_an_unknown_api_address_is_a_problem_and_any_other_is_the_dashboard(client: TestClient) -> None:
    answer = client.get("/api/nothing/here")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"


def test_health_names_what_is_missing(client: TestClient) -> None:
    assert client.get("/api/health").json() == {"status": "ok"}
    ready = client.get("/api/health/ready")
    parts = {part["name"]: part["ok"] for part in ready.json()["parts"]}
    assert ready.status_code == 503
    assert parts == {
        "database": True,
        "migrations": True,
        "redis": True,
        "worker scripts": False,
        "worker trading": False,
        "worker default": False,
        "stream": False,
    }
