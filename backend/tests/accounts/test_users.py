"""Accounts in the hands of an administrator."""

import threading
import time
from collections.abc import Callable
from uuid import uuid4

import pytest

from dollarclub.accounts import service
from dollarclub.accounts.rules import Role
from dollarclub.core.errors import Conflict
from tests.support.accounts_site import PASSWORD, Site, code_of


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def id_of(browser) -> str:
    return str(browser.get("/api/auth/me").json()["id"])


@pytest.mark.parametrize("role", [Role.trader, Role.viewer])
def test_only_an_admin_sees_and_changes_accounts(site: Site, role: Role) -> None:
    browser = site.signed_in("ada@example.com", role)
    own = id_of(browser)
    body = {"email": "b@example.com", "username": "bbb", "password": PASSWORD}
    for answer in (
        browser.get("/api/users"),
        browser.post("/api/users", json=body),
        browser.patch(f"/api/users/{own}", json={"role": "admin"}),
        browser.post(f"/api/users/{own}/password", json={"new_password": "another password"}),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "role_required")
    assert site.program().get("/api/users").status_code == 401


def test_accounts_are_searched_and_paged(site: Site) -> None:
    admin = site.signed_in("admin@example.com", Role.admin)
    for name in ("ada", "adam", "a_b", "bob"):
        site.account(f"{name}@example.com")
    assert admin.get("/api/users").json()["total"] == 5
    found = admin.get("/api/users?q=ADA").json()
    assert {user["email"] for user in found["items"]} == {"ada@example.com", "adam@example.com"}
    assert admin.get("/api/users?q=a_b").json()["total"] == 1
    assert admin.get("/api/users?q=%25").json()["total"] == 0
    assert admin.get("/api/users?q=%00").status_code == 422
    pages = [admin.get(f"/api/users?limit=2&offset={start}").json()["items"] for start in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({user["id"] for page in pages for user in page}) == 5
    assert "password_hash" not in str(pages)


def test_an_admin_makes_accounts_of_any_role(site: Site) -> None:
    admin = site.signed_in("admin@example.com", Role.admin)
    body = {"email": "B@example.com", "username": "bbb", "password": PASSWORD, "role": "admin"}
    made = admin.post("/api/users", json=body)
    assert (made.status_code, made.json()["email"], made.json()["role"]) == (201, "b@example.com", "admin")
    assert code_of(admin.post("/api/users", json=body)) == "email_taken"
    site.sign_in(site.browser(), "b@example.com")


def test_a_new_role_holds_from_the_next_request_on(site: Site) -> None:
    admin = site.signed_in("admin@example.com", Role.admin)
    browser = site.signed_in("ada@example.com")
    changed = admin.patch(f"/api/users/{id_of(browser)}", json={"role": "viewer"})
    assert changed.json()["role"] == "viewer"
    assert browser.post("/api/things").status_code == 403
    admin.patch(f"/api/users/{id_of(browser)}", json={"role": "admin"})
    assert browser.get("/api/users").status_code == 200


def test_a_password_that_an_admin_sets_ends_all_sessions(site: Site) -> None:
    admin = site.signed_in("admin@example.com", Role.admin)
    browser = site.signed_in("ada@example.com")
    body = {"new_password": "set by the admin"}
    assert admin.post(f"/api/users/{id_of(browser)}/password", json=body).status_code == 204
    assert browser.get("/api/auth/me").status_code == 401
    login = {"email": "ada@example.com", "password": body["new_password"]}
    assert site.browser().post("/api/auth/login", json=login).status_code == 200


def test_unknown_accounts_and_odd_changes(site: Site) -> None:
    admin = site.signed_in("admin@example.com", Role.admin)
    body = {"new_password": "set by the admin"}
    assert admin.patch(f"/api/users/{uuid4()}", json={"role": "viewer"}).status_code == 404
    assert admin.post(f"/api/users/{uuid4()}/password", json=body).status_code == 404
    assert admin.patch(f"/api/users/{id_of(admin)}", json={"role": "king"}).status_code == 422
    assert admin.patch(f"/api/users/{id_of(admin)}", json={}).json()["role"] == "admin"


@pytest.mark.parametrize("change", [{"role": "trader"}, {"is_active": False}])
def test_the_last_active_admin_stays(site: Site, change: dict[str, object]) -> None:
    admin = site.signed_in("admin@example.com", Role.admin)
    disabled = site.account("second@example.com", Role.admin)
    admin.patch(f"/api/users/{disabled.id}", json={"is_active": False})
    refused = admin.patch(f"/api/users/{id_of(admin)}", json=change)
    assert (refused.status_code, code_of(refused)) == (409, "last_admin")
    assert admin.get("/api/users").status_code == 200

    admin.patch(f"/api/users/{disabled.id}", json={"is_active": True})
    assert admin.patch(f"/api/users/{id_of(admin)}", json=change).status_code == 200


def waits_for_a_lock(site: Site) -> bool:
    with site.context.db.engine.connect() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return bool(connection.exec_driver_sql(query).scalar())


def test_two_admins_who_demote_each_other_at_once_leave_one(site: Site) -> None:
    ada, bob = (site.account(f"{name}@example.com", Role.admin) for name in ("ada", "bob"))
    refused: list[str] = []

    def demote_bob() -> None:
        try:
            with site.database() as session:
                service.set_role(session, account_id=bob.id, role=Role.viewer, now=site.clock())
        except Conflict as error:
            refused.append(error.code)

    second = threading.Thread(target=demote_bob)
    with site.database() as session:
        service.set_role(session, account_id=ada.id, role=Role.viewer, now=site.clock())
        second.start()
        until(lambda: waits_for_a_lock(site) or not second.is_alive())
    second.join()
    assert refused == ["last_admin"]


def test_user_names_by_id(site: Site) -> None:
    ada = site.account("ada@example.com")
    with site.database() as session:
        assert service.usernames(session, [ada.id, uuid4()]) == {ada.id: "ada"}
        assert service.usernames(session, []) == {}
