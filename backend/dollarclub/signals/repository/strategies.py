"""Writes and locked reads of strategies."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.signals.models import Strategy


class StrategyRepository:
    """Statements on an open session; every look-up carries the owner's id."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, **values: Any) -> bool:
        """Insert a strategy; false when its name is taken or it would be a second default."""
        added = self._session.scalar(
            insert(Strategy).values(**values).on_conflict_do_nothing().returning(Strategy.id)
        )
        return added is not None

    def default_of(self, account_id: UUID) -> UUID | None:
        return self._session.scalar(
            select(Strategy.id).where(
                Strategy.account_id == account_id, Strategy.is_default, Strategy.archived_at.is_(None)
            )
        )

    def locked(self, strategy_id: UUID, account_id: UUID) -> Strategy | None:
        """The strategy, locked until the transaction ends; archived ones are not found."""
        return self._session.scalar(
            select(Strategy)
            .where(
                Strategy.id == strategy_id, Strategy.account_id == account_id, Strategy.archived_at.is_(None)
            )
            .with_for_update(key_share=True)
        )

    def name_taken(self, account_id: UUID, name: str) -> bool:
        found = self._session.scalar(
            select(Strategy.id).where(
                Strategy.account_id == account_id, Strategy.name == name, Strategy.archived_at.is_(None)
            )
        )
        return found is not None

    def change(self, strategy_id: UUID, **values: Any) -> None:
        """Set columns of a strategy that the caller has locked."""
        self._session.execute(
            update(Strategy)
            .where(Strategy.id == strategy_id)
            .values(updated_at=func.clock_timestamp(), **values)
        )

    def sealed(self) -> list[tuple[UUID, bytes, bytes]]:
        """Id, token and secret of every strategy, locked; archived ones too."""
        rows = self._session.execute(
            select(Strategy.id, Strategy.token_sealed, Strategy.secret_sealed)
            .order_by(Strategy.id)
            .with_for_update(key_share=True)
        )
        return [(row.id, row.token_sealed, row.secret_sealed) for row in rows]
