"""DCA configurations as people see them, and the one that an entry follows."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.kit.paging import Slice
from dollarclub.positions.models import DcaConfig
from dollarclub.positions.rules.config import GridPlan
from dollarclub.positions.rules.selection import Candidate, choose


@dataclass(frozen=True)
class Chosen:
    """The configuration that an entry follows."""

    id: UUID
    plan: GridPlan


def _of(account_id: UUID) -> Select[DcaConfig]:
    return (
        select(DcaConfig)
        .where(DcaConfig.account_id == account_id)
        .order_by(DcaConfig.pair, DcaConfig.timeframe.nulls_last(), DcaConfig.created_at, DcaConfig.id)
        .execution_options(populate_existing=True)
    )


def configs_page(session: Session, *, account_id: UUID, limit: int = 50, offset: int = 0) -> Slice[DcaConfig]:
    """The account's configurations by pair and timeframe."""
    total = session.scalar(
        select(func.count()).select_from(DcaConfig).where(DcaConfig.account_id == account_id)
    )
    rows = session.scalars(_of(account_id).limit(limit).offset(offset))
    return Slice(list(rows), total or 0, limit, offset)


def all_configs(session: Session, *, account_id: UUID) -> list[DcaConfig]:
    """Every configuration of the account."""
    return list(session.scalars(_of(account_id)))


def config(session: Session, *, account_id: UUID, config_id: UUID) -> DcaConfig:
    """One of the account's configurations. Raises NotFound."""
    row = session.scalar(_of(account_id).where(DcaConfig.id == config_id))
    if row is None:
        raise NotFound("No such configuration.", config_id=config_id)
    return row


class Choices:
    """The enabled configurations of an account, read once."""

    def __init__(self, session: Session, account_id: UUID) -> None:
        rows = list(session.scalars(_of(account_id).where(DcaConfig.enabled)))
        self._plans = {row.id: row.plan for row in rows}
        self._candidates = [Candidate(row.id, row.pair, row.timeframe, row.key_id) for row in rows]

    def choose(self, *, symbol: str, timeframe: int, key_id: UUID) -> Chosen | None:
        """The most specific one for an entry; None when none fits."""
        found = choose(self._candidates, pair=symbol, timeframe=timeframe, key_id=key_id)
        return None if found is None else Chosen(found, GridPlan.from_json(self._plans[found]))
