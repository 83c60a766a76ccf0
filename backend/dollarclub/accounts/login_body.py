"""The body of a sign-in: JSON, or the form of the OAuth2 password grant; the content type decides."""

import json
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from dollarclub.accounts.schemas import LoginIn
from dollarclub.core.errors import Invalid, TooLarge

_FORM = "application/x-www-form-urlencoded"
_LONGEST_BODY = 16 * 1024


def _form_schema() -> dict[str, Any]:
    fields = LoginIn.model_json_schema()["properties"]
    return {
        "title": "LoginForm",
        "type": "object",
        "required": ["username", "password"],
        "properties": {
            "grant_type": {"type": "string", "const": "password"},
            "username": fields["email"] | {"title": "Username", "description": "The e-mail address."},
            "password": fields["password"],
        },
    }


LOGIN_OPENAPI: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": LoginIn.model_json_schema()},
            _FORM: {"schema": _form_schema()},
        },
    }
}


@dataclass(frozen=True)
class Login:
    """What was sent; `is_form` for a client that keeps its tokens itself."""

    credentials: LoginIn
    is_form: bool


async def login_body(request: Request) -> Login:
    """Read either kind. Raises what FastAPI raises for an invalid body, and Invalid for another content type."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {_FORM, "application/json"}:
        raise Invalid("Send JSON or a form.", code="unsupported_media_type")
    is_form = kind == _FORM
    body = await _limited_body(request)
    content = _form(body) if is_form else _json(body)
    try:
        return Login(LoginIn.model_validate(content), is_form)
    except ValidationError as error:
        found = [{**item, "loc": ("body", *_location(item["loc"], is_form))} for item in error.errors()]
        raise RequestValidationError(found) from None


LoginDep = Annotated[Login, Depends(login_body)]


async def _limited_body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            raise TooLarge("A sign-in is not that long.")
    return body


def _form(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20)
    except ValueError:
        raise Invalid("The form cannot be read.", code="malformed_form") from None
    known = {"username": "email", "password": "password"}
    return {known[name]: value for name, value in pairs if name in known}


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body",), "msg": "JSON decode error", "input": {}}]
        ) from None


def _location(location: tuple[int | str, ...], is_form: bool) -> tuple[int | str, ...]:
    return tuple("username" if is_form and part == "email" else part for part in location)
