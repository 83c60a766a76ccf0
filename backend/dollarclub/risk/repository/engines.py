"""Writes of an account's risk engine, and who looks at it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.risk.models import RiskEngine


class EngineRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ensure(self, account_id: UUID) -> None:
        """From now on the account is looked at."""
        self._session.execute(insert(RiskEngine).values(account_id=account_id).on_conflict_do_nothing())

    def read(self, account_id: UUID) -> RiskEngine | None:
        query = select(RiskEngine).where(RiskEngine.account_id == account_id)
        return self._session.scalar(query.execution_options(populate_existing=True))

    def locked(self, account_id: UUID) -> RiskEngine:
        """The row, made when it is not there, locked until the transaction ends."""
        self.ensure(account_id)
        query = select(RiskEngine).where(RiskEngine.account_id == account_id).with_for_update()
        row = self._session.scalar(query.execution_options(populate_existing=True))
        assert row is not None
        return row

    def claim(self, worker: str, lease: timedelta) -> UUID | None:
        """An account that is due; nobody else gets it within `lease`."""
        now = func.clock_timestamp()
        due = (
            select(RiskEngine.account_id)
            .where(
                or_(RiskEngine.due_at.is_(None), RiskEngine.due_at <= now),
                or_(RiskEngine.lease_until.is_(None), RiskEngine.lease_until < now),
            )
            .order_by(RiskEngine.due_at.asc().nulls_first())
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        return self._session.scalar(
            update(RiskEngine)
            .where(RiskEngine.account_id == due)
            .values(worker=worker, lease_until=now + lease, due_at=now + lease)
            .returning(RiskEngine.account_id)
            .execution_options(synchronize_session=False)
        )

    def release(self, account_id: UUID, worker: str, *, again_in: timedelta) -> None:
        """Look at the account again in so long, or at once when somebody made it due meanwhile."""
        now = func.clock_timestamp()
        self._session.execute(
            update(RiskEngine)
            .where(RiskEngine.account_id == account_id, RiskEngine.worker == worker)
            .values(
                worker=None,
                lease_until=None,
                due_at=case((RiskEngine.due_at <= now, RiskEngine.due_at), else_=now + again_in),
            )
            .execution_options(synchronize_session=False)
        )

    def make_due(self, account_id: UUID) -> None:
        self._session.execute(
            update(RiskEngine)
            .where(RiskEngine.account_id == account_id)
            .values(due_at=func.clock_timestamp())
            .execution_options(synchronize_session=False)
        )
