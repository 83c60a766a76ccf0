"""Strategies as people see them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.kit.paging import Slice
from dollarclub.signals.models import Signal, Strategy
from dollarclub.signals.queries.outcomes import EXECUTED, REFUSED
from dollarclub.signals.rules.heartbeat import is_overdue
from dollarclub.signals.schemas import StrategyHealthOut, StrategyOut

_LAST_RECEIVED = (
    select(func.max(Signal.received_at))
    .where(Signal.strategy_id == Strategy.id)
    .correlate(Strategy)
    .scalar_subquery()
)


def _of(account_id: UUID) -> tuple[Any, ...]:
    return (Strategy.account_id == account_id, Strategy.archived_at.is_(None))


def _base(account_id: UUID) -> Select[Strategy, datetime]:
    return select(Strategy, _LAST_RECEIVED).where(*_of(account_id)).execution_options(populate_existing=True)


def _view(row: Strategy, last_received_at: datetime | None) -> StrategyOut:
    columns = {name: getattr(row, name) for name in StrategyOut.model_fields if name != "last_received_at"}
    return StrategyOut(last_received_at=last_received_at, **columns)


def strategy(session: Session, *, account_id: UUID, strategy_id: UUID) -> StrategyOut:
    """One strategy of the account. Raises NotFound."""
    row = session.execute(_base(account_id).where(Strategy.id == strategy_id)).first()
    if row is None:
        raise NotFound("No such strategy.", strategy_id=strategy_id)
    return _view(*row)


def strategies_page(
    session: Session, *, account_id: UUID, limit: int = 50, offset: int = 0
) -> Slice[StrategyOut]:
    """The account's strategies, the default one first, then by name."""
    total = session.scalar(select(func.count()).where(*_of(account_id))) or 0
    query = _base(account_id).order_by(Strategy.is_default.desc(), Strategy.name)
    rows = session.execute(query.limit(limit).offset(offset))
    return Slice([_view(*row) for row in rows], total, limit, offset)


def sealed(session: Session, *, account_id: UUID, strategy_id: UUID) -> tuple[bytes, bytes]:
    """Token and secret of a strategy as they are kept. Raises NotFound."""
    row = session.execute(
        select(Strategy.token_sealed, Strategy.secret_sealed).where(
            *_of(account_id), Strategy.id == strategy_id
        )
    ).first()
    if row is None:
        raise NotFound("No such strategy.", strategy_id=strategy_id)
    return row[0], row[1]


def health(session: Session, *, account_id: UUID, strategy_id: UUID, now: datetime) -> StrategyHealthOut:
    """What came in the last 24 hours, and whether more was expected. Raises NotFound."""
    found = strategy(session, account_id=account_id, strategy_id=strategy_id)
    received, executed, refused = session.execute(
        select(func.count(), func.count().filter(EXECUTED), func.count().filter(REFUSED)).where(
            Signal.strategy_id == strategy_id,
            Signal.account_id == account_id,
            Signal.received_at > now - timedelta(hours=24),
        )
    ).one()
    return StrategyHealthOut(
        last_received_at=found.last_received_at,
        received_24h=received,
        executed_24h=executed,
        refused_24h=refused,
        overdue=is_overdue(
            expected_every_seconds=found.expected_every_seconds,
            enabled=found.enabled,
            last_received_at=found.last_received_at,
            changed_at=found.updated_at,
            now=now,
        ),
    )
