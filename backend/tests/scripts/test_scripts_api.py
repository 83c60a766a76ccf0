"""Uploading, reading, changing and deleting scripts over HTTP."""

import pytest
from fastapi.testclient import TestClient

from tests.support.people import Person, sign_up

HELLO = b"print('hello')\n"


def upload(client: TestClient, person: Person, content: bytes = HELLO, name: str = "bot.py") -> dict:
    answer = client.post("/api/scripts/upload", files={"file": (name, content)}, headers=person.headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_an_uploaded_script_is_listed_and_its_bytes_come_back_unchanged(
    client: TestClient, admin: Person
) -> None:
    content = b"\xef\xbb\xbfprint('\xc3\xa4')\r\n"
    script = upload(client, admin, content, "my bot.py")

    listed = client.get("/api/scripts", headers=admin.headers).json()
    assert [item["name"] for item in listed["items"]] == ["my bot.py"]
    assert listed["items"][0]["status"] == "uploaded"
    assert client.get(f"/api/scripts/{script['id']}/download", headers=admin.headers).content == content
    shown = client.get(f"/api/scripts/{script['id']}/content", headers=admin.headers).json()
    assert shown["content"] == "print('ä')\r\n"


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("bot.js", HELLO, 422, "wrong_type"),
        ("bot.py", b"", 422, "empty"),
        ("bot.py", b"x = '\xff'\n", 422, "not_utf8"),
        ("bot.py", b"x = 1\x00\n", 422, "has_nul"),
        ("bot.py", b"x = 1\nif x\n  pass\n", 422, "syntax_error"),
        ("bot.py", b"#" * (10 * 1024 * 1024 + 1), 413, "too_large"),
    ],
)
def test_a_bad_file_is_refused_with_a_stable_code_and_nothing_is_kept(
    client: TestClient, admin: Person, name: str, content: bytes, status: int, code: str
) -> None:
    answer = client.post("/api/scripts/upload", files={"file": (name, content)}, headers=admin.headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/scripts", headers=admin.headers).json()["total"] == 0


def test_a_syntax_error_names_its_line(client: TestClient, admin: Person) -> None:
    answer = client.post(
        "/api/scripts/upload", files={"file": ("bot.py", b"x = 1\nif x\n  pass\n")}, headers=admin.headers
    )
    assert answer.json()["line"] == 2


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.py", "C:\\temp\\bot.py", "a\u202eyp.py", "x" * 400 + ".py"]
)
def test_a_hostile_file_name_becomes_a_harmless_one(client: TestClient, admin: Person, name: str) -> None:
    shown = upload(client, admin, name=name)["name"]
    assert "/" not in shown
    assert "\\" not in shown
    assert shown.isprintable()
    assert len(shown) <= 200


def test_saving_makes_a_version_and_an_old_one_stays_readable(client: TestClient, admin: Person) -> None:
    script = upload(client, admin)
    path = f"/api/scripts/{script['id']}"

    saved = client.put(
        f"{path}/content", json={"content": "print('two')\n", "based_on": 1}, headers=admin.headers
    )
    assert saved.json()["version"] == 2
    versions = client.get(f"{path}/versions", headers=admin.headers).json()["items"]
    assert [(item["number"], item["is_current"]) for item in versions] == [(2, True), (1, False)]
    old = client.get(f"{path}/content", params={"version": 1}, headers=admin.headers).json()
    assert old["content"] == HELLO.decode()


