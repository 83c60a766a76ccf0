"""How much there was, realised or not, in the past."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dollarclub.analytics.models import EquitySnapshot


def totals(
    session: Session,
    *,
    account_id: UUID,
    purse: str,
    key_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[tuple[datetime, Decimal]]:
    """(moment, realised + unrealised) of all keys or of one, oldest first.

    A key that stands still is not written down any more; its latest sums go on counting.
    """
    where = [EquitySnapshot.account_id == account_id, EquitySnapshot.purse == purse]
    if key_id is not None:
        where.append(EquitySnapshot.key_id == key_id)
    if until is not None:
        where.append(EquitySnapshot.at < until)
    rows = session.execute(
        select(
            EquitySnapshot.at,
            EquitySnapshot.key_id,
            func.sum(EquitySnapshot.realised + EquitySnapshot.unrealised),
        )
        .where(*where)
        .group_by(EquitySnapshot.at, EquitySnapshot.key_id)
        .order_by(EquitySnapshot.at)
    )
    latest: dict[UUID, Decimal] = {}
    found: dict[datetime, Decimal] = {}
    for at, key, total in rows:
        latest[key] = total
        found[at] = sum(latest.values(), Decimal(0))
    return [(at, total) for at, total in found.items() if since is None or at >= since]
