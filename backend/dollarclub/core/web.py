"""The web edge: what each request is given, and how an error looks in HTTP."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import uuid4

import structlog
from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.requests import HTTPConnection
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dollarclub.core import errors
from dollarclub.core.context import Context
from dollarclub.core.db import Database
from dollarclub.core.logging import logger
from dollarclub.core.settings import Settings
from dollarclub.kit.clock import Clock

_log = logger(__name__)

_STATUS: tuple[tuple[type[errors.DomainError], int, str], ...] = (
    (errors.NotFound, 404, "Not found"),
    (errors.Conflict, 409, "Conflict"),
    (errors.TooLarge, 413, "Too large"),
    (errors.Invalid, 422, "Invalid"),
    (errors.Unauthenticated, 401, "Sign in first"),
    (errors.Forbidden, 403, "Not allowed"),
    (errors.TooManyRequests, 429, "Too many requests"),
    (errors.Unavailable, 503, "Temporarily unavailable"),
)
_CORRELATION_HEADER = b"x-correlation-id"
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
)
_API_HEADERS = (*_HEADERS, (b"cache-control", b"no-store"))
PROBLEM_TYPE = "application/problem+json"


def context_of(connection: HTTPConnection) -> Context:
    """The process's context, from any request or websocket."""
    context: Context = connection.app.state.context
    return context


ContextDep = Annotated[Context, Depends(context_of)]


def _settings(context: ContextDep) -> Settings:
    return context.settings


def _database(context: ContextDep) -> Database:
    return context.db


def _clock(context: ContextDep) -> Clock:
    return context.clock


def current_session(context: ContextDep) -> Iterator[Session]:
    """One transaction a request, committed before the answer leaves."""
    with context.db.transaction() as session:
        yield session


Limit = Annotated[int, Query(ge=1, le=200)]
"""How many items a page may hold."""

Offset = Annotated[int, Query(ge=0, le=1_000_000)]
"""How many items of a list lie before the page."""

SettingsDep = Annotated[Settings, Depends(_settings)]
DatabaseDep = Annotated[Database, Depends(_database)]
ClockDep = Annotated[Clock, Depends(_clock)]
SessionDep = Annotated[Session, Depends(current_session, scope="function")]


def problem(status: int, title: str, code: str, detail: str, **facts: Any) -> JSONResponse:
    """An `application/problem+json` answer."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "correlation_id": structlog.contextvars.get_contextvars().get("correlation_id"),
    }
    return JSONResponse({**facts, **body}, status_code=status, media_type=PROBLEM_TYPE)


def domain_problem(error: errors.DomainError) -> JSONResponse:
    """The answer that tells of a domain's error."""
    status, title = next(
        ((status, title) for kind, status, title in _STATUS if isinstance(error, kind)), (400, "Bad request")
    )
    answer = problem(
        status, title, error.code, error.message, **{k: _plain(v) for k, v in error.facts.items()}
    )
    if isinstance(error, errors.TooManyRequests):
        answer.headers["Retry-After"] = str(error.retry_after)
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _domain_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.DomainError)
    return domain_problem(error)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str, list, dict)) else str(value)


def _invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = [
        {"field": ".".join(str(part) for part in item["loc"] if part != "body"), "message": item["msg"]}
        for item in error.errors()
    ]
    if any(item["type"] == "json_invalid" for item in error.errors()):
        return problem(422, "Invalid", "malformed_json", "The body is not valid JSON.", errors=found)
    first = found[0] if found else {"field": "", "message": "The request is not valid."}
    detail = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    return problem(422, "Invalid", "invalid", detail, errors=found)


def _http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    codes = {404: "not_found", 405: "method_not_allowed", 400: "bad_request", 413: "too_large"}
    answer = problem(
        error.status_code, str(error.detail), codes.get(error.status_code, "http_error"), str(error.detail)
    )
    answer.headers.update(error.headers or {})
    return answer


def _database_error(request: Request, error: Exception) -> JSONResponse:
    if (
        isinstance(error, DBAPIError)
        and not isinstance(error, OperationalError)
        and not error.connection_invalidated
    ):
        return _unexpected(request, error)
    _log.warning("database_away", error=type(error).__name__)
    answer = problem(
        503, "Temporarily unavailable", "database_unavailable", "The database does not answer; try again."
    )
    answer.headers["Retry-After"] = "2"
    return answer


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    with structlog.contextvars.bound_contextvars(correlation_id=request.scope.get("correlation_id")):
        _log.error("request_failed", exc_info=error)
        return problem(500, "Internal error", "internal", "Something went wrong on our side; the log has it.")


def install_error_handlers(app: FastAPI) -> None:
    """Render every error as problem+json."""
    app.add_exception_handler(errors.DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DBAPIError, _database_error)
    app.add_exception_handler(PoolTimeout, _database_error)
    app.add_exception_handler(Exception, _unexpected)


_BODY_TOO_LARGE = problem(413, "Too large", "too_large", "The body of the request is too large.")


def document_problems(app: FastAPI) -> None:
    """Give problems their media type in the OpenAPI document, where FastAPI knows only that of good answers."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        for operations in document["paths"].values():
            for operation in operations.values():
                content = operation["responses"].get("default", {}).get("content", {})
                if "application/json" in content:
                    content[PROBLEM_TYPE] = content.pop("application/json")
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def _is_plain_refusal(message: Message) -> bool:
    """Whether this is the text that the framework sends, past all handlers, for a body over its limit."""
    if message["type"] != "http.response.start" or message["status"] != 413:
        return False
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")


def _correlation_id(scope: Scope) -> str:
    """The caller's own, when it is short and printable; else a new one."""
    for name, value in scope["headers"]:
        if name == _CORRELATION_HEADER:
            given = str(value, "latin-1")
            if given.isascii() and given.isprintable() and 0 < len(given) <= 64:
                return given
            break
    return uuid4().hex


class RequestScope:
    """ASGI middleware: a correlation id for every request, plain security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        correlation_id = _correlation_id(scope)

        async def send_with_headers(message: Message) -> None:
            if _is_plain_refusal(message):
                await _BODY_TOO_LARGE(scope, receive, send_with_headers)
                scope["answered"] = True
            if scope.get("answered"):
                return
            if message["type"] == "http.response.start":
                given = message.get("headers", [])
                there = {name.lower() for name, _ in given}
                wanted = _API_HEADERS if scope["path"].startswith("/api/") else _HEADERS
                missing = [header for header in wanted if header[0] not in there]
                message["headers"] = [*given, (_CORRELATION_HEADER, correlation_id.encode()), *missing]
            await send(message)

        scope["correlation_id"] = correlation_id
        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            await self._app(scope, receive, send_with_headers)
