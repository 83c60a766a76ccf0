"""Steps of being signed in: sessions that rotate and can be revoked, API tokens, and who a credential belongs to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.accounts import queries
from dollarclub.accounts.events import credentials_changed
from dollarclub.accounts.models import Account, ApiToken, RefreshSession
from dollarclub.accounts.repository import SessionRepository, TokenRepository
from dollarclub.accounts.rules import (
    ALL_SCOPES,
    CurrentAccount,
    Rotation,
    Scope,
    is_use_worth_noting,
    judge_rotation,
)
from dollarclub.core.errors import NotFound, Unauthenticated
from dollarclub.core.logging import logger
from dollarclub.core.outbox import emit
from dollarclub.core.security import (
    Claims,
    SignedToken,
    TokenKind,
    Tokens,
    api_token_prefix,
    new_api_token,
    same_digest,
)
from dollarclub.kit.ids import new_id

_log = logger(__name__)


@dataclass(frozen=True)
class Client:
    """Where a sign-in came from, as its owner sees it in the list of sessions."""

    address: str
    user_agent: str


@dataclass(frozen=True)
class SignedIn:
    """An account with fresh tokens. `refresh` is None when the session's newest refresh token is out already."""

    account: Account
    session_id: UUID
    access: SignedToken
    refresh: SignedToken | None


@dataclass(frozen=True)
class Identified:
    """Who a credential belongs to and when it ends; None for a token without an end."""

    current: CurrentAccount
    ends_at: datetime | None


def start(session: Session, *, account: Account, client: Client, tokens: Tokens, now: datetime) -> SignedIn:
    """Open a session for an account that has proved itself."""
    sessions = SessionRepository(session)
    sessions.forget_ended(account.id, now)
    account.last_login_at = now
    session_id = new_id()
    refresh = tokens.issue(TokenKind.refresh, account_id=account.id, session_id=session_id, generation=1)
    sessions.add(
        id=session_id,
        account_id=account.id,
        generation=1,
        created_at=now,
        last_used_at=now,
        expires_at=refresh.expires_at,
        user_agent=client.user_agent[:300],
        address=client.address[:64],
    )
    access = tokens.issue(TokenKind.access, account_id=account.id, session_id=session_id, generation=1)
    return SignedIn(account, session_id, access, refresh)


def rotate(session: Session, *, claims: Claims, tokens: Tokens, now: datetime) -> SignedIn | None:
    """Trade a refresh token for a fresh pair; None when it is refused.

    A token that was traded before revokes the session, so the transaction must be committed either way.
    """
    row = SessionRepository(session).locked(claims.session_id, claims.account_id)
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return None
    account = queries.account_of_session(session, row.id, row.account_id, now)
    if account is None:
        return None
    verdict = judge_rotation(
        presented=claims.generation, current=row.generation, rotated_at=row.last_used_at, now=now
    )
    if verdict is Rotation.reuse:
        _revoke(session, row, now=now, reason="refresh_token_reused")
        _log.warning("refresh_token_reused", account_id=str(account.id), session_id=str(row.id))
        return None
    refresh = None
    if verdict is Rotation.advance:
        row.generation += 1
        row.last_used_at = now
        refresh = tokens.issue(
            TokenKind.refresh, account_id=account.id, session_id=row.id, generation=row.generation
        )
        row.expires_at = refresh.expires_at
    access = tokens.issue(
        TokenKind.access, account_id=account.id, session_id=row.id, generation=row.generation
    )
    return SignedIn(account, row.id, access, refresh)


def end(session: Session, *, session_id: UUID, account_id: UUID, now: datetime) -> None:
    """Revoke one session of the account: its access and refresh tokens stop at once. Raises NotFound."""
    if not _end(session, session_id=session_id, account_id=account_id, reason="ended_by_owner", now=now):
        raise NotFound("No such session.", session_id=session_id)


def sign_out(session: Session, *, session_id: UUID, account_id: UUID, now: datetime) -> None:
    """Revoke a session that its own tokens name; nothing happens when it has ended before."""
    _end(session, session_id=session_id, account_id=account_id, reason="signed_out", now=now)


def end_others(session: Session, *, account_id: UUID, keep: UUID | None, now: datetime) -> int:
    """Revoke the account's sessions except `keep`; returns how many."""
    ended = SessionRepository(session).revoke_all(account_id, now=now, reason="ended_by_owner", keep=keep)
    emit(session, credentials_changed(account_id))
    return ended


def create_token(
    session: Session, *, account_id: UUID, name: str, scopes: set[Scope], days: int | None, now: datetime
) -> tuple[ApiToken, str]:
    """A new API token and its text, which is not kept. `days` until it ends, None for never."""
    fresh = new_api_token()
    row = TokenRepository(session).add(
        account_id=account_id,
        name=name,
        prefix=fresh.prefix,
        digest=fresh.digest,
        scopes=sorted(scopes),
        created_at=now,
        expires_at=now + timedelta(days=days) if days is not None else None,
    )
    return row, fresh.text


def delete_token(session: Session, *, token_id: UUID, account_id: UUID) -> None:
    """Delete an API token of the account. Raises NotFound."""
    if not TokenRepository(session).delete(token_id, account_id):
        raise NotFound("No such token.", token_id=token_id)
    emit(session, credentials_changed(account_id))


def identify_access_token(session: Session, text: str, *, tokens: Tokens, now: datetime) -> Identified:
    """Who a session's access token belongs to. Raises Unauthenticated."""
    claims = tokens.read(text, TokenKind.access)
    account = queries.account_of_session(session, claims.session_id, claims.account_id, now)
    if account is None:
        raise Unauthenticated("The session has ended; sign in again.", code="session_ended")
    return Identified(_current(account, session_id=claims.session_id), claims.expires_at)


def identify_api_token(session: Session, text: str, *, now: datetime) -> Identified:
    """Who an API token belongs to; notes its use. Raises Unauthenticated."""
    prefix = api_token_prefix(text)
    found = queries.token_by_prefix(session, prefix, now) if prefix is not None else None
    if found is None or not same_digest(text, found[0].digest):
        raise Unauthenticated("The API token is not valid or has ended.", code="invalid_token")
    token, account = found
    if is_use_worth_noting(token.last_used_at, now):
        TokenRepository(session).touch(token.id, now)
    return Identified(_current(account, token=token), token.expires_at)


def still_valid(session: Session, current: CurrentAccount, *, now: datetime) -> bool:
    """Whether what `current` was identified by still holds: neither revoked nor over, account active, same role."""
    account = (
        queries.account_of_session(session, current.session_id, current.id, now)
        if current.session_id is not None
        else queries.account_of_token(session, current.token_id, now)
        if current.token_id is not None
        else None
    )
    return account is not None and account.id == current.id and account.role is current.role


def _current(
    account: Account, *, session_id: UUID | None = None, token: ApiToken | None = None
) -> CurrentAccount:
    return CurrentAccount(
        id=account.id,
        email=account.email,
        username=account.username,
        role=account.role,
        session_id=session_id,
        token_id=token.id if token is not None else None,
        scopes=frozenset(Scope(scope) for scope in token.scopes) if token is not None else ALL_SCOPES,
    )


def _end(session: Session, *, session_id: UUID, account_id: UUID, reason: str, now: datetime) -> bool:
    row = SessionRepository(session).locked(session_id, account_id)
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return False
    _revoke(session, row, now=now, reason=reason)
    return True


def _revoke(session: Session, row: RefreshSession, *, now: datetime, reason: str) -> None:
    row.revoked_at = now
    row.revoked_reason = reason
    emit(session, credentials_changed(row.account_id))
