"""Writes, locks and claims of exchange keys."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Interval,
    String,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Catalog, MarketType
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


def _claim(*statuses: KeyStatus) -> Any:
    now = func.clock_timestamp()
    due = (
        select(ExchangeKey.id)
        .where(
            ExchangeKey.status.in_(statuses),
            ExchangeKey.archived_at.is_(None),
            ExchangeKey.check_requested_at <= now,
            or_(ExchangeKey.lease_until.is_(None), ExchangeKey.lease_until < now),
        )
        .order_by(ExchangeKey.check_requested_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (
        update(ExchangeKey)
        .where(ExchangeKey.id.in_(due))
        .values(
            worker=bindparam("claimer", type_=String), lease_until=now + bindparam("lease", type_=Interval)
        )
        .returning(*_SEALED_COLUMNS)
        .execution_options(synchronize_session=False)
    )


# What workers ask every second is built once: building costs more than asking.
_SEALED = select(*_SEALED_COLUMNS).where(ExchangeKey.id == bindparam("wanted"))
_CLAIM_TO_TRY = _claim(KeyStatus.checking, KeyStatus.unreachable)
_CLAIM_ANY = _claim(KeyStatus.checking, KeyStatus.unreachable, KeyStatus.provisioning)


class KeyRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, **values: Any) -> ExchangeKey | None:
        """A new key; None when its label is taken or, for a provisioned one, there is one for this kind of market."""
        return self._session.scalar(
            insert(ExchangeKey)
            .values(**values, check_requested_at=func.clock_timestamp(), created_at=func.clock_timestamp())
            .on_conflict_do_nothing()
            .returning(ExchangeKey)
        )

    def count(self, account_id: UUID) -> int:
        """Keys that are not deleted."""
        query = select(func.count()).where(
            ExchangeKey.account_id == account_id, ExchangeKey.archived_at.is_(None)
        )
        return self._session.scalar(query) or 0

    def locked(self, key_id: UUID, account_id: UUID, *, alone: bool = False) -> ExchangeKey | None:
        """A key of the account that is not deleted, its row locked and read anew.

        `alone` waits for whoever writes a row that names the key, and keeps others from doing so.
        """
        return self._session.scalar(
            select(ExchangeKey)
            .where(
                ExchangeKey.id == key_id,
                ExchangeKey.account_id == account_id,
                ExchangeKey.archived_at.is_(None),
            )
            .with_for_update(key_share=not alone)
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

    def provision_again(self, account_id: UUID) -> list[UUID]:
        """Make the account's provisioned keys anew that the paper exchange refused; their ids."""
        changed = self._session.scalars(
            update(ExchangeKey)
            .where(
                ExchangeKey.account_id == account_id,
                ExchangeKey.provisioned.is_(True),
                ExchangeKey.archived_at.is_(None),
                ExchangeKey.status == KeyStatus.refused,
            )
            .values(
                status=KeyStatus.provisioning,
                sealed=None,
                version=ExchangeKey.version + 1,
                permissions=None,
                problems=[],
                attempts=0,
                check_requested_at=func.clock_timestamp(),
            )
            .returning(ExchangeKey.id)
            .execution_options(synchronize_session=False)
        )
        return list(changed)

    def now(self) -> datetime:
        """The database's clock, by which leases run."""
        found: datetime = self._session.execute(select(func.clock_timestamp())).scalar_one()
        return found

    def sealed(self, key_id: UUID) -> SealedKey | None:
        row = self._session.execute(_SEALED, {"wanted": key_id}).first()
        return _sealed_key(row) if row is not None else None

    def claim(self, worker: str, lease: timedelta, *, provisioning: bool) -> SealedKey | None:
        """Take the key that has waited longest to be tried or, if asked for, to be made."""
        statement = _CLAIM_ANY if provisioning else _CLAIM_TO_TRY
        row = self._session.execute(statement, {"claimer": worker, "lease": lease}).first()
        return _sealed_key(row) if row is not None else None

    def settle(
        self, key_id: UUID, *, worker: str, version: int, wait: timedelta | None = None, **values: Any
    ) -> bool:
        """Store what a claimed key was found to be and give it back; False when it was taken away or changed since.

        With `wait` it is due again after that time, else when somebody asks.
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
