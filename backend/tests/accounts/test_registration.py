"""How accounts come into being."""

import re
import threading
from collections.abc import Callable

import httpx
import pytest
from pydantic import SecretStr

from dollarclub.accounts import queries, service
from dollarclub.accounts.rules import Role
from dollarclub.core.errors import Invalid
from tests.support.accounts_site import PASSWORD, Site, code_of


def wanted(email: str = "ada@example.com", **more: object) -> dict[str, object]:
    return {"email": email, "username": "ada", "password": PASSWORD} | more


def register(site: Site, **more: object) -> httpx.Response:
    return site.browser().post("/api/auth/register", json=wanted(**more))


def setup_code(site: Site) -> str:
    with site.database() as session:
        code = service.ensure_setup_code(session)
    assert code is not None
    return code


def in_parallel(actions: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    start = threading.Barrier(len(actions))
    answers: list[httpx.Response] = []

    def run(action: Callable[[], httpx.Response]) -> None:
        start.wait()
        answers.append(action())

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_first_account_needs_the_code_and_becomes_an_admin(site: Site) -> None:
    code = setup_code(site)
    assert re.fullmatch(r"(?:[A-Z2-9]{4}-){3}[A-Z2-9]{4}", code)
    assert site.browser().get("/api/auth/setup").json() == {
        "needs_first_account": True,
        "registration_open": True,
    }
    assert code_of(register(site)) == "setup_code"
    assert code_of(register(site, setup_code="AAAA-BBBB-CCCC-DDDD")) == "setup_code"

    browser = site.browser()
    answer = browser.post("/api/auth/register", json=wanted(setup_code=code.lower().replace("-", " ")))
    assert answer.status_code == 201
    assert answer.json()["user"]["role"] == "admin"
    assert answer.json()["refresh_token"] is None
    assert browser.get("/api/auth/me").json()["email"] == "ada@example.com"
    assert not site.browser().get("/api/auth/setup").json()["needs_first_account"]


def test_a_new_code_replaces_the_old_one_and_there_is_none_once_somebody_exists(site: Site) -> None:
    old, new = setup_code(site), setup_code(site)
    assert code_of(register(site, setup_code=old)) == "setup_code"
    assert register(site, setup_code=new).status_code == 201
    assert code_of(register(site, email="eve@example.com", setup_code=new)) == "setup_done"
    with site.database() as session:
        assert service.ensure_setup_code(session) is None


def test_two_who_hold_the_code_at_once_make_one_admin(site: Site) -> None:
    code = setup_code(site)
    answers = in_parallel(
        [lambda n=n: register(site, email=f"p{n}@example.com", setup_code=code) for n in range(4)]
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    with site.database() as session:
        assert [account.role for account in queries.accounts_page(session).items] == [Role.admin]


def test_the_first_admin_from_the_settings(make_site: Callable[..., Site]) -> None:
    site = make_site(INITIAL_SUPERUSER_EMAIL="Root@Home.local", INITIAL_SUPERUSER_PASSWORD=PASSWORD)
    settings = site.context.settings
    for expected in (True, False):
        with site.database() as session:
            assert (service.ensure_superuser(session, settings) is not None) is expected
    site.sign_in(site.browser(), "root@home.local")
    with site.database() as session:
        assert service.ensure_setup_code(session) is None


def test_a_superuser_setting_that_cannot_be_used_is_named_without_the_password(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(INITIAL_SUPERUSER_EMAIL="root@example.com", INITIAL_SUPERUSER_PASSWORD="tiny-pw")
    with site.database() as session, pytest.raises(Invalid, match="INITIAL_SUPERUSER_PASSWORD") as refused:
        service.ensure_superuser(session, site.context.settings)
    assert "tiny-pw" not in str(refused.value)


def test_an_open_site_takes_traders_and_viewers_but_no_admins(site: Site) -> None:
    site.account("admin@example.com", Role.admin)
    assert register(site, email="t@example.com").json()["user"]["role"] == "trader"
    assert register(site, email="v@example.com", role="viewer").json()["user"]["role"] == "viewer"
    refused = register(site, email="a@example.com", role="admin")
    assert (refused.status_code, code_of(refused)) == (403, "role_not_allowed")


def test_an_admin_registers_an_admin_and_stays_signed_in(site: Site) -> None:
    browser = site.signed_in("admin@example.com", Role.admin)
    answer = browser.post("/api/auth/register", json=wanted("b@example.com", role="admin"))
    assert answer.json()["user"]["role"] == "admin"
    assert browser.get("/api/auth/me").json()["email"] == "admin@example.com"


def test_a_closed_site_takes_nobody_but_whom_an_admin_brings(make_site: Callable[..., Site]) -> None:
    site = make_site(REGISTRATION="closed")
    admin = site.signed_in("admin@example.com", Role.admin)
    refused = register(site)
    assert (refused.status_code, code_of(refused)) == (403, "registration_closed")
    assert admin.post("/api/auth/register", json=wanted()).status_code == 201


def test_an_address_has_one_account_however_it_is_written(site: Site) -> None:
    site.account("ada@example.com")
    taken = register(site, email="ADA@Example.com")
    assert (taken.status_code, code_of(taken)) == (409, "email_taken")
    assert taken.json()["errors"][0]["field"] == "email"


def test_of_many_who_want_an_address_at_once_one_gets_it(site: Site) -> None:
    site.account("admin@example.com", Role.admin)
    answers = in_parallel([lambda: register(site) for _ in range(5)])
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (wanted("nonsense"), "email"),
        (wanted("Ada <ada@example.com>"), "email"),
        (wanted(password="short"), "password"),
        (wanted(password=12345678), "password"),
        (wanted(password="nul\x00inside"), ""),
        (wanted(username="no blanks"), "username"),
        (wanted(username="ab"), "username"),
        (wanted(role="emperor"), "role"),
        (wanted(is_active=True), "is_active"),
        (wanted(confirm_password="another password"), ""),
        ({"email": "ada@example.com"}, "username"),
        ([], ""),
        ("text", ""),
        (None, ""),
    ],
)
def test_bad_input_is_named_and_never_repeated(site: Site, body: object, field: str) -> None:
    site.account("admin@example.com", Role.admin)
    answer = site.browser().post("/api/auth/register", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert not any(secret in answer.text for secret in (PASSWORD, 'short"', "12345678", "nul"))


def test_the_command_line_makes_accounts_without_a_code(site: Site) -> None:
    with site.database() as session:
        service.create_account(
            session,
            email="Op@Example.com",
            username="op",
            password=SecretStr(PASSWORD),
            role=Role.viewer,
            now=site.clock(),
        )
    site.sign_in(site.browser(), "op@example.com")


def test_without_a_superuser_in_the_settings_none_is_made(site: Site) -> None:
    with site.database() as session:
        assert service.ensure_superuser(session, site.context.settings) is None
        assert service.ensure_setup_code(session) is not None
