"""Writes of offsets. At most one runs for an account: a constraint."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.kit.ids import new_id
from dollarclub.risk.models import OffsetStatus, RiskOffset

RUNNING = (OffsetStatus.closing_winners, OffsetStatus.closing_loser)


class OffsetRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(
        self, *, account_id: UUID, loser_id: UUID, plan: dict[str, Any], needed: Decimal, note: str
    ) -> UUID | None:
        """None when one runs already."""
        offset_id = new_id()
        added = self._session.execute(
            insert(RiskOffset)
            .values(
                id=offset_id,
                account_id=account_id,
                loser_id=loser_id,
                status=OffsetStatus.closing_winners,
                plan=plan,
                needed=needed,
                note=note,
            )
            .on_conflict_do_nothing()
            .returning(RiskOffset.id)
        ).first()
        return None if added is None else offset_id

    def running(self, account_id: UUID, *, lock: bool = False) -> RiskOffset | None:
        """`lock`: until the transaction ends nobody else goes on with it."""
        query = select(RiskOffset).where(RiskOffset.account_id == account_id, RiskOffset.status.in_(RUNNING))
        if lock:
            query = query.with_for_update()
        return self._session.scalar(query.execution_options(populate_existing=True))

    def move(
        self, offset_id: UUID, *, sources: Sequence[OffsetStatus], target: OffsetStatus, **values: Any
    ) -> bool:
        """Guarded: false when it is in none of `sources` any more."""
        if target not in RUNNING:
            values["settled_at"] = func.clock_timestamp()
        moved = self._session.execute(
            update(RiskOffset)
            .where(RiskOffset.id == offset_id, RiskOffset.status.in_(sources))
            .values(status=target, **values)
            .returning(RiskOffset.id)
            .execution_options(synchronize_session=False)
        ).first()
        return moved is not None
