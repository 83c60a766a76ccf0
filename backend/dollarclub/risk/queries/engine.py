"""Whether an account's entries go on."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from dollarclub.risk.models import RiskEngine


def engine(session: Session, account_id: UUID) -> RiskEngine | None:
    """None of an account that risk never looked at: its entries go on."""
    query = select(RiskEngine).where(RiskEngine.account_id == account_id)
    return session.scalar(query.execution_options(populate_existing=True))
