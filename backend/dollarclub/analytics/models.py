"""Tables of the analytics domain."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from dollarclub.core.db import Base

MONEY = Numeric(38, 18)


class EquitySnapshot(Base):
    """What trading on one key had come to, every quarter of an hour; prices of the past are not kept elsewhere.

    `at` is the begin of the quarter, the figures are the latest of it: `realised` in all, parts of open groups included,
    and `unrealised` of what was open, both net of fees and in the unit of the purse.
    """

    __tablename__ = "equity_snapshots"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("exchange_keys.id", ondelete="CASCADE"), primary_key=True)
    purse: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    realised: Mapped[Decimal] = mapped_column(MONEY)
    unrealised: Mapped[Decimal] = mapped_column(MONEY)
