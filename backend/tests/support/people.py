"""Accounts to act as, over HTTP."""

import itertools
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient

from dollarclub.accounts import service
from dollarclub.core.context import Context

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    """A signed-in account; `headers` authenticate a request."""

    id: str
    email: str
    headers: dict[str, str]


def _person(answer: dict[str, Any]) -> Person:
    user = answer["user"]
    return Person(user["id"], user["email"], {"Authorization": f"Bearer {answer['access_token']}"})


def _body() -> dict[str, str]:
    number = next(_numbers)
    return {"email": f"person{number}@example.com", "username": f"person{number}", "password": PASSWORD}


def sign_up_first(client: TestClient, context: Context) -> Person:
    """Make the first account with the one-time code; it is an admin."""
    with context.db.transaction() as session:
        code = service.ensure_setup_code(session)
    answer = client.post("/api/auth/register", json={**_body(), "setup_code": code})
    assert answer.status_code == 201, answer.text
    client.cookies.clear()
    return _person(answer.json())


def sign_up(client: TestClient) -> Person:
    """Make another account; a trader."""
    answer = client.post("/api/auth/register", json=_body())
    assert answer.status_code == 201, answer.text
    client.cookies.clear()
    return _person(answer.json())
