"""Writes of orders. Every change of a status is guarded, so that no late worker and no old news overwrites a newer state."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Interval,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session, aliased

from dollarclub.core.db import Base
from dollarclub.exchanges.gateway import OrderRequest
from dollarclub.kit.ids import new_id
from dollarclub.orders.models import Halt, Order, OrderStep
from dollarclub.orders.rules.progress import Progress
from dollarclub.orders.rules.states import FINAL, OrderStatus, Purpose, sources_of

_NOW = func.clock_timestamp()
_TABLE = Base.metadata.tables[Order.__tablename__]
REQUEST = (
    Order.client_id,
    Order.symbol,
    Order.side,
    Order.type,
    Order.amount,
    Order.price,
    Order.cost,
    Order.time_in_force,
    Order.reduce_only,
)
"""The columns of an OrderRequest, in its order."""


@dataclass(frozen=True)
class NewOrder:
    """The columns of an order as it is written down first."""

    id: UUID
    account_id: UUID
    key_id: UUID
    book_id: UUID | None
    origin: str
    origin_id: UUID
    leg: str
    purpose: Purpose
    symbol: str
    market_type: Any
    side: Any
    type: Any
    time_in_force: Any
    amount: Decimal | None
    price: Decimal | None
    cost: Decimal | None
    reduce_only: bool
    client_id: str


@dataclass(frozen=True)
class Added:
    """What reserving came to: `status` is None when nothing was written, and `halted`, `blocked` may tell why."""

    halted: bool
    blocked: bool
    status: OrderStatus | None


@dataclass(frozen=True)
class Existing:
    """An order that its origin has asked for before."""

    order_id: UUID
    status: OrderStatus
    attempts: int
    request: OrderRequest


@dataclass(frozen=True)
class LockedOrder:
    """What decides how an order goes on, read under its lock."""

    order_id: UUID
    account_id: UUID
    key_id: UUID
    book_id: UUID | None
    symbol: str
    status: OrderStatus
    amount: Decimal | None
    filled: Decimal
    average: Decimal | None
    fills_complete: bool
    venue_order_id: str | None
    attempts: int
    cancel_requested: bool
    acknowledged: bool

    @property
    def progress(self) -> Progress:
        return Progress(self.status, self.filled, self.average, self.fills_complete)


def _in_lane(table: Any) -> Any:
    return and_(table.key_id == bindparam("key_id"), table.symbol == bindparam("symbol"))


def _given(column: str) -> Any:
    kind = _TABLE.c[column].type
    return cast(bindparam(column, type_=kind), kind)


def _new_order_insert() -> Any:
    """One statement: looks at the halt and at the lane, and writes the order if it may be."""
    other = aliased(Order)
    is_exit = bindparam("is_exit", type_=Boolean)
    halted = (
        select(Halt.id)
        .where(
            Halt.lifted_at.is_(None),
            or_(Halt.account_id.is_(None), Halt.account_id == bindparam("account_id")),
        )
        .exists()
    )
    blocked = select(other.id).where(_in_lane(other), other.status == OrderStatus.unknown).exists()
    ahead = or_(
        other.status == OrderStatus.sending,
        and_(other.status == OrderStatus.new, or_(~is_exit, other.purpose == Purpose.exit)),
    )
    busy = select(other.id).where(_in_lane(other), ahead).exists()
    gate = select(halted.label("halted"), blocked.label("blocked"), busy.label("busy")).cte("gate")
    given = {each.name: _given(each.name) for each in fields(NewOrder)}
    at_once = bindparam("at_once", type_=Boolean)
    waits = or_(gate.c.busy, ~at_once)
    values = given | {
        "created_at": _NOW,
        "status": case(
            (waits, cast(OrderStatus.new, _TABLE.c.status.type)),
            else_=cast(OrderStatus.sending, _TABLE.c.status.type),
        ),
        "worker": case((waits, null()), else_=bindparam("sender")),
        "lease_until": case((waits, null()), else_=_NOW + bindparam("lease", type_=Interval)),
        "sent_at": case((waits, null()), else_=_NOW),
        "attempts": case((waits, 0), else_=1),
    }
    may_be = or_(is_exit, ~or_(gate.c.halted, gate.c.blocked))
    added = (
        upsert(_TABLE)
        .from_select(list(values), select(*values.values()).where(may_be).select_from(gate))
        .on_conflict_do_nothing()
        .returning(_TABLE.c.status)
        .cte("added")
    )
    return select(gate.c.halted, gate.c.blocked, added.c.status).select_from(gate.outerjoin(added, true()))


_ADD = _new_order_insert()
_EXISTING = select(Order.id, Order.status, Order.attempts, *REQUEST).where(
    Order.origin == bindparam("by_origin"),
    Order.origin_id == bindparam("by_origin_id"),
    Order.leg == bindparam("by_leg"),
)
_LOCKED: Select[*tuple[Any, ...]] = (
    select(
        Order.id,
        Order.account_id,
        Order.key_id,
        Order.book_id,
        Order.symbol,
        Order.status,
        Order.amount,
        Order.filled,
        Order.average,
        Order.fills_complete,
        Order.venue_order_id,
        Order.attempts,
        Order.cancel_requested_at.is_not(None),
        Order.acknowledged_at.is_not(None),
    )
    .where(Order.id == bindparam("order"))
    .with_for_update(key_share=True)
)


def _progress_update() -> Any:
    waiting = aliased(Order)
    is_final = bindparam("is_final", type_=Boolean)
    is_settled = bindparam("is_settled", type_=Boolean)
    left_sending = bindparam("frees", type_=Boolean)
    others = (
        select(waiting.id)
        .where(
            waiting.key_id == Order.key_id,
            waiting.symbol == Order.symbol,
            waiting.status == OrderStatus.new,
        )
        .correlate(Order)
        .exists()
    )
    return (
        update(Order)
        .where(Order.id == bindparam("order"), Order.status == bindparam("seen", type_=Order.status.type))
        .values(
            status=bindparam("becomes", type_=Order.status.type),
            filled=bindparam("total", type_=Order.filled.type),
            average=bindparam("mean", type_=Order.average.type),
            fills_complete=bindparam("complete", type_=Boolean),
            venue_order_id=func.coalesce(Order.venue_order_id, bindparam("venue_order")),
            answer=func.coalesce(Order.answer, bindparam("told", type_=JSONB(none_as_null=True))),
            code=case((left_sending, null()), else_=Order.code),
            detail=case((left_sending, null()), else_=Order.detail),
            worker=case((left_sending, null()), else_=Order.worker),
            lease_until=case((left_sending, null()), else_=Order.lease_until),
            check_at=_NOW + bindparam("look_again", type_=Interval),
            acknowledged_at=func.coalesce(Order.acknowledged_at, _NOW),
            filled_at=case(
                (bindparam("is_filled", type_=Boolean), func.coalesce(Order.filled_at, _NOW)),
                else_=Order.filled_at,
            ),
            settled_at=case(
                (and_(is_final, is_settled), func.coalesce(Order.settled_at, _NOW)), else_=Order.settled_at
            ),
        )
        .returning(others)
        .execution_options(synchronize_session=False)
    )


_PROGRESS = _progress_update()
_ADD_STEP = insert(Base.metadata.tables[OrderStep.__tablename__])


class OrderRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self, order: NewOrder, *, worker: str, lease: timedelta, is_exit: bool, at_once: bool = True
    ) -> Added:
        """Write the order `sending` when its lane is free and nobody waits ahead, else `new`.

        Nothing is written when it exists already, when another order took the lane in the same moment, or when it is
        an entry and the account is halted or an order of the lane is unknown. `at_once` false: `new` in any case.
        """
        parameters = {each.name: getattr(order, each.name) for each in fields(NewOrder)}
        parameters |= {"sender": worker, "lease": lease, "is_exit": is_exit, "at_once": at_once}
        return Added(*self._session.execute(_ADD, parameters).one())

    def existing(self, origin: str, origin_id: UUID, leg: str) -> Existing | None:
        row = self._session.execute(
            _EXISTING, {"by_origin": origin, "by_origin_id": origin_id, "by_leg": leg}
        ).one_or_none()
        return Existing(row[0], row[1], row[2], OrderRequest(*row[3:])) if row else None

    def status(self, order_id: UUID) -> OrderStatus | None:
        return self._session.scalar(select(Order.status).where(Order.id == order_id))

    def locked(self, order_id: UUID) -> LockedOrder | None:
        row = self._session.execute(_LOCKED, {"order": order_id}).one_or_none()
        return LockedOrder(*row) if row else None

    def locked_of(self, order_id: UUID, account_id: UUID) -> LockedOrder | None:
        row = self._session.execute(
            _LOCKED.where(Order.account_id == account_id), {"order": order_id}
        ).one_or_none()
        return LockedOrder(*row) if row else None

    def progress(
        self,
        order: LockedOrder,
        progress: Progress,
        *,
        venue_order_id: str | None,
        answer: dict[str, Any] | None,
        look_again: timedelta | None,
    ) -> bool:
        """Write what a locked order has become; whether others wait for its lane. Raises if it was not locked."""
        assert progress.status is order.status or order.status in sources_of(progress.status)
        parameters = {
            "order": order.order_id,
            "seen": order.status,
            "becomes": progress.status,
            "total": progress.filled,
            "mean": progress.average,
            "complete": progress.complete,
            "venue_order": venue_order_id,
            "told": answer,
            "look_again": look_again,
            "frees": progress.status is not order.status,
            "is_filled": progress.status is OrderStatus.filled,
            "is_final": progress.status in FINAL,
            "is_settled": progress.settled,
        }
        return bool(self._session.execute(_PROGRESS, parameters).scalar_one())

    def move(self, order: LockedOrder, target: OrderStatus, **values: Any) -> None:
        """Another change of a locked order's status. Whoever had it no longer does; `values` are columns."""
        if target in FINAL:
            values = {"settled_at": func.coalesce(Order.settled_at, _NOW), "check_at": None} | values
        moved = self._session.scalar(
            update(Order)
            .where(
                Order.id == order.order_id, Order.status == order.status, Order.status.in_(sources_of(target))
            )
            .values(status=target, worker=None, lease_until=None, **values)
            .returning(Order.id)
            .execution_options(synchronize_session=False)
        )
        assert moved is not None

    def request_cancel(self, order_id: UUID) -> None:
        """Flag a locked order; a wait for something else ends."""
        self._session.execute(
            update(Order)
            .where(Order.id == order_id)
            .values(cancel_requested_at=func.coalesce(Order.cancel_requested_at, _NOW), check_at=_NOW)
            .execution_options(synchronize_session=False)
        )

    def check_in(self, order_id: UUID, status: OrderStatus, pause: timedelta | None) -> None:
        """Have an order that is still in `status` looked at after `pause`; None: not any more."""
        self._session.execute(
            update(Order)
            .where(Order.id == order_id, Order.status == status)
            .values(check_at=None if pause is None else _NOW + literal(pause), worker=None)
            .execution_options(synchronize_session=False)
        )

    def call_ended(self, order_id: UUID, code: str, detail: str) -> None:
        """A sender that was given up has come back without an answer: from now on it sends nothing any more."""
        self._session.execute(
            update(Order)
            .where(Order.id == order_id, Order.status == OrderStatus.unknown)
            .values(unknown_at=_NOW, code=code, detail=detail)
            .execution_options(synchronize_session=False)
        )

    def add_step(self, order_id: UUID, name: str, detail: str = "") -> None:
        self._session.execute(
            _ADD_STEP, {"id": new_id(), "order_id": order_id, "name": name, "detail": detail}
        )

    def now(self) -> datetime:
        """The database's clock, by which all waiting is measured."""
        found: datetime = self._session.execute(select(_NOW)).scalar_one()
        return found


def after(delay: timedelta) -> Any:
    """So long from now, by the database's clock."""
    return _NOW + literal(delay)
