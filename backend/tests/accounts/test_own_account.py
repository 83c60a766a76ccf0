"""One's own account: name, password, and where it is signed in."""

from uuid import uuid4

from tests.support.accounts_site import PASSWORD, Site, code_of

NEW = "a much better password"


def change_password(browser, current: str = PASSWORD, new: str = NEW):
    return browser.post("/api/auth/password", json={"current_password": current, "new_password": new})


def test_the_user_name_can_be_changed(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    assert browser.patch("/api/auth/me", json={"username": "ada_2"}).json()["username"] == "ada_2"
    assert browser.get("/api/auth/me").json()["username"] == "ada_2"
    assert browser.patch("/api/auth/me", json={"username": "a b"}).status_code == 422
    assert browser.patch("/api/auth/me", json={"role": "admin"}).status_code == 422


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(site: Site) -> None:
    here = site.signed_in("ada@example.com")
    elsewhere = site.sign_in(site.browser(), "ada@example.com")
    assert change_password(here).status_code == 204
    assert here.get("/api/auth/me").status_code == 200
    assert here.post("/api/auth/refresh").status_code == 200
    assert elsewhere.get("/api/auth/me").status_code == 401
    assert elsewhere.post("/api/auth/refresh").status_code == 401
    old, new = (
        site.browser().post("/api/auth/login", json={"email": "ada@example.com", "password": password})
        for password in (PASSWORD, NEW)
    )
    assert (old.status_code, new.status_code) == (401, 200)


def test_a_wrong_current_password_changes_nothing(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    refused = change_password(browser, current="wrong password")
    assert (refused.status_code, code_of(refused)) == (422, "wrong_password")
    assert refused.json()["errors"][0]["field"] == "current_password"
    assert change_password(browser, new="short").status_code == 422
    site.sign_in(site.browser(), "ada@example.com")


def test_passwords_are_taken_as_they_are(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    blanks = "  blänks around 🔑  "
    assert change_password(browser, new=blanks).status_code == 204
    for password, status in ((blanks, 200), (blanks.strip(), 401)):
        answer = site.browser().post(
            "/api/auth/login", json={"email": "ada@example.com", "password": password}
        )
        assert answer.status_code == status


def test_sessions_are_listed_and_ended_one_by_one(site: Site) -> None:
    here = site.signed_in("ada@example.com")
    site.clock.advance(minutes=1)
    elsewhere = site.browser(peer="198.51.100.4")
    elsewhere.headers["User-Agent"] = "Other browser"
    site.sign_in(elsewhere, "ada@example.com")
    page = here.get("/api/auth/sessions").json()
    assert page["total"] == 2
    other, mine = page["items"]
    assert (mine["current"], other["current"]) == (True, False)
    assert (other["user_agent"], other["address"]) == ("Other browser", "198.51.100.4")
    assert here.get("/api/auth/sessions?limit=1&offset=1").json()["items"] == [mine]

    assert here.delete(f"/api/auth/sessions/{other['id']}").status_code == 204
    assert elsewhere.get("/api/auth/me").status_code == 401
    assert here.get("/api/auth/sessions").json()["total"] == 1
    assert here.delete(f"/api/auth/sessions/{other['id']}").status_code == 404
    assert here.delete(f"/api/auth/sessions/{mine['id']}").status_code == 204
    assert here.get("/api/auth/me").status_code == 401


def test_all_other_sessions_end_together(site: Site) -> None:
    here = site.signed_in("ada@example.com")
    others = [site.sign_in(site.browser(), "ada@example.com") for _ in range(3)]
    assert here.delete("/api/auth/sessions").status_code == 204
    assert here.get("/api/auth/me").status_code == 200
    assert {other.get("/api/auth/me").status_code for other in others} == {401}


def test_what_belongs_to_others_does_not_exist(site: Site) -> None:
    ada, eve = site.signed_in("ada@example.com"), site.signed_in("eve@example.com")
    session = ada.get("/api/auth/sessions").json()["items"][0]["id"]
    token = ada.post("/api/auth/tokens", json={"name": "bot"}).json()["id"]
    assert eve.get("/api/auth/sessions").json()["total"] == 1
    assert eve.get("/api/auth/tokens").json()["total"] == 0
    for path in (f"sessions/{session}", f"tokens/{token}", f"sessions/{uuid4()}", f"tokens/{uuid4()}"):
        answer = eve.delete(f"/api/auth/{path}")
        assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert eve.delete("/api/auth/sessions/7").status_code == 422
    assert ada.get("/api/auth/tokens").json()["total"] == 1
    assert ada.get("/api/auth/me").status_code == 200


def test_odd_pages_are_refused(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    for query in ("limit=0", "limit=100000", "offset=-1", "offset=99999999999999999999", "limit=x"):
        assert browser.get(f"/api/auth/sessions?{query}").status_code == 422


def test_odd_tokens_are_refused(site: Site) -> None:
    browser = site.signed_in("ada@example.com")
    for body in (
        {},
        {"name": ""},
        {"name": "x" * 101},
        {"name": "nul\x00"},
        {"name": "bot", "scopes": []},
        {"name": "bot", "scopes": ["everything"]},
        {"name": "bot", "expires_in_days": 0},
        {"name": "bot", "expires_in_days": 10**30},
    ):
        assert browser.post("/api/auth/tokens", json=body).status_code == 422
