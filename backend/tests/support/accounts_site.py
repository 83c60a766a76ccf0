"""An accounts API on an empty database, with the people, browsers and programs that use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy.orm import Session

from dollarclub.accounts import service
from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.accounts.models import Account
from dollarclub.accounts.router import auth_router, users_router
from dollarclub.accounts.rules import Role
from dollarclub.core.context import build_context
from dollarclub.core.settings import Settings
from dollarclub.core.web import RequestScope, install_error_handlers

ADDRESS = "http://dollarclub.test:8000"
PASSWORD = "correct horse battery"


class Moment:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


class Site:
    """The API of one installation."""

    def __init__(self, settings: Settings) -> None:
        self.clock = Moment()
        self.context = build_context(settings, clock=self.clock)
        self.app = FastAPI()
        self.app.state.context = self.context
        self.app.include_router(auth_router)
        self.app.include_router(users_router)
        install_error_handlers(self.app)
        self.app.add_middleware(RequestScope)
        self._add_things()

    def _add_things(self) -> None:
        """Stands for what other domains offer to an account: reading and changing."""

        @self.app.get("/api/things")
        def read(current: AccountDep) -> str:
            return current.email

        @self.app.post("/api/things")
        def change(current: TraderDep) -> str:
            return current.email

    def program(self, token: str | None = None, *, peer: str = "203.0.113.7") -> TestClient:
        """A client without Origin; with `token` as its bearer token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, base_url=ADDRESS, headers=headers, client=(peer, 40000))

    def browser(self, *, peer: str = "203.0.113.8") -> TestClient:
        """A client that keeps cookies and says which page its requests come from."""
        return TestClient(self.app, base_url=ADDRESS, headers={"Origin": ADDRESS}, client=(peer, 40000))

    @contextmanager
    def database(self) -> Iterator[Session]:
        with self.context.db.transaction() as session:
            yield session

    def account(self, email: str, role: Role = Role.trader) -> Account:
        """An account with `PASSWORD`."""
        with self.database() as session:
            return service.create_account(
                session,
                email=email,
                username=email.partition("@")[0],
                password=SecretStr(PASSWORD),
                role=role,
                now=self.clock(),
            )

    def signed_in(self, email: str, role: Role = Role.trader) -> TestClient:
        """A browser in which a new account is signed in."""
        self.account(email, role)
        return self.sign_in(self.browser(), email)

    def sign_in(self, client: TestClient, email: str) -> TestClient:
        answer = client.post("/api/auth/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return client


def code_of(answer: httpx.Response) -> str:
    """The stable code of a problem."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["code"])
