"""Writes of the market catalogs. A catalog is claimed by moving `check_at` on, by the database's clock."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Catalog, Market
from dollarclub.exchanges.models import CatalogRow, MarketRow

_KEY = ("venue", "market_type", "environment")
_MOST_DOUBLINGS = 20
_FACTS = [column.name for column in MarketRow.__table__.columns if column.name not in (*_KEY, "symbol")]


def _in(row: type[CatalogRow] | type[MarketRow], catalog: Catalog) -> ColumnElement[bool]:
    return and_(
        row.venue == catalog.venue,
        row.market_type == catalog.market_type,
        row.environment == catalog.environment,
    )


class CatalogRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, catalog: Catalog) -> bool:
        """Whether it is new; a new one is due at once."""
        added = self._session.execute(
            insert(CatalogRow).values(**asdict(catalog)).on_conflict_do_nothing().returning(CatalogRow.venue)
        )
        return added.first() is not None

    def request(self, catalog: Catalog) -> None:
        """Make it due now, whatever it waits for."""
        self._session.execute(
            update(CatalogRow)
            .where(_in(CatalogRow, catalog))
            .values(refresh_requested_at=func.clock_timestamp(), check_at=func.clock_timestamp())
        )

    def claim(self, lease: timedelta) -> Catalog | None:
        """One that is due, left alone by others for `lease`."""
        due = (
            select(CatalogRow.venue, CatalogRow.market_type, CatalogRow.environment)
            .where(CatalogRow.check_at <= func.clock_timestamp())
            .order_by(CatalogRow.check_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = self._session.execute(due).first()
        if found is None:
            return None
        catalog = Catalog(*found)
        self._session.execute(
            update(CatalogRow)
            .where(_in(CatalogRow, catalog))
            .values(check_at=func.clock_timestamp() + literal(lease))
        )
        return catalog

    def replace(self, catalog: Catalog, markets: Sequence[Market], *, again_after: timedelta) -> None:
        """Make the stored list the given one. Only rows that differ are written."""
        rows: list[dict[str, Any]] = [{**asdict(catalog), **asdict(market)} for market in markets]
        statement = insert(MarketRow)
        given = statement.excluded
        differs = or_(*(getattr(MarketRow, name).is_distinct_from(given[name]) for name in _FACTS))
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[*_KEY, "symbol"], set_={name: given[name] for name in _FACTS}, where=differs
            ),
            rows,
        )
        self._session.execute(
            delete(MarketRow).where(
                _in(MarketRow, catalog), MarketRow.symbol.not_in([market.symbol for market in markets])
            )
        )
        self._session.execute(
            update(CatalogRow)
            .where(_in(CatalogRow, catalog))
            .values(
                fetched_at=func.clock_timestamp(),
                check_at=func.clock_timestamp() + literal(again_after),
                count=len(markets),
                problem=None,
                failures=0,
            )
        )

    def fail(self, catalog: Catalog, problem: str, *, first_wait: timedelta, longest_wait: timedelta) -> None:
        """Keep the old list, say why, and wait twice as long after each failure."""
        doubled = first_wait.total_seconds() * func.power(2, func.least(CatalogRow.failures, _MOST_DOUBLINGS))
        seconds = func.least(doubled, longest_wait.total_seconds())
        wait = func.make_interval(0, 0, 0, 0, 0, 0, seconds)
        self._session.execute(
            update(CatalogRow)
            .where(_in(CatalogRow, catalog))
            .values(problem=problem, failures=CatalogRow.failures + 1, check_at=func.clock_timestamp() + wait)
        )
