"""Writes of what is known of each key's state at its exchange. One sweeper a key, by lease."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Interval, and_, bindparam, case, func, literal, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.orders.models import KeyWatch, Order
from dollarclub.orders.rules.states import FINAL, OrderStatus

LIVE = tuple(status for status in OrderStatus if status not in FINAL)
ACTIVE_FOR = timedelta(days=1)
_NOW = func.clock_timestamp()

_IS_OPEN = select(KeyWatch.opened_at.is_not(None)).where(KeyWatch.key_id == bindparam("key"))
_HAS_LIVE = (
    select(Order.id)
    .where(Order.key_id == KeyWatch.key_id, or_(Order.status.in_(LIVE), ~Order.fills_complete))
    .exists()
)
_HAS_RECENT = (
    select(Order.id)
    .where(
        Order.account_id == KeyWatch.account_id,
        Order.key_id == KeyWatch.key_id,
        Order.created_at > _NOW - literal(ACTIVE_FOR),
    )
    .exists()
)
_IS_FREE = or_(KeyWatch.lease_until.is_(None), KeyWatch.lease_until < _NOW)
_IS_DUE = or_(
    KeyWatch.sweep_requested_at.is_not(None),
    KeyWatch.swept_at.is_(None),
    KeyWatch.swept_at < _NOW - bindparam("slow", type_=Interval),
    and_(KeyWatch.swept_at < _NOW - bindparam("quick", type_=Interval), or_(_HAS_LIVE, _HAS_RECENT)),
)
_CLAIM = (
    update(KeyWatch)
    .where(
        KeyWatch.key_id.in_(
            select(KeyWatch.key_id)
            .where(KeyWatch.key_id.in_(bindparam("keys", expanding=True)), _IS_FREE, _IS_DUE)
            .order_by(
                KeyWatch.opened_at.is_not(None),
                KeyWatch.sweep_requested_at.asc().nulls_last(),
                KeyWatch.swept_at.asc().nulls_first(),
            )
            .limit(1)
            .with_for_update(skip_locked=True)
        )
    )
    .values(worker=bindparam("claimer"), lease_until=_NOW + bindparam("lease", type_=Interval))
    .returning(KeyWatch.key_id, KeyWatch.account_id, _NOW, KeyWatch.swept_at, KeyWatch.opened_at.is_not(None))
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class ClaimedWatch:
    """A key to be swept; `began_at` is by the database's clock, `swept_at` when it was swept last.

    Not `is_open`: its orders wait for this sweep.
    """

    key_id: UUID
    account_id: UUID
    began_at: datetime
    swept_at: datetime | None
    is_open: bool


class WatchRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ensure(self, keys: Collection[tuple[UUID, UUID]]) -> None:
        """A row for each (key, account); there may be one already."""
        if keys:
            rows = [{"key_id": key_id, "account_id": account_id} for key_id, account_id in sorted(keys)]
            self._session.execute(insert(KeyWatch).values(rows).on_conflict_do_nothing())

    def known(self) -> set[UUID]:
        """Keys that have a row."""
        return set(self._session.scalars(select(KeyWatch.key_id)))

    def is_open(self, key_id: UUID) -> bool:
        return bool(self._session.scalar(_IS_OPEN, {"key": key_id}))

    def request_sweep(self, key_id: UUID) -> bool:
        """Ask for a sweep that begins after now; false when the key has no row."""
        asked = self._session.scalar(
            update(KeyWatch)
            .where(KeyWatch.key_id == key_id)
            .values(sweep_requested_at=_NOW)
            .returning(KeyWatch.key_id)
            .execution_options(synchronize_session=False)
        )
        return asked is not None

    def close_with_live_orders(self) -> int:
        """Close the queues of keys that have orders which are not final, and ask for their sweeps; how many."""
        closed = self._session.scalars(
            update(KeyWatch)
            .where(_HAS_LIVE)
            .values(opened_at=None, sweep_requested_at=_NOW)
            .returning(KeyWatch.key_id)
            .execution_options(synchronize_session=False)
        )
        return len(closed.all())

    def claim(
        self,
        worker: str,
        *,
        keys: Collection[UUID],
        lease: timedelta,
        quick: timedelta,
        slow: timedelta,
    ) -> ClaimedWatch | None:
        """Take the key of `keys` whose sweep is due most. Busy ones are due after `quick`, the others after `slow`."""
        parameters = {
            "claimer": worker,
            "keys": list(keys),
            "lease": lease,
            "quick": quick,
            "slow": slow,
        }
        row = self._session.execute(_CLAIM, parameters).one_or_none()
        return ClaimedWatch(*row) if row else None

    def take(self, key_id: UUID, worker: str, lease: timedelta) -> bool:
        """Keep sweepers from this key; false when somebody is at it."""
        taken = self._session.scalar(
            update(KeyWatch)
            .where(KeyWatch.key_id == key_id, _IS_FREE)
            .values(worker=worker, lease_until=_NOW + literal(lease))
            .returning(KeyWatch.key_id)
            .execution_options(synchronize_session=False)
        )
        return taken is not None

    def give_back(self, key_id: UUID, worker: str, *, sweep: bool) -> None:
        """End the lease and, if something was changed, ask for a sweep."""
        self._session.execute(
            update(KeyWatch)
            .where(KeyWatch.key_id == key_id, KeyWatch.worker == worker)
            .values(
                worker=None,
                lease_until=None,
                sweep_requested_at=_NOW if sweep else KeyWatch.sweep_requested_at,
            )
            .execution_options(synchronize_session=False)
        )

    def free_of(self, workers: Sequence[str]) -> None:
        """End the leases of workers that are known to be dead."""
        self._session.execute(
            update(KeyWatch)
            .where(KeyWatch.worker.in_(workers))
            .values(worker=None, lease_until=None)
            .execution_options(synchronize_session=False)
        )

    def renew(self, key_id: UUID, worker: str, lease: timedelta) -> bool:
        """Keep the lease; false when it was lost."""
        kept = self._session.scalar(
            update(KeyWatch)
            .where(KeyWatch.key_id == key_id, KeyWatch.worker == worker)
            .values(lease_until=_NOW + literal(lease))
            .returning(KeyWatch.key_id)
            .execution_options(synchronize_session=False)
        )
        return kept is not None

    def locked(self, key_id: UUID, worker: str) -> KeyWatch | None:
        """The row if `worker` still has it."""
        return self._session.scalar(
            select(KeyWatch)
            .where(KeyWatch.key_id == key_id, KeyWatch.worker == worker, KeyWatch.lease_until > _NOW)
            .with_for_update()
        )

    def finish(
        self,
        key_id: UUID,
        *,
        began_at: datetime,
        balances: list[dict[str, Any]],
        positions: list[dict[str, Any]],
        suspects: dict[str, str],
    ) -> None:
        """Store a sweep and give the lease back.

        A wish for a sweep that came after this one began stays, and keeps a closed queue closed.
        """
        asked_later = KeyWatch.sweep_requested_at > began_at
        self._session.execute(
            update(KeyWatch)
            .where(KeyWatch.key_id == key_id)
            .values(
                balances=balances,
                positions=positions,
                suspects=suspects,
                read_at=_NOW,
                swept_at=_NOW,
                lease_until=None,
                worker=None,
                problem=None,
                opened_at=case(
                    (asked_later, KeyWatch.opened_at), else_=func.coalesce(KeyWatch.opened_at, _NOW)
                ),
                sweep_requested_at=case((asked_later, KeyWatch.sweep_requested_at), else_=null()),
            )
            .execution_options(synchronize_session=False)
        )

    def fail(self, key_id: UUID, worker: str, *, problem: str, again_in: timedelta) -> None:
        """Write why the sweep failed; the lease is what keeps the key from being tried again too soon."""
        self._session.execute(
            update(KeyWatch)
            .where(KeyWatch.key_id == key_id, KeyWatch.worker == worker)
            .values(problem=problem, worker=None, lease_until=_NOW + literal(again_in))
            .execution_options(synchronize_session=False)
        )

    def stream_began(self, key_id: UUID) -> None:
        """A socket is subscribed from now on: what came before it must be swept."""
        self._session.execute(
            update(KeyWatch)
            .where(KeyWatch.key_id == key_id)
            .values(stream_since=_NOW, stream_heard_at=_NOW, sweep_requested_at=_NOW)
            .execution_options(synchronize_session=False)
        )

    def stream_heard(self, key_ids: Collection[UUID]) -> None:
        self._session.execute(
            update(KeyWatch)
            .where(KeyWatch.key_id.in_(key_ids))
            .values(stream_heard_at=_NOW)
            .execution_options(synchronize_session=False)
        )

    def stream_ended(self, key_ids: Collection[UUID]) -> None:
        """Nobody listens any more."""
        self._session.execute(
            update(KeyWatch)
            .where(KeyWatch.key_id.in_(key_ids))
            .values(stream_since=None)
            .execution_options(synchronize_session=False)
        )
