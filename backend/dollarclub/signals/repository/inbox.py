"""Statements of the webhook's edge, each for many alerts at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Select,
    SmallInteger,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.core.db import Base
from dollarclub.signals.models import Signal, Strategy
from dollarclub.signals.rules.identity import LOOK_BACK_SECONDS

MOST_REPEATS = 32_767


@dataclass(frozen=True)
class Guard:
    """A strategy as the webhook needs it, and the moment by the database's clock when it was read."""

    now: datetime
    strategy_id: UUID
    account_id: UUID
    is_default: bool
    token_digest: bytes
    secret_digest: bytes
    secret_sealed: bytes
    require_secret: bool
    require_signature: bool
    allowed_addresses: list[str]
    max_lag_seconds: int | None
    enabled: bool


@dataclass(frozen=True)
class Known:
    """A signal that is already there."""

    signal_id: UUID
    received_at: datetime


@lru_cache(maxsize=1)
def _guards(active: Select[UUID]) -> Select[*tuple[Any, ...]]:
    return select(
        func.clock_timestamp(),
        Strategy.id,
        Strategy.account_id,
        Strategy.is_default,
        Strategy.token_digest,
        Strategy.secret_digest,
        Strategy.secret_sealed,
        Strategy.require_secret,
        Strategy.require_signature,
        Strategy.allowed_addresses,
        Strategy.max_lag_seconds,
        Strategy.enabled,
    ).where(
        Strategy.archived_at.is_(None),
        or_(
            Strategy.token_digest.in_(bindparam("digests", expanding=True)),
            and_(Strategy.is_default, Strategy.account_id.in_(bindparam("accounts", expanding=True))),
        ),
        Strategy.account_id.in_(active),
    )


_SIGNALS = Base.metadata.tables[Signal.__tablename__]
_TOLD = (
    "id",
    "account_id",
    "strategy_id",
    "status",
    "outcome",
    "message",
    "lane",
    "dedup_key",
    "body_hash",
    "raw",
    "content_type",
    "address",
    "alert",
    "told_at",
    "received_at",
    "decided_at",
    "settled_at",
)
# One array a column: a row of parameters for each signal costs the writer more than all that it decides.
_ARRAYS = [(name, ARRAY(_SIGNALS.c[name].type)) for name in _TOLD]
_ADD = (
    insert(_SIGNALS)
    .from_select(
        _TOLD, select(*(func.unnest(cast(bindparam(name, type_=kind), kind)) for name, kind in _ARRAYS))
    )
    .on_conflict_do_nothing()
    .returning(_SIGNALS.c.id)
)
_LOCK_BODIES = select(func.pg_advisory_xact_lock(func.unnest(bindparam("locks", type_=ARRAY(BigInteger)))))
_BY_KEY = select(Signal.strategy_id, Signal.dedup_key, Signal.id, Signal.received_at).where(
    tuple_(Signal.strategy_id, Signal.dedup_key).in_(bindparam("keys", expanding=True))
)
_BY_BODY = (
    select(Signal.strategy_id, Signal.body_hash, Signal.id, Signal.received_at)
    .where(
        tuple_(Signal.strategy_id, Signal.body_hash).in_(bindparam("bodies", expanding=True)),
        Signal.dedup_key.is_(None),
        Signal.received_at > func.clock_timestamp() - literal(timedelta(seconds=LOOK_BACK_SECONDS)),
    )
    .order_by(Signal.received_at.desc())
)
_LOCK_KNOWN = (
    select(Signal.id)
    .where(Signal.id.in_(bindparam("known", expanding=True)))
    .order_by(Signal.id)
    .with_for_update(key_share=True)
)
_COUNT_REPEATS = (
    update(Signal)
    .where(Signal.id.in_(bindparam("known", expanding=True)))
    .values(
        repeats=func.least(Signal.repeats + bindparam("count", type_=SmallInteger), MOST_REPEATS),
        repeated_at=func.clock_timestamp(),
    )
    .execution_options(synchronize_session=False)
)

Identity = tuple[UUID, bytes]


class InboxRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def guards(
        self, *, accounts: Collection[UUID], digests: Collection[bytes], active: Select[UUID]
    ) -> list[Guard]:
        """The default strategies of `accounts` and those whose token has one of `digests`, of `active` accounts."""
        parameters = {"accounts": list(accounts), "digests": list(digests)}
        found = self._session.connection().execute(_guards(active), parameters)
        return [Guard(*row) for row in found]

    def lock_bodies(self, locks: Sequence[int]) -> None:
        """Wait for the turn of each of `locks` (signed 64 bits, in ascending order), until the transaction ends."""
        self._session.execute(_LOCK_BODIES, {"locks": list(locks)}).all()

    def by_key(self, keys: Collection[Identity]) -> dict[Identity, Known]:
        rows = self._session.execute(_BY_KEY, {"keys": list(keys)})
        return {
            (strategy_id, key): Known(known, received_at)
            for strategy_id, key, known, received_at in rows
            if key is not None
        }

    def by_body(self, bodies: Collection[Identity]) -> dict[Identity, Known]:
        """Alerts without an identity of their own that came with the same body a short while ago: the earliest."""
        rows = self._session.execute(_BY_BODY, {"bodies": list(bodies)})
        return {
            (strategy_id, body): Known(known, received_at) for strategy_id, body, known, received_at in rows
        }

    def add(self, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
        """Insert signals, each with every member that a webhook tells; the ids of those whose identity was not there yet.

        Waits for whoever inserts the same identity at this moment, so `rows` must be in the order of their identities.
        """
        columns = {name: [row[name] for row in rows] for name in _TOLD}
        return set(self._session.connection().execute(_ADD, columns).scalars())

    def count_repeats(self, counts: Mapping[UUID, int]) -> None:
        self._session.execute(_LOCK_KNOWN, {"known": list(counts)}).all()
        for count in sorted(set(counts.values())):
            known = [signal_id for signal_id, times in counts.items() if times == count]
            self._session.execute(_COUNT_REPEATS, {"known": known, "count": min(count, MOST_REPEATS // 2)})
