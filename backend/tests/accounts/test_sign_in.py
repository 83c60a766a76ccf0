"""Signing in, staying signed in and signing out."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from jose import jwt

from dollarclub.accounts import service
from dollarclub.accounts.rules import Role
from dollarclub.core import security
from dollarclub.core.security import TokenKind, Tokens
from tests.support.accounts_site import PASSWORD, Site, code_of


def login(client: TestClient, email: str = "ada@example.com", password: str = PASSWORD):
    return client.post("/api/auth/login", json={"email": email, "password": password})


def form_login(client: TestClient, password: str = PASSWORD):
    return client.post(
        "/api/auth/login",
        data={"grant_type": "password", "username": "ada@example.com", "password": password},
    )


def me(site: Site, token: str):
    return site.program(token).get("/api/auth/me")


def test_json_gives_a_bearer_token_and_cookies_that_scripts_cannot_read(site: Site) -> None:
    site.account("ada@example.com")
    browser = site.browser()
    answer = login(browser, "  ADA@example.com ")
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["refresh_token"]) == ("bearer", 1800, None)
    assert me(site, body["access_token"]).json()["email"] == "ada@example.com"
    assert browser.get("/api/auth/me").json()["last_login_at"] is not None
    access, refresh = answer.headers.get_list("set-cookie")
    assert access.startswith("access_token=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(access.split("; "))
    assert refresh.startswith("refresh_token=")
    assert {"HttpOnly", "Path=/api/auth", "SameSite=strict"} <= set(refresh.split("; "))
    assert "Secure" not in access


def test_cookies_are_secure_where_the_setting_says_so(make_site: Callable[..., Site]) -> None:
    site = make_site(COOKIE_SECURE="true")
    site.account("ada@example.com")
    assert all("Secure" in cookie for cookie in login(site.browser()).headers.get_list("set-cookie"))


def test_the_oauth2_form_answers_with_a_refresh_token_that_works_in_the_body(site: Site) -> None:
    site.account("ada@example.com")
    first = form_login(site.program()).json()
    second = site.program().post("/api/auth/refresh", json={"refresh_token": first["refresh_token"]})
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert me(site, second.json()["access_token"]).status_code == 200
    assert not second.headers.get_list("set-cookie")


def test_unknown_wrong_and_disabled_get_the_same_answer(site: Site) -> None:
    site.account("admin@example.com", Role.admin)
    site.account("ada@example.com")
    gone = site.account("gone@example.com")
    with site.database() as session:
        service.set_active(session, account_id=gone.id, is_active=False, now=site.clock())
    answers = [
        login(site.browser(), "nobody@example.com"),
        login(site.browser(), "ada@example.com", "wrong password"),
        login(site.browser(), "gone@example.com"),
        form_login(site.program(), "wrong password"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {code_of(answer) for answer in answers} == {"bad_credentials"}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert not any(answer.headers.get_list("set-cookie") for answer in answers)


def test_unknown_and_wrong_cost_the_same_hashing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.account("ada@example.com")
    login(site.browser(), "warm-up@example.com")
    costs: list[str] = []
    verify = security._context.verify

    def counted(secret: str, stored: str) -> bool:
        costs.append(stored.rsplit("$", 2)[0])
        return bool(verify(secret, stored))

    monkeypatch.setattr(security._context, "verify", counted)
    login(site.browser(), "nobody@example.com")
    login(site.browser(), "ada@example.com", "wrong password")
    assert costs == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 422, "malformed_json"),
        (b"", "application/json", 422, "malformed_json"),
        (b"\xff\xfe", "application/json", 422, "malformed_json"),
        (b"[" * 5000, "application/json", 422, "malformed_json"),
        (b"[]", "application/json", 422, "invalid"),
        (b'{"email": "a@example.com"}', "application/json", 422, "invalid"),
        (b'{"email": "a\\u0000@example.com", "password": "x"}', "application/json", 422, "invalid"),
        (b'{"email": ["a"], "password": {"x": NaN}}', "application/json", 422, "invalid"),
        (b"username=a%00b&password=x", "application/x-www-form-urlencoded", 422, "invalid"),
        (b"username=a", "application/x-www-form-urlencoded", 422, "invalid"),
        (b"\xff=\xfe", "application/x-www-form-urlencoded", 422, "malformed_form"),
        (b"&".join([b"a=b"] * 100), "application/x-www-form-urlencoded", 422, "malformed_form"),
        (b"email=a&password=b", "text/plain", 422, "unsupported_media_type"),
        (b"x" * 20_000, "application/json", 413, "too_large"),
    ],
)
def test_a_body_that_is_no_sign_in_is_refused(
    site: Site, content: bytes, kind: str, status: int, code: str
) -> None:
    answer = site.program().post("/api/auth/login", content=content, headers={"Content-Type": kind})
    assert (answer.status_code, code_of(answer)) == (status, code)


def test_the_form_names_its_own_fields(site: Site) -> None:
    answer = site.program().post("/api/auth/login", data={"password": "x"})
    assert answer.json()["errors"] == [{"field": "username", "message": "Field required"}]


def test_signing_out_stops_the_access_token_and_the_refresh_token_at_once(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    access, refresh = browser.cookies["access_token"], browser.cookies["refresh_token"]
    assert me(site, access).status_code == 200
    assert browser.post("/api/auth/logout").status_code == 204
    assert not browser.cookies
    assert code_of(me(site, access)) == "session_ended"
    assert site.program().post("/api/auth/refresh", json={"refresh_token": refresh}).status_code == 401
    assert browser.post("/api/auth/logout").status_code == 204


def test_signing_out_works_after_the_access_token_has_ended(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    refresh = browser.cookies["refresh_token"]
    site.clock.advance(hours=1)
    browser.cookies.delete("access_token")
    assert browser.post("/api/auth/logout").status_code == 204
    assert site.program().post("/api/auth/refresh", json={"refresh_token": refresh}).status_code == 401


def test_signing_out_with_a_bearer_token(site: Site) -> None:
    site.account("ada@example.com")
    program = site.program(login(site.program()).json()["access_token"])
    assert program.post("/api/auth/logout").status_code == 204
    assert program.post("/api/auth/logout").status_code == 401


def test_an_access_token_ends_and_a_refresh_brings_another(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    site.clock.advance(minutes=30)
    assert code_of(browser.get("/api/auth/me")) == "invalid_token"
    assert browser.post("/api/auth/refresh").status_code == 200
    assert browser.get("/api/auth/me").status_code == 200


def test_a_session_that_is_not_used_ends(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    site.clock.advance(days=29)
    assert browser.post("/api/auth/refresh").status_code == 200
    site.clock.advance(days=29)
    assert browser.post("/api/auth/refresh").status_code == 200
    site.clock.advance(days=31)
    assert browser.post("/api/auth/refresh").status_code == 401


def test_a_refresh_token_that_is_used_again_ends_the_session(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    stolen = browser.cookies["refresh_token"]
    assert browser.post("/api/auth/refresh").status_code == 200
    site.clock.advance(seconds=11)
    thief = site.program().post("/api/auth/refresh", json={"refresh_token": stolen})
    assert (thief.status_code, code_of(thief)) == (401, "session_ended")
    assert browser.get("/api/auth/me").status_code == 401
    assert browser.post("/api/auth/refresh").status_code == 401


def test_two_tabs_that_refresh_at_once_both_go_on(site: Site) -> None:
    first = site.signed_in("ada@example.com")
    second = site.browser()
    second.cookies.update(first.cookies)
    assert first.post("/api/auth/refresh").status_code == 200
    site.clock.advance(seconds=9)
    late = second.post("/api/auth/refresh")
    assert late.status_code == 200
    assert [cookie.partition("=")[0] for cookie in late.headers.get_list("set-cookie")] == ["access_token"]
    assert second.get("/api/auth/me").status_code == 200
    assert first.post("/api/auth/refresh").status_code == 200


def test_the_grace_covers_one_generation_only(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    oldest = browser.cookies["refresh_token"]
    browser.post("/api/auth/refresh")
    browser.post("/api/auth/refresh")
    answer = site.program().post("/api/auth/refresh", json={"refresh_token": oldest})
    assert answer.status_code == 401
    assert browser.get("/api/auth/me").status_code == 401


def test_a_refresh_without_a_token_is_refused(site: Site) -> None:
    assert site.browser().post("/api/auth/refresh").status_code == 401
    assert site.browser().post("/api/auth/refresh", json={}).status_code == 401
    assert site.browser().post("/api/auth/refresh", json={"refresh_token": "x"}).status_code == 401
    assert site.browser().post("/api/auth/refresh", json={"refresh_token": 1}).status_code == 422


def test_forged_and_misused_tokens_are_refused(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    access, refresh = browser.cookies["access_token"], browser.cookies["refresh_token"]
    claims = jwt.get_unverified_claims(access)
    key = Tokens(site.context.settings.security, site.clock)._key(TokenKind.access)
    secret = site.context.settings.security.secret_key.get_secret_value()
    head, body, signature = access.split(".")
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
    forged = {
        "refresh as access": refresh,
        "alg none": f"{unsigned}.{body}.",
        "alg none, old signature": f"{unsigned}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "other key": jwt.encode(claims, "another key", algorithm="HS256"),
        "the secret itself": jwt.encode(claims, secret, algorithm="HS256"),
        "other algorithm": jwt.encode(claims, key, algorithm="HS512"),
        "other audience": jwt.encode(claims | {"aud": "x"}, key, algorithm="HS256"),
        "other issuer": jwt.encode(claims | {"iss": "x"}, key, algorithm="HS256"),
        "other kind": jwt.encode(claims | {"typ": "refresh"}, key, algorithm="HS256"),
        "no session": jwt.encode({k: v for k, v in claims.items() if k != "sid"}, key, algorithm="HS256"),
        "odd subject": jwt.encode(claims | {"sub": "7"}, key, algorithm="HS256"),
        "no end": jwt.encode({k: v for k, v in claims.items() if k != "exp"}, key, algorithm="HS256"),
        "huge end": jwt.encode(claims | {"exp": 10**30}, key, algorithm="HS256"),
        "other account": jwt.encode(claims | {"sub": claims["sid"]}, key, algorithm="HS256"),
        "nonsense": "nonsense",
        "long": "x" * 5000,
        "empty": "",
    }
    assert me(site, access).status_code == 200
    assert me(site, jwt.encode(claims, key, algorithm="HS256")).status_code == 200
    accepted = {name for name, token in forged.items() if _status(site, token) != 401}
    assert accepted == set()
    assert site.program().post("/api/auth/refresh", json={"refresh_token": access}).status_code == 401


def _status(site: Site, token: str) -> int:
    by_header = site.program().get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    by_cookie = site.program().get("/api/auth/me", headers={"Cookie": f"access_token={token}"})
    assert by_header.status_code == by_cookie.status_code
    return by_header.status_code


def test_another_scheme_in_the_authorization_header_does_not_hide_the_cookie(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    assert browser.get("/api/auth/me", headers={"Authorization": "Basic eDp5"}).status_code == 200
    assert browser.get("/api/auth/me", headers={"Authorization": "Bearer x"}).status_code == 401


def test_another_site_cannot_sign_a_browser_in(site: Site) -> None:
    site.account("ada@example.com")
    for route, body in (
        ("login", {"email": "ada@example.com", "password": PASSWORD}),
        ("register", {"email": "eve@example.com", "username": "eve", "password": PASSWORD}),
    ):
        answer = site.program().post(
            f"/api/auth/{route}", json=body, headers={"Origin": "https://evil.example"}
        )
        assert (answer.status_code, code_of(answer)) == (403, "csrf")
