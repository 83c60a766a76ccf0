"""Writes, locks and claims of exchange keys."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Interval,
    Row,
    String,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Catalog, Environment, MarketType
from dollarclub.vault.models import ExchangeKey, KeyStatus


@dataclass(frozen=True)
class SealedKey:
    """A key with its encrypted secret, for whoever opens it."""

    key_id: UUID
    account_id: UUID
    catalog: Catalog
    status: KeyStatus
    version: int
    allow_withdraw: bool
    archived: bool
    problems: list[dict[str, str]]
    attempts: int
    sealed: bytes | None


@dataclass(frozen=True)
class Place:
    """A provisioned key that waits for its secret."""

    key_id: UUID
    market_type: MarketType


_SEALED_COLUMNS = (
    ExchangeKey.id,
    ExchangeKey.account_id,
    ExchangeKey.venue,
    ExchangeKey.market_type,
    ExchangeKey.environment,
    ExchangeKey.status,
    ExchangeKey.version,
    ExchangeKey.allow_withdraw,
    ExchangeKey.archived_at,
    ExchangeKey.problems,
    ExchangeKey.attempts,
    ExchangeKey.sealed,
)


def _sealed_key(row: Any) -> SealedKey:
    return SealedKey(
        key_id=row.id,
        account_id=row.account_id,
        catalog=Catalog(row.venue, row.market_type, row.environment),
        status=row.status,
        version=row.version,
        allow_withdraw=row.allow_withdraw,
        archived=row.archived_at is not None,
        problems=row.problems,
        attempts=row.attempts,
        sealed=row.sealed,
    )


def _is_due(*statuses: KeyStatus) -> ColumnElement[bool]:
    now = func.clock_timestamp()
    return and_(
        ExchangeKey.status.in_(statuses),
        ExchangeKey.archived_at.is_(None),
        ExchangeKey.check_requested_at <= now,
        or_(ExchangeKey.lease_until.is_(None), ExchangeKey.lease_until < now),
    )


# What workers ask every second is built once: building costs more than asking.
_SEALED = select(*_SEALED_COLUMNS).where(ExchangeKey.id == bindparam("wanted"))
_TAKEN = {
    "worker": bindparam("claimer", type_=String),
    "lease_until": func.clock_timestamp() + bindparam("lease", type_=Interval),
}
_CLAIM_CHECK = (
    update(ExchangeKey)
    .where(
        ExchangeKey.id.in_(
            select(ExchangeKey.id)
            .where(_is_due(KeyStatus.checking, KeyStatus.unreachable))
            .order_by(ExchangeKey.check_requested_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    )
    .values(**_TAKEN)
    .returning(*_SEALED_COLUMNS)
    .execution_options(synchronize_session=False)
)
_NEXT_TO_PROVISION = (
    select(ExchangeKey.account_id)
    .where(_is_due(KeyStatus.provisioning))
    .order_by(ExchangeKey.check_requested_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM_PLACES = (
    update(ExchangeKey)
    .where(
        ExchangeKey.account_id == bindparam("owner"),
        ExchangeKey.status == KeyStatus.provisioning,
        ExchangeKey.archived_at.is_(None),
    )
    .values(**_TAKEN)
    .returning(ExchangeKey.id, ExchangeKey.market_type)
    .execution_options(synchronize_session=False)
)


class KeyRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, **values: Any) -> ExchangeKey | None:
        """A new key; None when its label is taken or, for a provisioned one, there is one for this kind of market."""
        return self._session.scalar(
            insert(ExchangeKey)
            .values(**values, check_requested_at=func.clock_timestamp())
            .on_conflict_do_nothing()
            .returning(ExchangeKey)
        )

    def count(self, account_id: UUID) -> int:
        """Keys that are not deleted."""
        query = select(func.count()).where(
            ExchangeKey.account_id == account_id, ExchangeKey.archived_at.is_(None)
        )
        return self._session.scalar(query) or 0

    def locked(self, key_id: UUID, account_id: UUID) -> ExchangeKey | None:
        """A key of the account that is not deleted, its row locked and read anew."""
        return self._session.scalar(
            select(ExchangeKey)
            .where(
                ExchangeKey.id == key_id,
                ExchangeKey.account_id == account_id,
                ExchangeKey.archived_at.is_(None),
            )
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )

    def label_taken(self, account_id: UUID, label: str) -> bool:
        query = select(ExchangeKey.id).where(
            ExchangeKey.account_id == account_id,
            ExchangeKey.label == label,
            ExchangeKey.archived_at.is_(None),
        )
        return self._session.scalar(query) is not None

    def change(self, key_id: UUID, *, try_now: bool = False, **values: Any) -> ExchangeKey:
        """Change a key whose row is locked; with `try_now` whoever tries it at the moment no longer does."""
        if try_now:
            due = {"check_requested_at": func.clock_timestamp(), "worker": None, "lease_until": None}
            values = due | values
        return self._session.scalars(
            update(ExchangeKey)
            .where(ExchangeKey.id == key_id)
            .values(**values)
            .returning(ExchangeKey)
            .execution_options(synchronize_session=False, populate_existing=True)
        ).one()

    def provisioned_markets(self, account_id: UUID, *, archived_too: bool) -> set[MarketType]:
        """Kinds of market for which the account has a provisioned key, or ever had one."""
        query = select(ExchangeKey.market_type).where(
            ExchangeKey.account_id == account_id, ExchangeKey.provisioned.is_(True)
        )
        if not archived_too:
            query = query.where(ExchangeKey.archived_at.is_(None))
        return set(self._session.scalars(query))

    def never_provisioned(self, account_ids: Collection[UUID], markets: int) -> list[UUID]:
        """Those of `account_ids` that never had a provisioned key for each of `markets` kinds of market."""
        complete = (
            select(ExchangeKey.account_id)
            .where(ExchangeKey.account_id.in_(account_ids), ExchangeKey.provisioned.is_(True))
            .group_by(ExchangeKey.account_id)
            .having(func.count(ExchangeKey.market_type.distinct()) >= markets)
        )
        done = set(self._session.scalars(complete))
        return [account_id for account_id in account_ids if account_id not in done]

    def sealed(self, key_id: UUID) -> SealedKey | None:
        row = self._session.execute(_SEALED, {"wanted": key_id}).first()
        return _sealed_key(row) if row is not None else None

    def claim_check(self, worker: str, lease: timedelta) -> SealedKey | None:
        """Take the key that has waited longest to be tried."""
        row = self._session.execute(_CLAIM_CHECK, {"claimer": worker, "lease": lease}).first()
        return _sealed_key(row) if row is not None else None

    def claim_places(self, worker: str, lease: timedelta) -> tuple[UUID, list[Place]] | None:
        """Take all keys of one account that wait for a paper account; one worker at a time makes an account's."""
        account_id = self._session.scalar(_NEXT_TO_PROVISION)
        if account_id is None:
            return None
        parameters = {"owner": account_id, "claimer": worker, "lease": lease}
        places = [Place(*row) for row in self._session.execute(_CLAIM_PLACES, parameters)]
        return account_id, places

    def sealed_of(self, account_id: UUID, environment: Environment) -> list[SealedKey]:
        """The account's keys in this environment that hold a secret."""
        query = select(*_SEALED_COLUMNS).where(
            ExchangeKey.account_id == account_id,
            ExchangeKey.environment == environment,
            ExchangeKey.sealed.is_not(None),
        )
        return [_sealed_key(row) for row in self._session.execute(query)]

    def settle(
        self, key_id: UUID, *, worker: str, version: int, wait: timedelta | None = None, **values: Any
    ) -> bool:
        """Store what a claimed key was found to be and give it back; False when it was taken away or changed since.

        With `wait` it is tried again after that time.
        """
        again = None if wait is None else func.clock_timestamp() + literal(wait)
        kept = self._session.scalar(
            update(ExchangeKey)
            .where(
                ExchangeKey.id == key_id,
                ExchangeKey.worker == worker,
                ExchangeKey.version == version,
                ExchangeKey.archived_at.is_(None),
            )
            .values(worker=None, lease_until=None, check_requested_at=again, **values)
            .returning(ExchangeKey.id)
            .execution_options(synchronize_session=False)
        )
        return kept is not None

    def release(self, workers: Sequence[str]) -> int:
        """Give back what these workers had claimed."""
        freed = self._session.scalars(
            update(ExchangeKey)
            .where(ExchangeKey.worker.in_(workers))
            .values(worker=None, lease_until=None)
            .returning(ExchangeKey.id)
            .execution_options(synchronize_session=False)
        )
        return len(freed.all())

    def all_sealed(self) -> list[tuple[UUID, bytes]]:
        """Every stored secret, locked."""
        query = select(ExchangeKey.id, ExchangeKey.sealed).where(ExchangeKey.sealed.is_not(None))
        rows = self._session.execute(query.with_for_update(key_share=True))
        return [(row.id, row.sealed) for row in rows if row.sealed is not None]

    def replace_sealed(self, key_id: UUID, sealed: bytes) -> None:
        self._session.execute(
            update(ExchangeKey)
            .where(ExchangeKey.id == key_id)
            .values(sealed=sealed)
            .execution_options(synchronize_session=False)
        )
