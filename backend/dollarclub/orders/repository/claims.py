"""What workers take on: waiting orders to send, lost and unknown ones to ask about, cancels. By leases of the database's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Interval, and_, bindparam, case, func, null, or_, select, update
from sqlalchemy.orm import Session, aliased

from dollarclub.exchanges.gateway import OrderRequest
from dollarclub.orders.models import KeyWatch, Order
from dollarclub.orders.repository.orders import REQUEST
from dollarclub.orders.rules.states import RESTING, OrderStatus, Purpose, sources_of

SENDER_DEAD = "sender_dead"
SENDER_SILENT = "sender_silent"
"""Its lease ran out, but it may still live and be about to send."""

_NOW = func.clock_timestamp()
_other = aliased(Order)
_DUE = or_(Order.check_at.is_(None), Order.check_at <= _NOW)
_IS_EXIT = Order.purpose == Purpose.exit


def _lane_has(status: OrderStatus) -> Any:
    return (
        select(_other.id)
        .where(_other.key_id == Order.key_id, _other.symbol == Order.symbol, _other.status == status)
        .correlate(Order)
        .exists()
    )


_KEY_CLOSED = (
    select(KeyWatch.key_id)
    .where(KeyWatch.key_id == Order.key_id, KeyWatch.opened_at.is_(None))
    .correlate(Order)
    .exists()
)
_MAY_GO = and_(
    Order.status == OrderStatus.new,
    Order.cancel_requested_at.is_(None),
    _DUE,
    ~_lane_has(OrderStatus.sending),
    or_(_IS_EXIT, and_(~_lane_has(OrderStatus.unknown), ~_KEY_CLOSED)),
)
_TOO_OLD = and_(~_IS_EXIT, Order.created_at < _NOW - bindparam("entry_age", type_=Interval))
_WAITING = (
    select(Order.id, Order.account_id, Order.purpose, _TOO_OLD)
    .where(or_(_MAY_GO, and_(Order.status == OrderStatus.new, _TOO_OLD)))
    .order_by(_IS_EXIT.desc(), Order.created_at)
    .limit(8)
)
_DISPATCH: tuple[Any, ...] = (
    Order.id,
    Order.account_id,
    Order.key_id,
    Order.purpose,
    Order.attempts,
    *REQUEST,
)
_SEND = {
    "status": OrderStatus.sending,
    "worker": bindparam("sender"),
    "lease_until": _NOW + bindparam("lease", type_=Interval),
    "sent_at": _NOW,
    "check_at": null(),
    "attempts": Order.attempts + 1,
}
_TAKE_WAITING = (
    update(Order)
    .where(
        Order.id.in_(
            select(Order.id)
            .where(Order.id == bindparam("order"), _MAY_GO)
            .with_for_update(skip_locked=True, of=Order)
        )
    )
    .values(**_SEND)
    .returning(*_DISPATCH)
    .execution_options(synchronize_session=False)
)
_other_unknown = (
    select(_other.id)
    .where(
        _other.key_id == Order.key_id,
        _other.symbol == Order.symbol,
        _other.status == OrderStatus.unknown,
        _other.id != Order.id,
    )
    .correlate(Order)
    .exists()
)
_SEND_AGAIN = (
    update(Order)
    .where(
        Order.id == bindparam("order"),
        Order.status == OrderStatus.unknown,
        Order.status.in_(sources_of(OrderStatus.sending)),
        Order.attempts == bindparam("attempt"),
        or_(_IS_EXIT, ~_other_unknown),
    )
    .values(**_SEND)
    .returning(*_DISPATCH)
    .execution_options(synchronize_session=False)
)
_LOST = (
    update(Order)
    .where(
        Order.id.in_(
            select(Order.id)
            .where(
                Order.status == OrderStatus.sending,
                Order.status.in_(sources_of(OrderStatus.unknown)),
                or_(Order.lease_until < _NOW, Order.worker.in_(bindparam("dead", expanding=True))),
            )
            .with_for_update(skip_locked=True)
        )
    )
    .values(
        status=OrderStatus.unknown,
        unknown_at=_NOW,
        check_at=_NOW,
        worker=null(),
        lease_until=null(),
        code=case((Order.worker.in_(bindparam("dead", expanding=True)), SENDER_DEAD), else_=SENDER_SILENT),
        detail=null(),
    )
    .returning(Order.id, Order.account_id, Order.code)
    .execution_options(synchronize_session=False)
)
_ASKING: tuple[Any, ...] = (
    Order.id,
    Order.account_id,
    Order.key_id,
    Order.symbol,
    Order.client_id,
    Order.purpose,
    Order.status,
    Order.attempts,
    Order.sent_at,
    Order.code,
    (_NOW - func.coalesce(Order.sent_at, Order.created_at)).label("since_sent"),
    case(
        (Order.status == OrderStatus.unknown, _NOW - func.coalesce(Order.unknown_at, _NOW)),
        else_=_NOW - func.coalesce(Order.cancel_requested_at, Order.settled_at, Order.acknowledged_at, _NOW),
    ).label("waited"),
)


def _take(condition: Any, *order_by: Any) -> Any:
    due = select(Order.id).where(condition).order_by(*order_by).limit(1).with_for_update(skip_locked=True)
    return (
        update(Order)
        .where(Order.id.in_(due))
        .values(check_at=_NOW + bindparam("lease", type_=Interval), worker=bindparam("asker"))
        .returning(*_ASKING)
        .execution_options(synchronize_session=False)
    )


_TAKE_UNKNOWN = _take(and_(Order.status == OrderStatus.unknown, _DUE), _IS_EXIT.desc(), Order.check_at)
_TAKE_CANCEL = _take(
    and_(Order.status.in_(RESTING), Order.cancel_requested_at.is_not(None), _DUE), Order.check_at
)
_TAKE_INCOMPLETE = _take(
    or_(
        and_(~Order.fills_complete, Order.check_at <= _NOW, Order.status != OrderStatus.unknown),
        and_(Order.status.in_(RESTING), Order.cancel_requested_at.is_(None), Order.check_at <= _NOW),
    ),
    Order.check_at,
)
_IS_TOO_OLD = select(_TOO_OLD).where(Order.id == bindparam("order"))


@dataclass(frozen=True)
class Candidate:
    """A waiting order that could go now, or, `too_old`, never will."""

    order_id: UUID
    account_id: UUID
    purpose: Purpose
    too_old: bool


@dataclass(frozen=True)
class Dispatch:
    """An order that its claimer has to send now, the `attempt`-th time."""

    order_id: UUID
    account_id: UUID
    key_id: UUID
    purpose: Purpose
    attempt: int
    request: OrderRequest


@dataclass(frozen=True)
class Asking:
    """An order that its claimer has to ask the exchange about. Times are by the database's clock.

    `waited` is how long it has been unknown, or since its cancel was wished.
    """

    order_id: UUID
    account_id: UUID
    key_id: UUID
    symbol: str
    client_id: str
    purpose: Purpose
    status: OrderStatus
    attempt: int
    sent_at: datetime | None
    code: str | None
    since_sent: timedelta
    waited: timedelta

    @property
    def is_exit(self) -> bool:
        return self.purpose is Purpose.exit

    @property
    def sender_may_live(self) -> bool:
        """Whether nobody saw the end of the call that sends it."""
        return self.code == SENDER_SILENT


def _dispatch(row: Any) -> Dispatch | None:
    return Dispatch(row[0], row[1], row[2], row[3], row[4], OrderRequest(*row[5:])) if row else None


class ClaimRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self, entry_age: timedelta) -> list[Candidate]:
        """Waiting orders whose lane is free, exits first, then the oldest; and entries older than `entry_age`."""
        return [Candidate(*row) for row in self._session.execute(_WAITING, {"entry_age": entry_age})]

    def take_waiting(self, order_id: UUID, worker: str, lease: timedelta) -> Dispatch | None:
        """Begin to send a waiting order; None when it may no longer go.

        Raises IntegrityError when another order took the lane in the same moment.
        """
        parameters = {"order": order_id, "sender": worker, "lease": lease}
        return _dispatch(self._session.execute(_TAKE_WAITING, parameters).one_or_none())

    def send_again(self, order_id: UUID, attempt: int, worker: str, lease: timedelta) -> Dispatch | None:
        """Begin to send an unknown order once more; None when something else became of it since `attempt`.

        Raises IntegrityError while another order of the lane is being sent.
        """
        parameters = {"order": order_id, "attempt": attempt, "sender": worker, "lease": lease}
        return _dispatch(self._session.execute(_SEND_AGAIN, parameters).one_or_none())

    def lose_senders(self, dead: Sequence[str]) -> list[tuple[UUID, UUID, str]]:
        """Orders whose sender is gone become unknown; each with its account and the code that says how it went."""
        return [(row[0], row[1], row[2] or "") for row in self._session.execute(_LOST, {"dead": list(dead)})]

    def take_unknown(self, worker: str, lease: timedelta) -> Asking | None:
        return self._taken(_TAKE_UNKNOWN, worker, lease)

    def take_cancel(self, worker: str, lease: timedelta) -> Asking | None:
        """A resting order whose cancelling is due."""
        return self._taken(_TAKE_CANCEL, worker, lease)

    def take_incomplete(self, worker: str, lease: timedelta) -> Asking | None:
        """An order whose fills do not explain yet what the exchange said, or whose state is in doubt."""
        return self._taken(_TAKE_INCOMPLETE, worker, lease)

    def is_too_old(self, order_id: UUID, entry_age: timedelta) -> bool:
        """Whether it is an entry that was wanted longer ago than `entry_age`."""
        return bool(self._session.scalar(_IS_TOO_OLD, {"order": order_id, "entry_age": entry_age}))

    def _taken(self, statement: Any, worker: str, lease: timedelta) -> Asking | None:
        row = self._session.execute(statement, {"asker": worker, "lease": lease}).one_or_none()
        return Asking(*row) if row else None
