"""Writes of runs. Every change of a status is a guarded update, so that no late worker overwrites an end state."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Interval, bindparam, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from dollarclub.scripts.models import Run, Script, Source, Version
from dollarclub.scripts.rules.states import OWNED, RunStatus, sources_of


@dataclass(frozen=True)
class Change:
    """A status change that happened: whose run, which run."""

    run_id: UUID
    account_id: UUID


@dataclass(frozen=True)
class ClaimedRow:
    """What a worker needs to start a run, as stored."""

    run_id: UUID
    account_id: UUID
    script_id: UUID
    script_name: str
    content: bytes
    imports: list[str]
    settings: dict[str, Any]


def _lease(duration: timedelta) -> ColumnElement[Any]:
    return func.clock_timestamp() + literal(duration)


@dataclass(frozen=True)
class RunFacts:
    """What is known when a run has ended: bytes, seconds, a stable reason and the same for a person."""

    reason: str
    explanation: str
    exit_code: int | None = None
    signal: int | None = None
    cpu_seconds: Decimal | None = None
    peak_memory_bytes: int | None = None


_other = aliased(Run)
_OWNED_BY_SAME = (
    select(func.count())
    .where(_other.account_id == Run.account_id, _other.status.in_(OWNED))
    .correlate(Run)
    .scalar_subquery()
)
# What workers ask several times a second is built once: building costs more than asking.
_NEXT_ACCOUNT = (
    select(Run.account_id)
    .where(Run.status == RunStatus.queued, bindparam("per_account", type_=Integer) > _OWNED_BY_SAME)
    .order_by(Run.queued_at)
    .limit(1)
)
_FLAGS = select(
    select(func.array_agg(Run.id))
    .where(Run.worker == bindparam("asker"), Run.status == RunStatus.cancelling)
    .scalar_subquery(),
    _NEXT_ACCOUNT.scalar_subquery(),
)
_OWNED_COUNT = select(func.count()).where(Run.account_id == bindparam("account"), Run.status.in_(OWNED))
_CLAIM = (
    update(Run)
    .where(
        Run.id.in_(
            select(Run.id)
            .where(Run.account_id == bindparam("account"), Run.status == RunStatus.queued)
            .order_by(Run.queued_at)
            .limit(bindparam("room", type_=Integer))
            .with_for_update(skip_locked=True)
        )
    )
    .values(
        status=RunStatus.starting,
        worker=bindparam("claimer"),
        lease_until=func.clock_timestamp() + bindparam("lease", type_=Interval),
        started_at=func.clock_timestamp(),
    )
    .returning(Run.id)
    .execution_options(synchronize_session=False)
)
_CLAIMED_ROWS = (
    select(Run.id, Run.account_id, Run.script_id, Script.name, Source.content, Version.imports, Run.settings)
    .join(Version, Version.id == Run.version_id)
    .join(Source, Source.sha256 == Version.sha256)
    .join(Script, Script.id == Run.script_id)
    .where(Run.id.in_(bindparam("taken", expanding=True)))
    .order_by(Run.queued_at)
)

_MARK_RUNNING = (
    update(Run)
    .where(
        Run.id == bindparam("run"),
        Run.worker == bindparam("owner"),
        Run.status.in_(sources_of(RunStatus.running)),
    )
    .values(status=RunStatus.running, sandbox=bindparam("tier"))
    .returning(Run.id, Run.account_id)
    .execution_options(synchronize_session=False)
)
_FINISH = (
    update(Run)
    .where(Run.id == bindparam("run"), Run.worker == bindparam("owner"), Run.status.in_(OWNED))
    .values(
        status=bindparam("end", type_=Run.status.type),
        finished_at=func.clock_timestamp(),
        lease_until=None,
        **{each.name: bindparam(each.name) for each in fields(RunFacts)},
    )
    .returning(Run.id, Run.account_id)
    .execution_options(synchronize_session=False)
)


class RunRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def enqueue(
        self,
        *,
        run_id: UUID,
        account_id: UUID,
        script_id: UUID,
        version_id: UUID,
        parallel: bool,
        settings: dict[str, Any],
    ) -> bool:
        """Queue a run; false when another run of the script is active and this one may not be parallel."""
        added = self._session.scalar(
            insert(Run)
            .values(
                id=run_id,
                account_id=account_id,
                script_id=script_id,
                version_id=version_id,
                parallel=parallel,
                settings=settings,
            )
            .on_conflict_do_nothing()
            .returning(Run.id)
        )
        return added is not None

    def locked(self, run_id: UUID, account_id: UUID) -> Run | None:
        return self._session.scalar(
            select(Run).where(Run.id == run_id, Run.account_id == account_id).with_for_update(key_share=True)
        )

    def active_of(self, script_id: UUID, account_id: UUID) -> list[UUID]:
        """The script's active runs, newest first."""
        query = (
            select(Run.id)
            .where(Run.script_id == script_id, Run.account_id == account_id, Run.finished_at.is_(None))
            .order_by(Run.queued_at.desc())
        )
        return list(self._session.scalars(query))

    def cancel_queued(self, run_id: UUID, explanation: str) -> bool:
        return self._move(
            RunStatus.cancelled,
            Run.id == run_id,
            Run.status == RunStatus.queued,
            reason="cancelled_before_start",
            explanation=explanation,
            cancel_requested_at=func.clock_timestamp(),
        )

    def request_cancel(self, run_id: UUID) -> bool:
        return self._move(RunStatus.cancelling, Run.id == run_id, cancel_requested_at=func.clock_timestamp())

    def account_next_in_queue(self, per_account: int) -> UUID | None:
        """Whose turn it is: the account of the oldest queued run that is below its limit of owned runs."""
        return self._session.scalar(_NEXT_ACCOUNT, {"per_account": per_account})

    def owned_count(self, account_id: UUID) -> int:
        return self._session.scalar(_OWNED_COUNT, {"account": account_id}) or 0

    def claim(self, account_id: UUID, worker: str, lease: timedelta, room: int) -> list[ClaimedRow]:
        """Take up to `room` of the account's oldest queued runs for `worker`."""
        taken = self._session.scalars(
            _CLAIM, {"account": account_id, "claimer": worker, "lease": lease, "room": room}
        ).all()
        return self.claimed(taken) if taken else []

    def claimed(self, run_ids: Collection[UUID]) -> list[ClaimedRow]:
        """What a worker needs to start those of `run_ids` that exist."""
        return [ClaimedRow(*row) for row in self._session.execute(_CLAIMED_ROWS, {"taken": list(run_ids)})]

    def mark_running(self, run_id: UUID, worker: str, sandbox: str) -> list[Change]:
        parameters = {"run": run_id, "owner": worker, "tier": sandbox}
        return [Change(*row) for row in self._session.execute(_MARK_RUNNING, parameters)]

    def finish(self, run_id: UUID, worker: str, status: RunStatus, facts: RunFacts) -> list[Change]:
        """End a run that `worker` owns; empty when it no longer does."""
        parameters = {"run": run_id, "owner": worker, "end": status, **asdict(facts)}
        return [Change(*row) for row in self._session.execute(_FINISH, parameters)]

    def renew(self, worker: str, lease: timedelta) -> set[UUID]:
        """Renew the leases of everything that `worker` owns; the ids that it still owns."""
        kept = self._session.scalars(
            update(Run)
            .where(Run.worker == worker, Run.status.in_(OWNED))
            .values(lease_until=_lease(lease))
            .returning(Run.id)
            .execution_options(synchronize_session=False)
        )
        return set(kept.all())

    def now(self) -> datetime:
        """The database's clock, by which leases run."""
        found: datetime = self._session.execute(select(func.clock_timestamp())).scalar_one()
        return found

    def lose_expired(self, explanation: str, before: datetime) -> list[Change]:
        """End the runs whose lease had run out at `before`."""
        return self._changes(
            RunStatus.lost,
            Run.lease_until < before,
            Run.status.in_(OWNED),
            reason="worker_lost",
            explanation=explanation,
        )

    def lose_of(self, workers: Sequence[str], explanation: str) -> list[Change]:
        """End the runs of workers that are known to be dead."""
        return self._changes(
            RunStatus.lost,
            Run.worker.in_(workers),
            Run.status.in_(OWNED),
            reason="worker_lost",
            explanation=explanation,
        )

    def flags(self, worker: str, per_account: int) -> tuple[list[UUID], bool]:
        """Runs of `worker` that are to be cancelled, and whether anything could be claimed: one query, asked often."""
        cancelling, waiting = self._session.execute(
            _FLAGS, {"asker": worker, "per_account": per_account}
        ).one()
        return cancelling or [], waiting is not None

    def _move(self, target: RunStatus, *where: ColumnElement[bool], **values: Any) -> bool:
        return bool(self._changes(target, *where, **values))

    def _changes(self, target: RunStatus, *where: ColumnElement[bool], **values: Any) -> list[Change]:
        if target not in OWNED:
            values = {"finished_at": func.clock_timestamp(), "lease_until": None} | values
        rows = self._session.execute(
            update(Run)
            .where(Run.status.in_(sources_of(target)), *where)
            .values(status=target, **values)
            .returning(Run.id, Run.account_id)
            .execution_options(synchronize_session=False)
        )
        return [Change(*row) for row in rows]
