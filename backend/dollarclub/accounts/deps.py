"""Who asks: turns the credentials of a request or of a websocket into an account, and guards routes by role."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.requests import HTTPConnection
from fastapi.security import APIKeyCookie, OAuth2PasswordBearer
from sqlalchemy.orm import Session

from dollarclub.accounts import session_service
from dollarclub.accounts.rules import CurrentAccount, Role, Scope, is_safe, is_same_site, may_act
from dollarclub.accounts.session_service import Client, Identified
from dollarclub.core.context import Context
from dollarclub.core.errors import Forbidden, Unauthenticated
from dollarclub.core.ratelimit import RateLimiter
from dollarclub.core.security import TokenKind, Tokens, api_token_prefix
from dollarclub.core.settings import Settings
from dollarclub.core.web import ContextDep, SessionDep, context_of

ACCESS_COOKIE = "access_token"
REFRESH_COOKIE = "refresh_token"

_bearer = OAuth2PasswordBearer(
    tokenUrl="/api/auth/login",
    auto_error=False,
    description="An access token from signing in, or a personal API token.",
)
_cookie = APIKeyCookie(name=ACCESS_COOKIE, auto_error=False, description="What a signed-in browser sends.")


def tokens_of(context: ContextDep) -> Tokens:
    """Signs and reads the tokens of sessions."""
    return Tokens(context.settings.security, context.clock)


@lru_cache(maxsize=8)
def _limiter(context: Context) -> RateLimiter:
    return RateLimiter.at(context.settings.redis.url.get_secret_value())


def limiter_of(context: ContextDep) -> RateLimiter:
    """The rate limits of this process."""
    return _limiter(context)


def client_of(connection: HTTPConnection) -> Client:
    """Where the request comes from; behind a trusted proxy the server has put the real address there."""
    return Client(
        address=connection.client.host if connection.client is not None else "",
        user_agent=connection.headers.get("user-agent", ""),
    )


TokensDep = Annotated[Tokens, Depends(tokens_of)]
LimiterDep = Annotated[RateLimiter, Depends(limiter_of)]
ClientDep = Annotated[Client, Depends(client_of)]


@dataclass(frozen=True)
class Leaving:
    """The session that signs out."""

    account_id: UUID
    session_id: UUID


def require_same_site(connection: HTTPConnection) -> None:
    """Refuse what another site's page makes a browser send. Raises Forbidden (`csrf`).

    A cookie travels with requests that other sites start, so those must show where they come from.
    """
    headers = connection.headers
    source = headers.get("origin") or headers.get("referer")
    settings = context_of(connection).settings
    if not is_same_site(source, host=headers.get("host", ""), allowed=allowed_origins(settings)):
        raise Forbidden(
            "This request needs an Origin header of this site because it is signed in by a cookie.",
            code="csrf",
        )


def refuse_other_sites(connection: HTTPConnection) -> None:
    """Refuse a sign-in that another site's page starts; programs, which send no Origin, pass. Raises Forbidden."""
    if connection.headers.get("origin") is not None:
        require_same_site(connection)


def allowed_origins(settings: Settings) -> tuple[str, ...]:
    """Origins besides the site itself whose pages may act for a signed-in browser."""
    development = () if settings.is_production else (settings.server.frontend_url,)
    return (*settings.server.allowed_origins, *development)


def _bearer_text(connection: HTTPConnection) -> str | None:
    scheme, _, text = connection.headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def _identify(session: Session, connection: HTTPConnection, *, changes_state: bool) -> Identified:
    """By the Authorization header if it holds a bearer token, else by the cookie."""
    context = context_of(connection)
    now = context.clock()
    text = _bearer_text(connection)
    if text is not None and api_token_prefix(text) is not None:
        return session_service.identify_api_token(session, text, now=now)
    from_cookie = text is None
    text = connection.cookies.get(ACCESS_COOKIE) if text is None else text
    if not text:
        raise Unauthenticated("Sign in first.")
    found = session_service.identify_access_token(session, text, tokens=tokens_of(context), now=now)
    if from_cookie and changes_state:
        require_same_site(connection)
    return found


def authenticate_socket(session: Session, connection: HTTPConnection) -> Identified:
    """Who opens a websocket, by cookie (only from this site's pages) or Authorization header.

    `ends_at` of the answer is when the credentials end; ask `session_service.still_valid` meanwhile. Raises
    Unauthenticated, Forbidden (`csrf`).
    """
    return _identify(session, connection, changes_state=True)


def current_account(
    request: Request,
    context: ContextDep,
    _bearer_scheme: Annotated[str | None, Depends(_bearer)],
    _cookie_scheme: Annotated[str | None, Depends(_cookie)],
) -> CurrentAccount:
    """The signed-in account, read in a transaction of its own, so that slow work after it holds no connection.

    Raises Unauthenticated, Forbidden (`csrf`, `scope_missing`).
    """
    with context.db.transaction() as session:
        current = _identify(session, request, changes_state=not is_safe(request.method)).current
    needed = Scope.read if is_safe(request.method) else Scope.write
    if needed not in current.scopes and Scope.write not in current.scopes:
        raise Forbidden(f"This API token lacks the scope {needed}.", code="scope_missing")
    return current


def optional_account(request: Request, context: ContextDep) -> CurrentAccount | None:
    """The signed-in account, or None for anybody else."""
    try:
        with context.db.transaction() as session:
            current = _identify(session, request, changes_state=not is_safe(request.method)).current
    except (Unauthenticated, Forbidden):
        return None
    return current if is_safe(request.method) or Scope.write in current.scopes else None


def leaving_session(request: Request, session: SessionDep) -> Leaving | None:
    """The session that a sign-out ends, also when only its refresh cookie is still good; None without one.

    Raises Unauthenticated for a bearer token that is not good, Forbidden (`csrf`, `session_required`).
    """
    if _bearer_text(request) is not None:
        current = _identify(session, request, changes_state=True).current
        if current.session_id is None:
            raise Forbidden("An API token is not a session; delete it instead.", code="session_required")
        return Leaving(current.id, current.session_id)
    tokens = tokens_of(context_of(request))
    given = ((ACCESS_COOKIE, TokenKind.access), (REFRESH_COOKIE, TokenKind.refresh))
    found = [(request.cookies[name], kind) for name, kind in given if request.cookies.get(name)]
    if found:
        require_same_site(request)
    for text, kind in found:
        try:
            claims = tokens.read(text, kind)
        except Unauthenticated:
            continue
        return Leaving(claims.account_id, claims.session_id)
    return None


AccountDep = Annotated[CurrentAccount, Depends(current_account)]
OptionalAccountDep = Annotated[CurrentAccount | None, Depends(optional_account)]
LeavingDep = Annotated[Leaving | None, Depends(leaving_session)]


def _trader(current: AccountDep) -> CurrentAccount:
    if not may_act(current.role, current.scopes):
        raise Forbidden("Your account may only read.", code="role_required", role=current.role)
    return current


def _admin(current: AccountDep) -> CurrentAccount:
    if current.role is not Role.admin:
        raise Forbidden("Only an administrator may do this.", code="role_required", role=current.role)
    return current


def _person(current: AccountDep) -> CurrentAccount:
    if current.session_id is None:
        raise Forbidden("Sign in to do this; an API token is not enough.", code="session_required")
    return current


TraderDep = Annotated[CurrentAccount, Depends(_trader)]
AdminDep = Annotated[CurrentAccount, Depends(_admin)]
PersonDep = Annotated[CurrentAccount, Depends(_person)]
