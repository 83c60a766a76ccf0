"""Limits of sign-in and registration, by address and by account."""

from collections.abc import Callable

from fastapi.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tests.support.accounts_site import ADDRESS, PASSWORD, Site, code_of


def tries(site: Site, *, email: str, peer: str, times: int, password: str = "wrong password") -> list[int]:
    client = site.browser(peer=peer)
    body = {"email": email, "password": password}
    return [client.post("/api/auth/login", json=body).status_code for _ in range(times)]


def test_an_address_is_stopped_whatever_accounts_it_tries(make_site: Callable[..., Site]) -> None:
    site = make_site(AUTH_RATE_PER_ADDRESS="3/minute")
    site.account("ada@example.com")
    answers = [tries(site, email=f"p{n}@example.com", peer="203.0.113.1", times=1)[0] for n in range(5)]
    assert answers == [401, 401, 401, 429, 429]
    assert tries(site, email="ada@example.com", peer="203.0.113.1", times=1, password=PASSWORD) == [429]
    assert tries(site, email="ada@example.com", peer="203.0.113.2", times=1, password=PASSWORD) == [200]


def test_an_account_is_protected_from_many_addresses(make_site: Callable[..., Site]) -> None:
    site = make_site(AUTH_RATE_PER_ACCOUNT="3/minute")
    answers = [
        tries(site, email=email, peer=f"203.0.113.{n}", times=1)[0]
        for n, email in enumerate(
            ["ada@example.com", "ADA@example.com", " ada@Example.com ", "ada@example.com"]
        )
    ]
    assert answers == [401, 401, 401, 429]
    assert tries(site, email="bob@example.com", peer="203.0.113.1", times=1) == [401]


def test_no_address_is_exempt(make_site: Callable[..., Site]) -> None:
    site = make_site(AUTH_RATE_PER_ADDRESS="2/minute")
    for peer in ("127.0.0.1", "::1"):
        assert tries(site, email="x@example.com", peer=peer, times=3) == [401, 401, 429]


def test_a_header_does_not_change_the_address(make_site: Callable[..., Site]) -> None:
    site = make_site(AUTH_RATE_PER_ADDRESS="2/minute")
    client = site.browser()
    answers = [
        client.post(
            "/api/auth/login",
            json={"email": "x@example.com", "password": "wrong password"},
            headers={"X-Forwarded-For": f"198.51.100.{n}", "X-Real-IP": f"198.51.100.{n}"},
        ).status_code
        for n in range(3)
    ]
    assert answers == [401, 401, 429]


def test_registration_counts_too_and_the_answer_says_when_to_try_again(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(AUTH_RATE_PER_ADDRESS="2/minute")
    site.account("ada@example.com")
    client = site.browser()
    body = {"email": "ada@example.com", "username": "ada", "password": PASSWORD}
    answers = [client.post("/api/auth/register", json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [409, 409, 429]
    assert code_of(answers[2]) == "too_many_requests"
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60


def test_guessing_the_current_password_is_limited(make_site: Callable[..., Site]) -> None:
    site = make_site(AUTH_RATE_PER_ACCOUNT="3/minute")
    browser = site.signed_in("ada@example.com")
    body = {"current_password": "wrong password", "new_password": "another password"}
    answers = [browser.post("/api/auth/password", json=body).status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]


def test_behind_a_trusted_proxy_the_address_is_the_one_that_the_proxy_saw(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(AUTH_RATE_PER_ADDRESS="1/minute", TRUSTED_PROXIES="10.0.0.0/8")
    trusted = list(site.context.settings.server.trusted_proxies)
    served = ProxyHeadersMiddleware(site.app, trusted_hosts=trusted)

    def answer(peer: str, forwarded: str) -> int:
        client = TestClient(served, base_url=ADDRESS, client=(peer, 40000))
        body = {"email": "x@example.com", "password": "wrong password"}
        return client.post("/api/auth/login", json=body, headers={"X-Forwarded-For": forwarded}).status_code

    assert answer("10.0.0.9", "198.51.100.1") == 401
    assert answer("10.0.0.9", "198.51.100.2") == 401
    assert answer("10.0.0.9", "6.6.6.6, 198.51.100.2, 10.1.1.1") == 429
    assert answer("203.0.113.5", "198.51.100.3") == 401
    assert answer("203.0.113.5", "198.51.100.4") == 429
