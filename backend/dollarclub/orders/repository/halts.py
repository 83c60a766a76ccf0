"""Writes and locks of the kill switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Interval, bindparam, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.orders.models import Halt

_EVERYBODY = "halt"
_LOCK_SHARED = select(
    func.pg_advisory_xact_lock_shared(func.hashtextextended(_EVERYBODY, 0)),
    func.pg_advisory_xact_lock_shared(func.hashtextextended(bindparam("lock"), 0)),
)
_LOCK_EXCLUSIVE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("lock"), 0)))
_IS_ACTIVE = select(
    select(Halt.id)
    .where(
        Halt.lifted_at.is_(None),
        or_(Halt.account_id.is_(None), Halt.account_id == bindparam("account")),
    )
    .exists()
)
_NEXT = (
    select(Halt.id)
    .where(
        Halt.lifted_at.is_(None),
        Halt.proven_at.is_(None),
        or_(Halt.lease_until.is_(None), Halt.lease_until < func.clock_timestamp()),
    )
    .order_by(Halt.lease_until.asc().nulls_first())
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(Halt)
    .where(Halt.id.in_(_NEXT))
    .values(
        worker=bindparam("claimer"),
        lease_until=func.clock_timestamp() + bindparam("lease", type_=Interval),
    )
    .returning(Halt.id, Halt.account_id, Halt.flatten, Halt.proof, func.clock_timestamp() - Halt.engaged_at)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class ClaimedHalt:
    """A halt to be carried out. `account_id` is None for the whole installation; `proof` is what was shown so far."""

    halt_id: UUID
    account_id: UUID | None
    flatten: bool
    proof: dict[str, Any]
    age: timedelta


def _lock_name(account_id: UUID | None) -> str:
    return _EVERYBODY if account_id is None else f"{_EVERYBODY}:{account_id}"


class HaltRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock_shared(self, account_id: UUID) -> None:
        """Keep halts of the account and of the installation from being engaged until this transaction ends.

        Ask `is_active` afterwards, in a statement of its own: what is asked together with the lock is from before it.
        """
        self._session.execute(_LOCK_SHARED, {"lock": _lock_name(account_id)})

    def lock_exclusive(self, account_id: UUID | None) -> None:
        """Wait for every transaction that holds the shared lock and keep others out; None is the installation."""
        self._session.execute(_LOCK_EXCLUSIVE, {"lock": _lock_name(account_id)})

    def is_active(self, account_id: UUID) -> bool:
        """Whether entries of the account are refused now, by its own halt or by the installation's."""
        return bool(self._session.scalar(_IS_ACTIVE, {"account": account_id}))

    def engage(self, *, account_id: UUID | None, by: UUID, reason: str, flatten: bool) -> UUID | None:
        """A new halt; None when one is engaged already."""
        return self._session.scalar(
            insert(Halt)
            .values(account_id=account_id, by_account_id=by, reason=reason, flatten=flatten)
            .on_conflict_do_nothing()
            .returning(Halt.id)
        )

    def active(self, account_id: UUID | None) -> Halt | None:
        """The halt of exactly this scope, locked."""
        return self._session.scalar(
            select(Halt)
            .where(self._of(account_id), Halt.lifted_at.is_(None))
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def claim(self, worker: str, lease: timedelta) -> ClaimedHalt | None:
        """Take a halt that is not proven yet, the one that waited longest first."""
        row = self._session.execute(_CLAIM, {"claimer": worker, "lease": lease}).one_or_none()
        return ClaimedHalt(*row) if row else None

    def begin_to_flatten(self, halt_id: UUID) -> None:
        """A halt that only cancelled now flattens too; it has to be proven anew."""
        self._session.execute(
            update(Halt)
            .where(Halt.id == halt_id)
            .values(flatten=True, proven_at=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )

    def lift(self, halt_id: UUID, by: UUID) -> None:
        self._session.execute(
            update(Halt)
            .where(Halt.id == halt_id, Halt.lifted_at.is_(None))
            .values(lifted_at=func.clock_timestamp(), lifted_by=by)
            .execution_options(synchronize_session=False)
        )

    def store_proof(
        self, halt_id: UUID, worker: str, *, proof: dict[str, Any], proven: bool, again_in: timedelta
    ) -> bool:
        """Write what the exchanges showed and give the lease back; false when it was lifted or taken meanwhile."""
        stored = self._session.scalar(
            update(Halt)
            .where(Halt.id == halt_id, Halt.worker == worker, Halt.lifted_at.is_(None))
            .values(
                proof=proof,
                proven_at=func.clock_timestamp() if proven else None,
                lease_until=None if proven else func.clock_timestamp() + literal(again_in),
            )
            .returning(Halt.id)
            .execution_options(synchronize_session=False)
        )
        return stored is not None

    def free_of(self, workers: Sequence[str]) -> None:
        """End the leases of workers that are known to be dead."""
        self._session.execute(
            update(Halt)
            .where(Halt.worker.in_(workers), Halt.proven_at.is_(None))
            .values(worker=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )

    @staticmethod
    def _of(account_id: UUID | None) -> ColumnElement[bool]:
        return Halt.account_id.is_(None) if account_id is None else Halt.account_id == account_id
