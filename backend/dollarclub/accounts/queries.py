"""Read models of accounts: who holds a credential, and the lists that people see."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from dollarclub.accounts.models import Account, ApiToken, RefreshSession
from dollarclub.core.errors import NotFound
from dollarclub.kit.paging import Slice

ACTIVE_ACCOUNTS: Select[UUID] = select(Account.id).where(Account.is_active)
"""Ids of the accounts that may act, for statements of other domains."""


def account_by_id(session: Session, account_id: UUID) -> Account:
    """The account, also when it is disabled. Raises NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("No such account.", account_id=account_id)
    return account


def account_by_email(session: Session, email: str) -> Account | None:
    """The account with this e-mail address in its normal spelling, also when it is disabled."""
    return session.scalar(select(Account).where(Account.email == email))


def has_accounts(session: Session) -> bool:
    """Whether the first account exists."""
    return session.scalar(select(Account.id).limit(1)) is not None


def account_of_session(session: Session, session_id: UUID, account_id: UUID, now: datetime) -> Account | None:
    """The active account of a session that is neither revoked nor over."""
    return session.scalar(
        select(Account)
        .join(RefreshSession, RefreshSession.account_id == Account.id)
        .where(
            RefreshSession.id == session_id,
            RefreshSession.account_id == account_id,
            RefreshSession.revoked_at.is_(None),
            RefreshSession.expires_at > now,
            Account.is_active.is_(True),
        )
        .execution_options(populate_existing=True)
    )


def token_by_prefix(session: Session, prefix: str, now: datetime) -> tuple[ApiToken, Account] | None:
    """The token that begins so, if it has not ended, and its active account. The caller compares the digest."""
    row = session.execute(
        _live_tokens(now).where(ApiToken.prefix == prefix).execution_options(populate_existing=True)
    ).first()
    return (row[0], row[1]) if row is not None else None


def account_of_token(session: Session, token_id: UUID, now: datetime) -> Account | None:
    """The active account of a token that has not ended."""
    row = session.execute(
        _live_tokens(now).where(ApiToken.id == token_id).execution_options(populate_existing=True)
    ).first()
    return row[1] if row is not None else None


def usernames(session: Session, ids: Iterable[UUID]) -> dict[UUID, str]:
    """The user name of each account; unknown ids are absent."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = session.execute(select(Account.id, Account.username).where(Account.id.in_(wanted)))
    return {row.id: row.username for row in rows}


def ids_after(session: Session, after: UUID | None, *, limit: int) -> list[UUID]:
    """Ids of accounts, disabled ones too, in the order of their ids; `after` is the last one of the page before."""
    query = select(Account.id).order_by(Account.id).limit(limit)
    return list(session.scalars(query if after is None else query.where(Account.id > after)))


def accounts_page(session: Session, *, q: str = "", limit: int = 50, offset: int = 0) -> Slice[Account]:
    """Accounts whose e-mail address or user name contains `q`, newest first."""
    query = select(Account)
    if q:
        query = query.where(
            or_(Account.email.icontains(q, autoescape=True), Account.username.icontains(q, autoescape=True))
        )
    return _page(session, query.order_by(Account.created_at.desc(), Account.id.desc()), limit, offset)


def sessions_page(
    session: Session, account_id: UUID, *, now: datetime, limit: int = 50, offset: int = 0
) -> Slice[RefreshSession]:
    """The account's live sessions, the last used first."""
    query = (
        select(RefreshSession)
        .where(
            RefreshSession.account_id == account_id,
            RefreshSession.revoked_at.is_(None),
            RefreshSession.expires_at > now,
        )
        .order_by(RefreshSession.last_used_at.desc(), RefreshSession.id.desc())
    )
    return _page(session, query, limit, offset)


def tokens_page(session: Session, account_id: UUID, *, limit: int = 50, offset: int = 0) -> Slice[ApiToken]:
    """The account's API tokens, ended ones too, newest first."""
    query = select(ApiToken).where(ApiToken.account_id == account_id)
    return _page(session, query.order_by(ApiToken.created_at.desc(), ApiToken.id.desc()), limit, offset)


def _live_tokens(now: datetime) -> Select[ApiToken, Account]:
    return (
        select(ApiToken, Account)
        .join(Account, ApiToken.account_id == Account.id)
        .where(
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
            Account.is_active.is_(True),
        )
    )


def _page(session: Session, query: Select[Any], limit: int, offset: int) -> Slice[Any]:
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = session.scalars(query.limit(limit).offset(offset)).all()
    return Slice(items=list(rows), total=total, limit=limit, offset=offset)
