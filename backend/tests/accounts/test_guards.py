"""Who may do what: by cookie, by session, by API token, by role, and over a websocket."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi.requests import HTTPConnection

from dollarclub.accounts import deps, service, session_service
from dollarclub.accounts.rules import Role, Scope
from dollarclub.accounts.session_service import Identified
from dollarclub.core.errors import DomainError, Forbidden, Unauthenticated
from tests.support.accounts_site import ADDRESS, PASSWORD, Site, code_of

HOST = ADDRESS.removeprefix("http://")


def api_token(browser, **more: object) -> str:
    answer = browser.post("/api/auth/tokens", json={"name": "bot"} | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Origin": ADDRESS}, True),
        ({"Origin": ADDRESS.upper()}, True),
        ({"Referer": f"{ADDRESS}/scripts/7?x=1"}, True),
        ({"Origin": "https://proxied.example", "Host": "proxied.example"}, True),
        ({"Origin": "https://proxied.example", "Host": "proxied.example:443"}, True),
        ({"Origin": "http://[::1]:8000", "Host": "[::1]:8000"}, True),
        ({"Origin": "http://localhost:5173"}, True),
        ({}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "https://evil.example", "Referer": ADDRESS}, False),
        ({"Origin": ADDRESS.replace("8000", "9000")}, False),
        ({"Origin": f"{ADDRESS}.evil.example"}, False),
        ({"Origin": f"http://evil.example/{ADDRESS}"}, False),
        ({"Origin": f"http://{HOST}@evil.example"}, False),
        ({"Origin": "http://dollarclub.test:999999"}, False),
        ({"Origin": "http://localhost:5174"}, False),
    ],
)
def test_a_cookie_changes_things_only_from_the_sites_own_pages(
    site: Site, headers: dict[str, str], allowed: bool
) -> None:
    cookie = f"access_token={site.signed_in('ada@example.com').cookies['access_token']}"
    program = site.program()
    assert program.get("/api/things", headers=headers | {"Cookie": cookie}).status_code == 200
    answer = program.post("/api/things", headers=headers | {"Cookie": cookie})
    assert answer.status_code == (200 if allowed else 403)
    if not allowed:
        assert code_of(answer) == "csrf"


def test_allowed_origins_hold_in_production_and_the_development_page_does_not(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(STAGE="production", ALLOWED_ORIGINS="https://board.example, https://b.example")
    browser = site.signed_in("ada@example.com")
    expected = {"https://board.example": 200, "http://board.example": 403, "http://localhost:5173": 403}
    answers = {
        origin: browser.post("/api/things", headers={"Origin": origin}).status_code for origin in expected
    }
    assert answers == expected


def test_refresh_and_sign_out_by_cookie_need_the_sites_own_page_too(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    for route in ("refresh", "logout"):
        answer = browser.post(f"/api/auth/{route}", headers={"Origin": "https://evil.example"})
        assert (answer.status_code, code_of(answer)) == (403, "csrf")
    assert browser.get("/api/things").status_code == 200


def test_a_bearer_token_needs_no_origin(site: Site) -> None:
    token = site.signed_in("ada@example.com").cookies["access_token"]
    assert site.program(token).post("/api/things").status_code == 200


def test_without_credentials_the_answer_says_how_to_bring_them(site: Site) -> None:
    answer = site.program().get("/api/things")
    assert (answer.status_code, code_of(answer)) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_viewer_reads_and_changes_nothing(site: Site) -> None:
    viewer = site.signed_in("v@example.com", Role.viewer)
    token = api_token(viewer)
    for client in (viewer, site.program(token)):
        assert client.get("/api/things").status_code == 200
        assert code_of(client.post("/api/things")) == "role_required"


@pytest.mark.parametrize("role", [Role.admin, Role.trader])
def test_traders_and_admins_change_things(site: Site, role: Role) -> None:
    assert site.signed_in("ada@example.com", role).post("/api/things").status_code == 200


def test_an_api_token_does_what_its_scopes_say(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    full = site.program(api_token(browser))
    reader = site.program(api_token(browser, scopes=["read"]))
    assert [full.get("/api/things").status_code, full.post("/api/things").status_code] == [200, 200]
    assert reader.get("/api/things").status_code == 200
    assert reader.head("/api/things").status_code in {200, 405}
    refused = reader.post("/api/things")
    assert (refused.status_code, code_of(refused)) == (403, "scope_missing")


def test_a_reading_token_of_an_admin_makes_no_accounts(site: Site) -> None:
    reader = site.program(api_token(site.signed_in("admin@example.com", Role.admin), scopes=["read"]))
    assert reader.get("/api/users").status_code == 200
    body = {"email": "b@example.com", "username": "bbb", "password": PASSWORD, "role": "admin"}
    assert code_of(reader.post("/api/users", json=body)) == "scope_missing"
    assert code_of(reader.post("/api/auth/register", json=body)) == "role_not_allowed"


def test_an_api_token_is_no_session(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    program = site.program(api_token(browser))
    passwords = {"current_password": PASSWORD, "new_password": "another password"}
    refused = [
        program.post("/api/auth/tokens", json={"name": "more"}),
        program.post("/api/auth/password", json=passwords),
        program.patch("/api/auth/me", json={"username": "other"}),
        program.delete("/api/auth/sessions"),
        program.post("/api/auth/logout"),
    ]
    assert {code_of(answer) for answer in refused} == {"session_required"}
    assert not any(session["current"] for session in program.get("/api/auth/sessions").json()["items"])
    by_cookie = site.program().get("/api/things", headers={"Cookie": f"access_token={api_token(browser)}"})
    assert by_cookie.status_code == 401


def test_api_tokens_are_shown_once_listed_without_their_secret_and_deleted(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    made = browser.post("/api/auth/tokens", json={"name": "bot", "scopes": ["read"]}).json()
    assert made["token"].startswith(made["prefix"] + "_")
    listed = browser.get("/api/auth/tokens").json()
    assert listed["total"] == 1
    assert listed["items"] == [{key: value for key, value in made.items() if key != "token"}]
    with site.context.db.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT * FROM api_tokens").mappings().one()
    assert made["token"].rpartition("_")[2] not in str(dict(stored))

    program = site.program(made["token"])
    assert program.get("/api/things").status_code == 200
    assert browser.get("/api/auth/tokens").json()["items"][0]["last_used_at"] is not None
    assert browser.delete(f"/api/auth/tokens/{made['id']}").status_code == 204
    assert program.get("/api/things").status_code == 401
    assert browser.delete(f"/api/auth/tokens/{made['id']}").status_code == 404


def test_an_api_token_ends_when_it_was_said_to(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    program = site.program(api_token(browser, expires_in_days=1))
    site.clock.advance(hours=23)
    assert program.get("/api/things").status_code == 200
    site.clock.advance(hours=1)
    assert program.get("/api/things").status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"),
        lambda t: t.rpartition("_")[0] + "_",
        lambda t: t.replace("dc_", "dc_0", 1),
        lambda t: t + "_x",
        lambda t: t.upper(),
        lambda t: "dc_" + "0" * 12 + "_" + "0" * 48,
        lambda t: "dc_%00%00%00%00_x",
    ],
)
def test_a_changed_api_token_is_refused(site: Site, change: Callable[[str], str]) -> None:
    token = api_token(site.signed_in("ada@example.com"))
    assert site.program(change(token)).get("/api/things").status_code == 401


def test_a_disabled_account_and_its_tokens_stop_at_once(site: Site) -> None:
    admin = site.signed_in("admin@example.com", Role.admin)
    browser = site.signed_in("ada@example.com")
    bot = site.program(api_token(browser))
    ada = browser.get("/api/auth/me").json()["id"]
    assert admin.patch(f"/api/users/{ada}", json={"is_active": False}).json()["is_active"] is False
    assert browser.get("/api/things").status_code == 401
    assert bot.get("/api/things").status_code == 401
    assert browser.post("/api/auth/refresh").status_code == 401
    admin.patch(f"/api/users/{ada}", json={"is_active": True})
    assert browser.get("/api/things").status_code == 401
    assert bot.get("/api/things").status_code == 200
    site.sign_in(browser, "ada@example.com")


def socket(site: Site, **headers: str) -> HTTPConnection:
    """A websocket's opening request as the server sees it."""
    raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "websocket", "app": site.app, "path": "/api/live", "headers": raw})


