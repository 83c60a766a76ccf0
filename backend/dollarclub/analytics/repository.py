"""Writes of the analytics domain."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.analytics.models import EquitySnapshot


def store_snapshots(
    session: Session,
    account_id: UUID,
    at: datetime,
    sums: Mapping[tuple[UUID, str], tuple[Decimal, Decimal]],
) -> None:
    """(realised, unrealised) of each (key, purse) at `at`; what was stored of that moment is replaced."""
    if not sums:
        return
    statement = insert(EquitySnapshot).values(
        [
            {
                "account_id": account_id,
                "key_id": key_id,
                "purse": purse,
                "at": at,
                "realised": realised,
                "unrealised": unrealised,
            }
            for (key_id, purse), (realised, unrealised) in sums.items()
        ]
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "key_id", "purse", "at"],
            set_={"realised": statement.excluded.realised, "unrealised": statement.excluded.unrealised},
        )
    )