def test_saving_over_somebody_elses_version_is_refused(client: TestClient, admin: Person) -> None:
    script = upload(client, admin)
    path = f"/api/scripts/{script['id']}/content"
    client.put(path, json={"content": "print(2)\n", "based_on": 1}, headers=admin.headers)

    answer = client.put(path, json={"content": "print(3)\n", "based_on": 1}, headers=admin.headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
    assert answer.json()["current_version"] == 2


def test_saving_the_same_text_makes_no_version(client: TestClient, admin: Person) -> None:
    script = upload(client, admin)
    answer = client.put(
        f"/api/scripts/{script['id']}/content", json={"content": HELLO.decode()}, headers=admin.headers
    )
    assert answer.json()["version"] == 1


def test_another_persons_script_cannot_be_seen_or_touched(client: TestClient, admin: Person) -> None:
    script = upload(client, admin)
    other = sign_up(client)
    path = f"/api/scripts/{script['id']}"
    answers = [
        client.get(path, headers=other.headers),
        client.get(f"{path}/content", headers=other.headers),
        client.get(f"{path}/download", headers=other.headers),
        client.get(f"{path}/versions", headers=other.headers),
        client.get(f"{path}/runs", headers=other.headers),
        client.get(f"{path}/status", headers=other.headers),
        client.patch(path, json={"name": "mine.py"}, headers=other.headers),
        client.put(f"{path}/content", json={"content": "1"}, headers=other.headers),
        client.put(f"{path}/settings", json={}, headers=other.headers),
        client.post(f"{path}/execute", headers=other.headers),
        client.post(f"{path}/cancel", headers=other.headers),
        client.delete(path, headers=other.headers),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert client.get("/api/scripts", headers=other.headers).json()["total"] == 0
    assert client.get(path, headers=admin.headers).json()["name"] == "bot.py"


def test_a_run_waits_its_turn_and_can_be_cancelled_before_it_starts(
    client: TestClient, admin: Person
) -> None:
    script = upload(client, admin)
    run = client.post(f"/api/scripts/{script['id']}/execute", headers=admin.headers)
    assert run.status_code == 202
    assert (run.json()["status"], run.json()["queue_position"]) == ("queued", 1)

    again = client.post(f"/api/scripts/{script['id']}/execute", headers=admin.headers)
    assert (again.status_code, again.json()["code"]) == (409, "already_active")

    cancelled = client.post(f"/api/scripts/{script['id']}/cancel", headers=admin.headers)
    assert cancelled.json()["status"] == "cancelled"
    assert client.post(f"/api/scripts/{script['id']}/execute", headers=admin.headers).status_code == 202


def test_parallel_runs_need_the_setting(client: TestClient, admin: Person) -> None:
    script = upload(client, admin)
    path = f"/api/scripts/{script['id']}"
    client.put(f"{path}/settings", json={"allow_parallel": True}, headers=admin.headers)

    answers = [client.post(f"{path}/execute", headers=admin.headers) for _ in range(3)]

    assert [answer.json()["queue_position"] for answer in answers] == [1, 2, 3]


def test_a_deleted_script_is_gone_but_its_runs_stay(client: TestClient, admin: Person) -> None:
    script = upload(client, admin)
    path = f"/api/scripts/{script['id']}"
    run = client.post(f"{path}/execute", headers=admin.headers).json()
    refused = client.delete(path, headers=admin.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "script_active")

    client.post(f"/api/runs/{run['id']}/cancel", headers=admin.headers)
    assert client.delete(path, headers=admin.headers).status_code == 204
    assert client.get(path, headers=admin.headers).status_code == 404
    assert client.get(f"/api/runs/{run['id']}", headers=admin.headers).json()["script_name"] == "bot.py"


def test_limits_never_exceed_the_installations(client: TestClient, admin: Person) -> None:
    script = upload(client, admin)
    path = f"/api/scripts/{script['id']}"
    wished = {"limits": {"memory_bytes": 2**40, "processes": 3, "max_execution_time": 60}}
    assert client.put(f"{path}/settings", json=wished, headers=admin.headers).status_code == 200

    limits = client.post(f"{path}/execute", headers=admin.headers).json()["limits"]

    assert limits["memory_bytes"] == 1024**3
    assert limits["processes"] == 3
    assert limits["max_execution_time"] == 60


def test_a_secret_can_be_set_and_never_read(client: TestClient, admin: Person) -> None:
    answer = client.put("/api/secrets/API_KEY", json={"value": "s3cr3t-value"}, headers=admin.headers)
    listed = client.get("/api/secrets", headers=admin.headers)
    assert answer.status_code == 200
    assert [item["name"] for item in listed.json()["items"]] == ["API_KEY"]
    assert "s3cr3t-value" not in answer.text + listed.text
    assert client.delete("/api/secrets/API_KEY", headers=sign_up(client).headers).status_code == 404
    assert client.delete("/api/secrets/API_KEY", headers=admin.headers).status_code == 204


def test_only_an_admin_edits_the_allow_list(client: TestClient, admin: Person) -> None:
    trader = sign_up(client)
    assert client.post("/api/packages", json={"name": "Some_Lib"}, headers=trader.headers).status_code == 403
    added = client.post("/api/packages", json={"name": "Some_Lib"}, headers=admin.headers)
    assert added.json()["name"] == "some-lib"
    script = upload(client, trader)
    settings = f"/api/scripts/{script['id']}/settings"
    assert client.put(settings, json={"packages": ["some-lib>=1"]}, headers=trader.headers).status_code == 200
    refused = client.put(settings, json={"packages": ["evil-lib"]}, headers=trader.headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "package_not_allowed")
    assert client.delete("/api/packages/some-lib", headers=admin.headers).status_code == 204