def opened(site: Site, **headers: str) -> Identified | type[DomainError]:
    try:
        with site.database() as session:
            return deps.authenticate_socket(session, socket(site, host=HOST, **headers))
    except DomainError as error:
        return type(error)


def test_a_websocket_opens_by_cookie_from_the_sites_own_page_only(site: Site) -> None:
    token = site.signed_in("ada@example.com").cookies["access_token"]
    found = opened(site, cookie=f"access_token={token}", origin=ADDRESS)
    assert isinstance(found, Identified)
    assert found.current.email == "ada@example.com"
    assert found.ends_at == site.clock.now + timedelta(minutes=30)
    assert opened(site, cookie=f"access_token={token}", origin="https://evil.example") is Forbidden
    assert opened(site, cookie=f"access_token={token}") is Forbidden
    assert opened(site, origin=ADDRESS) is Unauthenticated
    assert isinstance(opened(site, authorization=f"Bearer {token}"), Identified)


def test_an_open_websocket_learns_that_its_credentials_have_stopped(site: Site) -> None:
    site.account("admin@example.com", Role.admin)
    browser = site.signed_in("ada@example.com")
    made = browser.post("/api/auth/tokens", json={"name": "bot", "scopes": ["read"]}).json()
    by_token = opened(site, authorization=f"Bearer {made['token']}")
    by_cookie = opened(site, cookie=f"access_token={browser.cookies['access_token']}", origin=ADDRESS)
    assert isinstance(by_token, Identified)
    assert isinstance(by_cookie, Identified)
    assert by_token.ends_at is None
    assert by_token.current.scopes == {Scope.read}

    def valid() -> list[bool]:
        with site.database() as session:
            return [
                session_service.still_valid(session, found.current, now=site.clock())
                for found in (by_token, by_cookie)
            ]

    assert valid() == [True, True]
    browser.delete(f"/api/auth/tokens/{made['id']}")
    assert valid() == [False, True]
    with site.database() as session:
        service.set_role(session, account_id=by_cookie.current.id, role=Role.viewer, now=site.clock())
    assert valid() == [False, False]
