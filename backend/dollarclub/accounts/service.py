"""Steps that make and change accounts. Each takes an open session and never commits."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr, ValidationError
from sqlalchemy.orm import Session

from dollarclub.accounts import queries
from dollarclub.accounts.events import account_created, credentials_changed
from dollarclub.accounts.models import Account
from dollarclub.accounts.repository import AccountRepository, SessionRepository
from dollarclub.accounts.rules import (
    SETUP_CODE_ALPHABET,
    CurrentAccount,
    Role,
    grouped_setup_code,
    is_admin,
    normal_email,
    plain_setup_code,
)
from dollarclub.accounts.schemas import UserCreateIn
from dollarclub.core.errors import Conflict, Forbidden, Invalid, NotFound
from dollarclub.core.outbox import emit
from dollarclub.core.security import digest_of, hash_password, same_digest, verify_password
from dollarclub.core.settings import Settings
from dollarclub.kit.clock import utc_now

_SETUP_CODE_CHARACTERS = 16


def lock_account(session: Session, account_id: UUID) -> Account:
    """The account with its row locked until the transaction ends: what is counted per owner is counted under it.

    Raises NotFound.
    """
    account = AccountRepository(session).locked(account_id)
    if account is None:
        raise NotFound("No such account.", account_id=account_id)
    return account


def usernames(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The user name of each account; unknown ids are absent."""
    return queries.usernames(session, ids)


def check_registration(
    session: Session,
    *,
    role: Role | None,
    setup_code: str | None,
    registration_open: bool,
    by: CurrentAccount | None,
) -> bool:
    """Whether this registration makes the first account. Raises Forbidden or Conflict when it is not allowed."""
    accounts = AccountRepository(session)
    if not accounts.any_exists():
        _check_setup_code(accounts, setup_code)
        return True
    if setup_code:
        raise Conflict("The first account exists already; register without a code.", code="setup_done")
    by_admin = by is not None and is_admin(by.role)
    if not registration_open and not by_admin:
        raise Forbidden("Registration is closed; ask an administrator.", code="registration_closed")
    if is_admin(role) and not by_admin:
        raise Forbidden(f"Only an administrator may give the role {role}.", code="role_not_allowed")
    return False


def register(
    session: Session,
    *,
    email: str,
    username: str,
    password_hash: str,
    role: Role | None,
    setup_code: str | None,
    registration_open: bool,
    by: CurrentAccount | None,
    now: datetime,
) -> Account:
    """A new account; the first one, made with the one-time code, is an administrator.

    Raises Forbidden (`registration_closed`, `role_not_allowed`, `setup_code`) and Conflict (`email_taken`, `setup_done`).
    """
    accounts = AccountRepository(session)
    if not accounts.any_exists():
        accounts.lock_admins()
    is_first = check_registration(
        session, role=role, setup_code=setup_code, registration_open=registration_open, by=by
    )
    if is_first:
        role = Role.admin
        code = accounts.setup_code()
        if code is not None:
            code.consumed_at = now
    return _add(
        session,
        email=email,
        username=username,
        password_hash=password_hash,
        role=role or Role.trader,
        now=now,
    )


def create_account(
    session: Session, *, email: str, username: str, password: SecretStr, role: Role, now: datetime
) -> Account:
    """An account made by an administrator or the command line. Raises Conflict (`email_taken`)."""
    return _add(
        session,
        email=email,
        username=username,
        password_hash=hash_password(password),
        role=role,
        now=now,
    )


def delete_account(session: Session, *, account_id: UUID) -> None:
    """Remove an account and everything that is its own, runs and logs included. Raises NotFound."""
    if not AccountRepository(session).delete(account_id):
        raise NotFound("No such account.", account_id=account_id)


def change_account(
    session: Session,
    *,
    account_id: UUID,
    now: datetime,
    role: Role | None = None,
    is_active: bool | None = None,
) -> Account:
    """Give a role, disable or enable; disabling ends all sessions and stops all tokens.

    Raises NotFound, and Conflict (`last_admin`) when nobody would be left to manage accounts.
    """
    accounts = AccountRepository(session)
    accounts.lock_admins()
    account = lock_account(session, account_id)
    was_admin = is_admin(account.role) and account.is_active
    if role is not None:
        account.role = role
    if is_active is not None:
        account.is_active = is_active
    account.updated_at = now
    session.flush()
    if was_admin and accounts.active_admins() == 0:
        raise Conflict("This is the last active administrator.", code="last_admin", account_id=account_id)
    if not account.is_active:
        SessionRepository(session).revoke_all(account_id, now=now, reason="account_disabled")
    emit(session, credentials_changed(account_id))
    return account


