"""Exchange keys as people and other domains see them; no secret ever leaves through here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.kit.paging import Slice
from dollarclub.vault.models import ExchangeKey, KeyStatus

_TRIED_BEFORE = (KeyStatus.checking, KeyStatus.unreachable)


@dataclass(frozen=True)
class KeyAccess:
    """A key as other domains need it. `version` counts rotations.

    `may_trade`: it was found good, and nothing later says otherwise; a good key that is merely tried again, or whose
    exchange is away at the moment, still may.
    """

    id: UUID
    account_id: UUID
    label: str
    catalog: Catalog
    status: KeyStatus
    provisioned: bool
    version: int
    may_trade: bool

    @property
    def is_coming(self) -> bool:
        """It is being made or tried."""
        return self.status in (KeyStatus.provisioning, KeyStatus.checking)

    @property
    def is_refused(self) -> bool:
        return self.status is KeyStatus.refused


def _access(row: ExchangeKey) -> KeyAccess:
    return KeyAccess(
        id=row.id,
        account_id=row.account_id,
        label=row.label,
        catalog=Catalog(row.venue, row.market_type, row.environment),
        status=row.status,
        provisioned=row.provisioned,
        version=row.version,
        may_trade=row.status is KeyStatus.ready
        or (row.status in _TRIED_BEFORE and row.permissions is not None),
    )


def _living() -> Select[ExchangeKey]:
    return (
        select(ExchangeKey).where(ExchangeKey.archived_at.is_(None)).execution_options(populate_existing=True)
    )


def key_access(session: Session, key_id: UUID, account_id: UUID | None) -> KeyAccess:
    """A key that is not deleted, of this account; of any account only for callers that judged it already (None).

    Raises NotFound.
    """
    query = _living().where(ExchangeKey.id == key_id)
    if account_id is not None:
        query = query.where(ExchangeKey.account_id == account_id)
    row = session.scalar(query)
    if row is None:
        raise NotFound("No such key.", key_id=key_id)
    return _access(row)


def default_paper_key(session: Session, account_id: UUID, market_type: MarketType) -> KeyAccess | None:
    """The account's paper key for this kind of market, the provisioned one first; it may not be ready yet."""
    row = session.scalar(
        _living()
        .where(
            ExchangeKey.account_id == account_id,
            ExchangeKey.market_type == market_type,
            ExchangeKey.environment == Environment.paper,
        )
        .order_by(ExchangeKey.provisioned.desc(), ExchangeKey.created_at, ExchangeKey.id)
        .limit(1)
    )
    return _access(row) if row is not None else None


def has_had_key(session: Session, account_id: UUID) -> bool:
    """Whether the account has or had any key; one without may be so new that its paper keys are still to come."""
    query = select(ExchangeKey.id).where(ExchangeKey.account_id == account_id).limit(1)
    return session.scalar(query) is not None


def tradable_keys(session: Session) -> list[KeyAccess]:
    """Every key of the installation that may trade, oldest first: what is swept and streamed."""
    rows = session.scalars(
        _living().where(ExchangeKey.status != KeyStatus.refused).order_by(ExchangeKey.created_at)
    )
    return [access for access in map(_access, rows) if access.may_trade]


def refused_keys(session: Session) -> list[KeyAccess]:
    """Every key of the installation that may not trade and still has its secret: what it holds goes on being looked at."""
    rows = session.scalars(
        _living().where(ExchangeKey.status == KeyStatus.refused, ExchangeKey.sealed.is_not(None))
    )
    return list(map(_access, rows))


def keys_page(session: Session, *, account_id: UUID, limit: int = 50, offset: int = 0) -> Slice[ExchangeKey]:
    """The account's keys, oldest first."""
    query = _living().where(ExchangeKey.account_id == account_id)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(ExchangeKey.created_at, ExchangeKey.id)
    rows: Sequence[Any] = session.scalars(ordered.limit(limit).offset(offset)).all()
    return Slice(list(rows), total, limit, offset)


def key(session: Session, *, account_id: UUID, key_id: UUID) -> ExchangeKey:
    """One key of the account. Raises NotFound."""
    row = session.scalar(_living().where(ExchangeKey.id == key_id, ExchangeKey.account_id == account_id))
    if row is None:
        raise NotFound("No such key.", key_id=key_id)
    return row
