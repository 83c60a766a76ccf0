"""Signing in: the slow hashing happens while no transaction is open."""

from datetime import datetime

from pydantic import SecretStr

from dollarclub.accounts import queries, service, session_service
from dollarclub.accounts.rules import CurrentAccount, normal_email
from dollarclub.accounts.schemas import RegisterIn
from dollarclub.accounts.session_service import Client, SignedIn
from dollarclub.core.db import Database
from dollarclub.core.errors import Unauthenticated
from dollarclub.core.security import TokenKind, Tokens, hash_password, needs_rehash, verify_password


def sign_in(
    db: Database, *, email: str, password: SecretStr, client: Client, tokens: Tokens, now: datetime
) -> SignedIn:
    """A session for the right password.

    Raises Unauthenticated, in the same words and after the same work whether the account is unknown, disabled or the
    password wrong.
    """
    refused = Unauthenticated("The e-mail address or the password is wrong.", code="bad_credentials")
    with db.transaction() as session:
        found = queries.account_by_email(session, normal_email(email))
    stored = found.password_hash if found is not None else None
    if not verify_password(password, stored) or found is None or not found.is_active:
        raise refused
    renewed = hash_password(password) if needs_rehash(found.password_hash) else None
    with db.transaction() as session:
        account = service.lock_account(session, found.id)
        if not account.is_active or account.password_hash != stored:
            raise refused
        if renewed is not None:
            account.password_hash = renewed
        return session_service.start(session, account=account, client=client, tokens=tokens, now=now)


def register(
    db: Database,
    *,
    wanted: RegisterIn,
    registration_open: bool,
    by: CurrentAccount | None,
    client: Client,
    tokens: Tokens,
    now: datetime,
) -> SignedIn:
    """A new account with a session. Raises what `service.register` raises."""
    with db.transaction() as session:
        service.check_registration(
            session,
            role=wanted.role,
            setup_code=wanted.setup_code,
            registration_open=registration_open,
            by=by,
        )
    password_hash = hash_password(wanted.password)
    with db.transaction() as session:
        account = service.register(
            session,
            email=wanted.email,
            username=wanted.username,
            password_hash=password_hash,
            role=wanted.role,
            setup_code=wanted.setup_code,
            registration_open=registration_open,
            by=by,
            now=now,
        )
        return session_service.start(session, account=account, client=client, tokens=tokens, now=now)


def refresh(db: Database, *, refresh_token: str, tokens: Tokens, now: datetime) -> SignedIn:
    """Fresh tokens for a session. Raises Unauthenticated; the revocation that a reused token causes is kept."""
    claims = tokens.read(refresh_token, TokenKind.refresh)
    with db.transaction() as session:
        renewed = session_service.rotate(session, claims=claims, tokens=tokens, now=now)
    if renewed is None:
        raise Unauthenticated("The session has ended; sign in again.", code="session_ended")
    return renewed
