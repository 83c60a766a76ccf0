"""Watched prices: what is armed, what was reached, and which groups cannot be watched."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    String,
    bindparam,
    case,
    cast,
    delete,
    func,
    null,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.core.db import Base
from dollarclub.exchanges.gateway import Catalog
from dollarclub.positions.models import MONEY, PositionGroup, PriceTrigger
from dollarclub.positions.rules.states import ACTIVE, Direction
from dollarclub.positions.rules.triggers import Armed, Extreme, Firing, Place

_TABLE = Base.metadata.tables[PriceTrigger.__tablename__]
_NOW = func.clock_timestamp()
_IS_ARMED = _TABLE.c.fired_at.is_(None)
_IS_ACTIVE = PositionGroup.status.in_(sorted(ACTIVE))
_PLACE = ("venue", "market_type", "environment", "symbol")

_version = func.hashtextextended(cast(_TABLE.c.id, String) + ":" + cast(_TABLE.c.revision, String), 0)
# Asked every second: one row that differs whenever any armed trigger does.
_FINGERPRINT = select(func.count(), func.coalesce(func.sum(cast(_version, Numeric)), 0)).where(_IS_ARMED)
_ARMED = select(
    _TABLE.c.id,
    _TABLE.c.revision,
    _TABLE.c.venue,
    _TABLE.c.market_type,
    _TABLE.c.environment,
    _TABLE.c.symbol,
    _TABLE.c.direction,
    _TABLE.c.price,
    _TABLE.c.trail_percent,
    _TABLE.c.extreme,
).where(_IS_ARMED)
_PLACES = union(
    select(*(_TABLE.c[name] for name in _PLACE)).where(_IS_ARMED),
    select(*(getattr(PositionGroup, name) for name in _PLACE)).where(_IS_ACTIVE),
)
_LOCK_GROUPS = (
    select(PositionGroup.id)
    .where(
        PositionGroup.id.in_(
            select(PriceTrigger.group_id).where(PriceTrigger.id.in_(bindparam("ids", expanding=True)))
        )
    )
    .order_by(PositionGroup.id)
    .with_for_update(key_share=True)
)
_FIRE = (
    update(PriceTrigger)
    .where(
        PriceTrigger.id == bindparam("trigger"),
        PriceTrigger.revision == bindparam("seen", type_=BigInteger),
        PriceTrigger.fired_at.is_(None),
    )
    .values(fired_at=_NOW, fired_price=bindparam("reached", type_=MONEY), fired_by=bindparam("by"))
    .returning(PriceTrigger.group_id)
    .execution_options(synchronize_session=False)
)
_LOCK_FREE = (
    select(_TABLE.c.id)
    .where(_TABLE.c.id.in_(bindparam("ids", expanding=True)), _IS_ARMED)
    .with_for_update(skip_locked=True)
)
_MOVE_EXTREME = (
    update(PriceTrigger)
    .where(PriceTrigger.id == bindparam("trigger"), PriceTrigger.revision == bindparam("seen"))
    .values(extreme=bindparam("best", type_=MONEY))
    .execution_options(synchronize_session=False)
)


class TriggerRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def arm(self, **values: Any) -> bool:
        """Watch a price, or another one than before; one that was reached stays. Whether anything changed.

        The best price that a trailing one has seen is kept as long as it lies beyond where it begins.
        """
        statement = insert(_TABLE).values(**values)
        given = statement.excluded
        differs = or_(
            _TABLE.c.price != given.price,
            _TABLE.c.direction != given.direction,
            _TABLE.c.trail_percent.is_distinct_from(given.trail_percent),
        )
        beyond = case(
            (given.direction != _TABLE.c.direction, False),
            (given.direction == Direction.above, _TABLE.c.extreme >= given.price),
            else_=_TABLE.c.extreme <= given.price,
        )
        changed = statement.on_conflict_do_update(
            index_elements=["kind", "subject_id"],
            set_={
                "price": given.price,
                "direction": given.direction,
                "trail_percent": given.trail_percent,
                "extreme": case((beyond, _TABLE.c.extreme), else_=null()),
                "revision": _TABLE.c.revision + 1,
                "armed_at": _NOW,
            },
            where=_TABLE.c.fired_at.is_(None) & differs,
        ).returning(_TABLE.c.id)
        return self._session.connection().execute(changed).first() is not None

    def drop(self, ids: Collection[UUID]) -> bool:
        """Watch no more; whether any was there."""
        gone = self._session.scalars(
            delete(PriceTrigger).where(PriceTrigger.id.in_(ids)).returning(PriceTrigger.id)
        )
        return bool(gone.all())

    def fingerprint(self) -> tuple[int, Decimal]:
        """Changes whenever any armed trigger is added, changed, dropped or fired."""
        count, total = self._session.connection().execute(_FINGERPRINT).one()
        return int(count), Decimal(total)

    def armed(self) -> list[Armed]:
        """Everything that is watched, for all accounts."""
        return [
            Armed(id_, revision, Catalog(venue, market_type, environment), *rest)
            for id_, revision, venue, market_type, environment, *rest in self._session.connection().execute(
                _ARMED
            )
        ]

    def places(self) -> frozenset[Place]:
        """Where prices are needed: of armed triggers and of active groups."""
        rows = self._session.connection().execute(_PLACES)
        return frozenset(
            (Catalog(venue, market_type, environment), symbol)
            for venue, market_type, environment, symbol in rows
        )

    def lock_groups(self, ids: Sequence[UUID]) -> None:
        """Lock the groups of these triggers before the triggers, as the engine does."""
        self._session.execute(_LOCK_GROUPS, {"ids": list(ids)})

    def fire(self, firing: Firing, by: str) -> UUID | None:
        """The group of the trigger, when it had not fired and is still as it was seen."""
        found: UUID | None = (
            self._session.connection()
            .execute(
                _FIRE,
                {
                    "trigger": firing.trigger_id,
                    "seen": firing.revision,
                    "reached": firing.price,
                    "by": by,
                },
            )
            .scalar_one_or_none()
        )
        return found

    def store_extremes(self, extremes: Sequence[Extreme]) -> None:
        """What somebody is changing at this moment is left to the next time."""
        ids = [each.trigger_id for each in extremes]
        free = set(self._session.connection().execute(_LOCK_FREE, {"ids": ids}).scalars())
        rows = [
            {"trigger": each.trigger_id, "seen": each.revision, "best": each.price}
            for each in extremes
            if each.trigger_id in free
        ]
        if rows:
            self._session.connection().execute(_MOVE_EXTREME, rows)

    def say_problem(self, place: Place, text: str) -> list[tuple[UUID, UUID]]:
        """Tell the active groups of a place that have no other problem; (account, group) of those that are told anew."""
        return self._told(PositionGroup.problem.is_(None) & _at(place), text)

    def unsay_problem(self, text: str, place: Place | None = None) -> list[tuple[UUID, UUID]]:
        """The groups of a place, or all, have this problem no more; (account, group) of those that had it."""
        where = PositionGroup.problem == text
        return self._told(where if place is None else where & _at(place), None)

    def _told(self, where: ColumnElement[bool], text: str | None) -> list[tuple[UUID, UUID]]:
        rows = self._session.execute(
            update(PositionGroup)
            .where(where, _IS_ACTIVE)
            .values(problem=text)
            .returning(PositionGroup.account_id, PositionGroup.id)
            .execution_options(synchronize_session=False)
        )
        return [(account_id, group_id) for account_id, group_id in rows]


def _at(place: Place) -> ColumnElement[bool]:
    catalog, symbol = place
    return (
        (PositionGroup.venue == catalog.venue)
        & (PositionGroup.market_type == catalog.market_type)
        & (PositionGroup.environment == catalog.environment)
        & (PositionGroup.symbol == symbol)
    )
