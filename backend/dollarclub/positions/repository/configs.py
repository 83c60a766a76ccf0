"""Writes and locked reads of DCA configurations."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dollarclub.positions.models import DcaConfig


class ConfigRepository:
    """Statements on an open session; every look-up carries the owner's id."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, **values: Any) -> DcaConfig | None:
        """A new configuration; None when there is one of the same pair, timeframe and key."""
        row = DcaConfig(**values)
        return row if self._stored(row) else None

    def locked(self, config_id: UUID, account_id: UUID) -> DcaConfig | None:
        """The configuration, locked until the transaction ends."""
        return self._session.scalar(
            select(DcaConfig)
            .where(DcaConfig.id == config_id, DcaConfig.account_id == account_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def change(self, row: DcaConfig, **values: Any) -> bool:
        """Set columns of a locked one as its next version; false when its scope is another's."""
        try:
            with self._session.begin_nested():
                for name, value in values.items():
                    setattr(row, name, value)
                row.version += 1
                row.updated_at = self._session.scalars(select(func.clock_timestamp())).one()
                self._session.flush()
        except IntegrityError:
            return False
        return True

    def delete(self, row: DcaConfig) -> None:
        self._session.delete(row)
        self._session.flush()

    def _stored(self, row: DcaConfig) -> bool:
        try:
            with self._session.begin_nested():
                self._session.add(row)
                self._session.flush()
        except IntegrityError:
            return False
        self._session.refresh(row)
        return True
