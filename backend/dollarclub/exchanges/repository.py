"""Writes of the market catalogs. A catalog is claimed by moving `check_at` on, by the database's clock."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.core.db import Base
from dollarclub.exchanges.gateway import Catalog, Market, PriceReport
from dollarclub.exchanges.models import CatalogRow, LastPrice, MarketRow

_KEY = ("venue", "market_type", "environment")
_MOST_DOUBLINGS = 20
_FACTS = [column.name for column in MarketRow.__table__.columns if column.name not in (*_KEY, "symbol")]

_PRICES = Base.metadata.tables[LastPrice.__tablename__]
_NEW_PRICE = insert(_PRICES)
_STORE_PRICE = _NEW_PRICE.on_conflict_do_update(
    index_elements=[*_KEY, "symbol"],
    set_={
        "last": _NEW_PRICE.excluded.last,
        "mark": func.coalesce(_NEW_PRICE.excluded.mark, _PRICES.c.mark),
        "told_at": _NEW_PRICE.excluded.told_at,
        "seen_at": func.clock_timestamp(),
    },
    where=_PRICES.c.told_at <= _NEW_PRICE.excluded.told_at,
)


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


class PriceRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def store(self, prices: Sequence[tuple[Catalog, PriceReport]]) -> None:
        """Make these the latest; an older price than the stored one is passed over. Where only a mark is known, it is the price."""
        rows = [
            {
                **asdict(catalog),
                "symbol": told.symbol,
                "last": told.last if told.last is not None else told.mark,
                "mark": told.mark,
                "told_at": told.told_at,
            }
            for catalog, told in sorted(
                prices, key=lambda each: (each[0].venue, each[0].environment, each[1].symbol)
            )
        ]
        if rows:
            self._session.connection().execute(_STORE_PRICE, rows)
