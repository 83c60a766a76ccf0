"""Writes and locks of the accounts tables."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.accounts.models import Account, ApiToken, RefreshSession, SetupCode
from dollarclub.accounts.rules import Role
from dollarclub.kit.ids import new_id

_ADMINS_LOCK = 7_212_010
_ENDED_SESSIONS_KEPT = timedelta(days=7)


class AccountRepository:
    """Accounts and the code that lets the first one in."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_admins(self) -> None:
        """Let one transaction at a time decide who is an admin, first account included."""
        self._session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADMINS_LOCK})

    def any_exists(self) -> bool:
        return self._session.scalar(select(Account.id).limit(1)) is not None

    def active_admins(self) -> int:
        return (
            self._session.scalar(
                select(func.count()).where(Account.role == Role.admin, Account.is_active.is_(True))
            )
            or 0
        )

    def delete(self, account_id: UUID) -> bool:
        gone = self._session.scalar(delete(Account).where(Account.id == account_id).returning(Account.id))
        return gone is not None

    def locked(self, account_id: UUID) -> Account | None:
        """The account's row, locked until the transaction ends and read anew."""
        return self._session.scalar(
            select(Account)
            .where(Account.id == account_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )

    def add(self, **values: Any) -> Account | None:
        """A new account, or None when its e-mail address is taken."""
        return self._session.scalar(
            insert(Account)
            .values(id=new_id(), **values)
            .on_conflict_do_nothing(index_elements=[Account.email])
            .returning(Account)
        )

    def put_setup_code(self, digest: bytes, now: datetime) -> None:
        fresh = {"digest": digest, "created_at": now, "consumed_at": None}
        self._session.execute(
            insert(SetupCode)
            .values(id=1, **fresh)
            .on_conflict_do_update(index_elements=[SetupCode.id], set_=fresh)
        )

    def setup_code(self) -> SetupCode | None:
        """The code that is still good."""
        return self._session.scalar(select(SetupCode).where(SetupCode.consumed_at.is_(None)))


class SessionRepository:
    """Refresh sessions."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, **values: Any) -> RefreshSession:
        row = RefreshSession(**values)
        self._session.add(row)
        self._session.flush()
        return row

    def locked(self, session_id: UUID, account_id: UUID) -> RefreshSession | None:
        """The session's row, locked until the transaction ends and read anew."""
        return self._session.scalar(
            select(RefreshSession)
            .where(RefreshSession.id == session_id, RefreshSession.account_id == account_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def revoke_all(self, account_id: UUID, *, now: datetime, reason: str, keep: UUID | None = None) -> int:
        """End the account's sessions, except `keep`; returns how many."""
        ended = self._session.scalars(
            update(RefreshSession)
            .where(
                RefreshSession.account_id == account_id,
                RefreshSession.revoked_at.is_(None),
                RefreshSession.id.is_distinct_from(keep),
            )
            .values(revoked_at=now, revoked_reason=reason)
            .returning(RefreshSession.id)
        )
        return len(ended.all())

    def forget_ended(self, account_id: UUID, now: datetime) -> None:
        """Delete the account's sessions that ended a week ago or earlier."""
        before = now - _ENDED_SESSIONS_KEPT
        self._session.execute(
            delete(RefreshSession).where(
                RefreshSession.account_id == account_id,
                or_(RefreshSession.expires_at < before, RefreshSession.revoked_at < before),
            )
        )


class TokenRepository:
    """API tokens."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, **values: Any) -> ApiToken:
        row = ApiToken(id=new_id(), **values)
        self._session.add(row)
        self._session.flush()
        return row

    def delete(self, token_id: UUID, account_id: UUID) -> bool:
        gone = self._session.scalar(
            delete(ApiToken)
            .where(ApiToken.id == token_id, ApiToken.account_id == account_id)
            .returning(ApiToken.id)
        )
        return gone is not None

    def touch(self, token_id: UUID, now: datetime) -> None:
        """Note the use, but never wait for another request that does."""
        free = (
            select(ApiToken.id)
            .where(ApiToken.id == token_id)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        self._session.execute(update(ApiToken).where(ApiToken.id == free).values(last_used_at=now))
