"""A short way for requests that come by the thousand, past the framework's routing and dependencies."""

from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from dollarclub.core.errors import DomainError
from dollarclub.core.web import domain_problem


class Shortcut:
    """ASGI middleware: a POST with a short enough body of known length goes straight to its route's own function.

    The functions take the request only and answer a response. Everything else, such as a body that is too large or of
    unknown length, another method and another address, goes the usual way, to the same functions.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[APIRoute], body_bytes: int) -> None:
        self._app = app
        self._routes = [(route.path_regex, route.endpoint) for route in routes]
        self._prefixes = tuple({route.path.partition("{")[0] for route in routes})
        self._body_bytes = body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(self._prefixes):
            for pattern, endpoint in self._routes:
                match = pattern.match(scope["path"])
                if match is not None and self._is_short(scope):
                    scope["path_params"] = match.groupdict()
                    try:
                        answer: Response = await endpoint(Request(scope, receive))
                    except DomainError as error:
                        answer = domain_problem(error)
                    await answer(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    def _is_short(self, scope: Scope) -> bool:
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        return length.isdigit() and int(length) <= self._body_bytes