def set_role(session: Session, *, account_id: UUID, role: Role, now: datetime) -> Account:
    """Give an account another role. Raises NotFound, Conflict (`last_admin`)."""
    return change_account(session, account_id=account_id, role=role, now=now)


def set_active(session: Session, *, account_id: UUID, is_active: bool, now: datetime) -> Account:
    """Disable or enable an account. Raises NotFound, Conflict (`last_admin`)."""
    return change_account(session, account_id=account_id, is_active=is_active, now=now)


def rename(session: Session, *, account_id: UUID, username: str, now: datetime) -> Account:
    """Change the user name. Raises NotFound."""
    account = lock_account(session, account_id)
    account.username = username
    account.updated_at = now
    return account


def reset_password(session: Session, *, account_id: UUID, password: SecretStr, now: datetime) -> Account:
    """Set a password without the old one; ends all sessions of the account. Raises NotFound."""
    password_hash = hash_password(password)
    account = lock_account(session, account_id)
    _set_password(account, password_hash, now)
    SessionRepository(session).revoke_all(account_id, now=now, reason="password_reset")
    emit(session, credentials_changed(account_id))
    return account


def change_password(
    session: Session,
    *,
    account_id: UUID,
    session_id: UUID | None,
    current_password: SecretStr,
    new_password: SecretStr,
    now: datetime,
) -> None:
    """Change one's own password; ends all sessions but `session_id`. Raises Invalid (`wrong_password`)."""
    account = lock_account(session, account_id)
    if not verify_password(current_password, account.password_hash):
        message = "The current password is wrong."
        raise Invalid(
            message, code="wrong_password", errors=[{"field": "current_password", "message": message}]
        )
    _set_password(account, hash_password(new_password), now)
    SessionRepository(session).revoke_all(account_id, now=now, reason="password_changed", keep=session_id)
    emit(session, credentials_changed(account_id))


def ensure_setup_code(session: Session, *, now: datetime | None = None) -> str | None:
    """A fresh one-time code for the first account, in plain text to be shown; None once an account exists.

    The code of an earlier call stops working.
    """
    accounts = AccountRepository(session)
    accounts.lock_admins()
    if accounts.any_exists():
        return None
    code = "".join(secrets.choice(SETUP_CODE_ALPHABET) for _ in range(_SETUP_CODE_CHARACTERS))
    accounts.put_setup_code(digest_of(code), now or utc_now())
    return grouped_setup_code(code)


def ensure_superuser(session: Session, settings: Settings, *, now: datetime | None = None) -> Account | None:
    """The first administrator from `INITIAL_SUPERUSER_*`; None when that is not set or an account exists.

    Raises Invalid naming the setting that cannot be used.
    """
    given = settings.security
    password = given.initial_superuser_password
    if not given.initial_superuser_email or not password.get_secret_value():
        return None
    accounts = AccountRepository(session)
    accounts.lock_admins()
    if accounts.any_exists():
        return None
    try:
        wanted = UserCreateIn(
            email=given.initial_superuser_email,
            username=given.initial_superuser_username,
            password=password,
            role=Role.admin,
        )
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        setting = f"INITIAL_SUPERUSER_{str(first['loc'][0]).upper()}"
        raise Invalid(f"{setting}: {first['msg']}.") from None
    return create_account(
        session,
        email=wanted.email,
        username=wanted.username,
        password=wanted.password,
        role=wanted.role,
        now=now or utc_now(),
    )


def _check_setup_code(accounts: AccountRepository, given: str | None) -> None:
    code = accounts.setup_code()
    if not given:
        raise Forbidden("The first account needs the code that the start printed.", code="setup_code")
    if code is None or not same_digest(plain_setup_code(given), code.digest):
        raise Forbidden("This is not the code that the last start printed.", code="setup_code")


def _add(
    session: Session, *, email: str, username: str, password_hash: str, role: Role, now: datetime
) -> Account:
    account = AccountRepository(session).add(
        email=normal_email(email),
        username=username,
        password_hash=password_hash,
        role=role,
        is_active=True,
        created_at=now,
        updated_at=now,
        last_login_at=None,
    )
    if account is None:
        message = "There is an account with this e-mail address already."
        raise Conflict(message, code="email_taken", errors=[{"field": "email", "message": message}])
    emit(session, account_created(account.id))
    return account


def _set_password(account: Account, password_hash: str, now: datetime) -> None:
    account.password_hash = password_hash
    account.updated_at = now
