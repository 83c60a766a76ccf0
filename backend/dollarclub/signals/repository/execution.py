"""Taking signals on and writing what became of them. Every change is guarded by the claim that it belongs to."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CursorResult,
    Integer,
    Interval,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session, aliased

from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.signals.models import AmountUnit, Signal, Strategy, StrategyMode
from dollarclub.signals.rules.payload import Intent
from dollarclub.signals.rules.states import Outcome, SignalStatus

EXITS = (Intent.exit.value, Intent.reduce.value)
_NOW = func.clock_timestamp()


@dataclass(frozen=True)
class StrategySettings:
    """What a strategy says of its orders."""

    name: str
    enabled: bool
    archived: bool
    key_id: UUID | None
    market_type: MarketType
    order_type: OrderType
    amount: Decimal | None
    amount_unit: AmountUnit
    max_cost: Decimal | None
    max_lag_seconds: int | None
    mode: StrategyMode


@dataclass(frozen=True)
class Claimed:
    """A signal that its claimer has to execute. `age` is how long ago it was received; `claimed_at` names the claim.

    `decided`: orders of an earlier claim may be there.
    """

    signal_id: UUID
    account_id: UUID
    strategy_id: UUID
    alert: dict[str, Any]
    lane: str
    received_at: datetime
    claimed_at: datetime
    age: timedelta
    decided: bool
    strategy: StrategySettings


@dataclass(frozen=True)
class Open:
    """A signal whose orders are at the exchange, as far as it was told."""

    signal_id: UUID
    account_id: UUID
    outcome: Outcome | None
    message: str | None


_CLAIMED_COLUMNS = tuple(each.name for each in fields(Claimed) if each.name != "strategy")
_is_exit = Signal.alert["intent"].astext.in_(EXITS)
_earlier, _busy = aliased(Signal), aliased(Signal)
_is_due = or_(Signal.not_before.is_(None), Signal.not_before <= _NOW)
# An exit goes past an entry that waits for an unknown order, which is known by its key being written. It never goes
# past one that merely stands in the queue, or waits for what the exit needs too.
_HELD_UP = and_(_earlier.key_id.is_not(None), _earlier.decided_at.is_(None), _earlier.not_before > _NOW)
_IS_FIRST = ~(
    select(_earlier.id)
    .where(
        _earlier.status == SignalStatus.received,
        _earlier.lane == Signal.lane,
        or_(
            _earlier.received_at < Signal.received_at,
            and_(_earlier.received_at == Signal.received_at, _earlier.id < Signal.id),
        ),
        or_(~_is_exit, _HELD_UP.is_not(True)),
    )
    .correlate(Signal)
    .exists()
)
_IS_FREE = ~(
    select(_busy.id)
    .where(_busy.status == SignalStatus.claimed, _busy.lane == Signal.lane)
    .correlate(Signal)
    .exists()
)
_HEADS = (
    select(
        Signal.id,
        Signal.received_at,
        _is_exit.label("is_exit"),
        func.row_number().over(partition_by=_is_exit, order_by=Signal.received_at).label("place"),
    )
    .where(Signal.status == SignalStatus.received, _is_due, _IS_FREE, _IS_FIRST)
    .cte("heads")
)
_CHOSEN = (
    select(_HEADS.c.id)
    .where(or_(_HEADS.c.is_exit, _HEADS.c.place <= bindparam("entries", type_=Integer)))
    .order_by(_HEADS.c.is_exit.desc(), _HEADS.c.received_at)
    .limit(bindparam("room", type_=Integer))
)
_CLAIM = (
    update(Signal)
    .where(
        Signal.id.in_(
            select(Signal.id)
            .where(Signal.id.in_(_CHOSEN.scalar_subquery()), Signal.status == SignalStatus.received)
            .with_for_update(skip_locked=True)
        ),
        Strategy.id == Signal.strategy_id,
    )
    .values(
        status=SignalStatus.claimed,
        worker=bindparam("claimer"),
        lease_until=_NOW + bindparam("lease", type_=Interval),
        claimed_at=_NOW,
        not_before=null(),
    )
    .returning(
        Signal.id,
        Signal.account_id,
        Signal.strategy_id,
        Signal.alert,
        Signal.lane,
        Signal.received_at,
        Signal.claimed_at,
        _NOW - Signal.received_at,
        Signal.decided_at.is_not(None),
        Strategy.name,
        Strategy.enabled,
        Strategy.archived_at.is_not(None),
        Strategy.key_id,
        Strategy.market_type,
        Strategy.order_type,
        Strategy.amount,
        Strategy.amount_unit,
        Strategy.max_cost,
        Strategy.max_lag_seconds,
        Strategy.mode,
    )
    .execution_options(synchronize_session=False)
)
_MINE = (
    Signal.id == bindparam("signal"),
    Signal.status == SignalStatus.claimed,
    Signal.claimed_at == bindparam("claim"),
)
_DECIDE = (
    update(Signal)
    .where(*_MINE)
    .values(
        decided_at=func.coalesce(Signal.decided_at, _NOW),
        key_id=bindparam("key"),
        symbol=bindparam("pair"),
    )
    .returning(Signal.id)
    .execution_options(synchronize_session=False)
)
_becomes = bindparam("becomes", type_=Signal.status.type)
_FINISH = (
    update(Signal)
    .where(*_MINE)
    .values(
        status=_becomes,
        outcome=bindparam("told", type_=Signal.outcome.type),
        message=bindparam("words", type_=String),
        key_id=func.coalesce(bindparam("key", type_=Uuid), Signal.key_id),
        symbol=func.coalesce(bindparam("pair", type_=String), Signal.symbol),
        decided_at=func.coalesce(Signal.decided_at, _NOW),
        settled_at=case((_becomes == literal(SignalStatus.done, Signal.status.type), _NOW), else_=null()),
        worker=null(),
        lease_until=null(),
    )
    .returning(Signal.id)
    .execution_options(synchronize_session=False)
)
_PUT_OFF = (
    update(Signal)
    .where(*_MINE)
    .values(
        status=SignalStatus.received,
        not_before=_NOW + bindparam("pause", type_=Interval),
        key_id=func.coalesce(bindparam("key", type_=Uuid), Signal.key_id),
        symbol=func.coalesce(bindparam("pair", type_=String), Signal.symbol),
        worker=null(),
        lease_until=null(),
        message=bindparam("words", type_=String),
    )
    .returning(Signal.id)
    .execution_options(synchronize_session=False)
)
_FREE_LOST = (
    update(Signal)
    .where(
        Signal.status == SignalStatus.claimed,
        or_(Signal.lease_until < _NOW, Signal.worker.in_(bindparam("dead", expanding=True))),
    )
    .values(status=SignalStatus.received, worker=null(), lease_until=null())
    .returning(Signal.id)
    .execution_options(synchronize_session=False)
)
_OVERTAKEN = (
    update(Signal)
    .where(
        Signal.status == SignalStatus.received,
        Signal.lane == bindparam("of_lane"),
        Signal.received_at < bindparam("moment"),
        Signal.key_id.is_not(None),
        Signal.decided_at.is_(None),
        ~_is_exit,
    )
    .values(
        status=SignalStatus.done,
        outcome=Outcome.overtaken,
        message=bindparam("words", type_=String),
        decided_at=_NOW,
        settled_at=_NOW,
    )
    .returning(Signal.id)
    .execution_options(synchronize_session=False)
)
_OPEN = (
    select(Signal.id, Signal.account_id, Signal.outcome, Signal.message)
    .where(Signal.status == SignalStatus.executing, Signal.id > bindparam("after"))
    .order_by(Signal.id)
    .limit(bindparam("count", type_=Integer))
)
_PROGRESS = (
    update(Signal)
    .where(Signal.id == bindparam("signal"), Signal.status == SignalStatus.executing)
    .values(
        status=_becomes,
        outcome=bindparam("told", type_=Signal.outcome.type),
        message=bindparam("words", type_=String),
        settled_at=case((_becomes == literal(SignalStatus.done, Signal.status.type), _NOW), else_=null()),
    )
    .returning(Signal.id)
    .execution_options(synchronize_session=False)
)
_RETELL = (
    update(Signal)
    .where(
        Signal.id == bindparam("signal"),
        Signal.account_id == bindparam("owner", type_=Uuid),
        Signal.outcome.in_((Outcome.queued, Outcome.replaced)),
    )
    .values(outcome=bindparam("told", type_=Signal.outcome.type), message=bindparam("words", type_=String))
    .returning(Signal.id)
    .execution_options(synchronize_session=False)
)
_NO_FLUSH = text("SET LOCAL synchronous_commit = off")


class ExecutionRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def need_not_last(self) -> None:
        """Do not wait for the disk at this commit: what a crash of the server would undo is simply done again."""
        self._session.connection().execute(_NO_FLUSH)

    def claim(self, worker: str, lease: timedelta, *, room: int, entries: int) -> list[Claimed]:
        """Take up to `room` signals, `entries` of them entries at most: the first of each lane, exits before entries.

        Raises IntegrityError when another worker took a lane in the same moment.
        """
        parameters = {"claimer": worker, "lease": lease, "room": room, "entries": entries}
        rows = self._execute(_CLAIM, parameters)
        claimed = [_claimed(tuple(row)) for row in rows]
        return sorted(claimed, key=lambda each: (not _exits(each.alert), each.received_at))

    def decide(self, claimed: Claimed, *, key_id: UUID, symbol: str) -> bool:
        """Note that orders are written in this transaction; false when the claim is no longer the caller's."""
        return self._did(_DECIDE, claimed, key=key_id, pair=symbol)

    def finish(
        self,
        claimed: Claimed,
        status: SignalStatus,
        outcome: Outcome | None,
        message: str,
        *,
        key_id: UUID | None = None,
        symbol: str | None = None,
    ) -> bool:
        """Give the claim up with what has become of the signal; false when it is no longer the caller's."""
        values = {"becomes": status, "told": outcome, "words": message or None, "key": key_id, "pair": symbol}
        return self._did(_FINISH, claimed, **values)

    def put_off(
        self,
        claimed: Claimed,
        pause: timedelta,
        reason: str,
        *,
        key_id: UUID | None = None,
        symbol: str | None = None,
    ) -> bool:
        """Give the claim up for now. With a key it waits for an unknown order, and an exit may go past it."""
        return self._did(_PUT_OFF, claimed, pause=pause, words=reason, key=key_id, pair=symbol)

    def free_lost(self, dead: Collection[str]) -> int:
        """Give back what was claimed by `dead` workers, or longer ago than its lease; how many."""
        return len(self._execute(_FREE_LOST, {"dead": list(dead)}).all())

    def give_up_overtaken(self, claimed: Claimed, reason: str) -> list[UUID]:
        """End the entries of the lane that were put off and that the exit in `claimed` has gone past."""
        parameters = {"of_lane": claimed.lane, "moment": claimed.received_at, "words": reason}
        return list(self._execute(_OVERTAKEN, parameters).scalars())

    def executing(self, after: UUID, count: int) -> list[Open]:
        """Signals whose orders are at the exchange, by id, from `after` on."""
        return [Open(*tuple(row)) for row in self._execute(_OPEN, {"after": after, "count": count})]

    def progress(self, signal_id: UUID, status: SignalStatus, outcome: Outcome | None, message: str) -> bool:
        """What has become of an executing signal; false when somebody else was quicker."""
        parameters = {"signal": signal_id, "becomes": status, "told": outcome, "words": message or None}
        return bool(self._execute(_PROGRESS, parameters).first())

    def retell(self, signal_id: UUID, account_id: UUID, outcome: Outcome, message: str) -> bool:
        """What has become of a signal whose entry waited; false when it does not wait any more."""
        parameters = {"signal": signal_id, "owner": account_id, "told": outcome, "words": message or None}
        return bool(self._execute(_RETELL, parameters).first())

    def _execute(self, statement: Any, parameters: dict[str, Any]) -> CursorResult[Any]:
        """Past the mapper, whose part in such a statement costs more than the statement."""
        return self._session.connection().execute(statement, parameters)

    def _did(self, statement: Any, claimed: Claimed, **values: Any) -> bool:
        parameters = {"signal": claimed.signal_id, "claim": claimed.claimed_at, **values}
        return bool(self._execute(statement, parameters).first())


def _claimed(row: tuple[Any, ...]) -> Claimed:
    own = dict(zip(_CLAIMED_COLUMNS, row, strict=False))
    return Claimed(**own, strategy=StrategySettings(*row[len(_CLAIMED_COLUMNS) :]))


def _exits(alert: dict[str, Any]) -> bool:
    return alert.get("intent") in EXITS
