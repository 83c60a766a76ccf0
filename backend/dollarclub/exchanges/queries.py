"""Markets, catalogs and the latest prices as they are stored."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session

from dollarclub.exchanges.gateway import Catalog, Environment, Market, MarketType
from dollarclub.exchanges.models import CatalogRow, LastPrice, MarketRow
from dollarclub.exchanges.schemas import CatalogOut, MarketOut
from dollarclub.kit.paging import Slice


@dataclass(frozen=True)
class KnownPrice:
    """The latest price that was seen of a pair; `mark` on futures. `told_at` is the exchange's time."""

    last: Decimal
    mark: Decimal | None
    told_at: datetime
    seen_at: datetime


def _of(catalog: Catalog) -> tuple[ColumnElement[bool], ...]:
    return (
        MarketRow.venue == catalog.venue,
        MarketRow.market_type == catalog.market_type,
        MarketRow.environment == catalog.environment,
    )


def _market(row: MarketRow) -> Market:
    return Market(
        symbol=row.symbol,
        venue_symbol=row.venue_symbol,
        base=row.base,
        quote=row.quote,
        settle=row.settle,
        price_tick=row.price_tick,
        amount_step=row.amount_step,
        min_amount=row.min_amount,
        max_amount=row.max_amount,
        market_step=row.market_step,
        market_max_amount=row.market_max_amount,
        min_cost=row.min_cost,
        contract_size=row.contract_size,
        active=row.active,
    )


def market(session: Session, catalog: Catalog, symbol: str) -> Market | None:
    """The pair with ccxt's symbol."""
    row = session.scalar(select(MarketRow).where(*_of(catalog), MarketRow.symbol == symbol))
    return _market(row) if row else None


def matching(
    session: Session,
    catalog: Catalog,
    *,
    symbols: Iterable[str] = (),
    venue_symbols: Iterable[str] = (),
    pairs: Iterable[tuple[str, str]] = (),
) -> list[Market]:
    """All pairs that any of the names may mean: ccxt's symbols, the venue's own, (base, quote)."""
    found = session.scalars(
        select(MarketRow)
        .where(
            *_of(catalog),
            or_(
                MarketRow.symbol.in_(list(symbols)),
                MarketRow.venue_symbol.in_(list(venue_symbols)),
                tuple_(MarketRow.base, MarketRow.quote).in_(list(pairs)),
            ),
        )
        .order_by(MarketRow.symbol)
    )
    return [_market(row) for row in found]


def list_markets(
    session: Session,
    *,
    venue: str | None = None,
    market_type: MarketType | None = None,
    environment: Environment | None = None,
    search: str = "",
    limit: int,
    offset: int,
) -> Slice[MarketOut]:
    """Pairs by symbol; `search` is a part of either name, with or without the slash, in any case."""
    where: list[ColumnElement[bool]] = []
    if venue is not None:
        where.append(MarketRow.venue == venue)
    if market_type is not None:
        where.append(MarketRow.market_type == market_type)
    if environment is not None:
        where.append(MarketRow.environment == environment)
    wanted = search.strip().upper()
    if wanted:
        where.append(
            or_(
                MarketRow.symbol.icontains(wanted, autoescape=True),
                MarketRow.venue_symbol.icontains(wanted, autoescape=True),
                (MarketRow.base + MarketRow.quote).icontains(wanted.replace("/", ""), autoescape=True),
            )
        )
    total = session.scalar(select(func.count()).select_from(MarketRow).where(*where)) or 0
    rows = session.scalars(
        select(MarketRow)
        .where(*where)
        .order_by(MarketRow.symbol, MarketRow.venue, MarketRow.market_type, MarketRow.environment)
        .limit(limit)
        .offset(offset)
    )
    return Slice([MarketOut.model_validate(row) for row in rows], total, limit, offset)


def catalog(session: Session, wanted: Catalog) -> CatalogOut | None:
    """One catalog with its age; None when nobody asked for it yet."""
    row = session.get(CatalogRow, (wanted.venue, wanted.market_type, wanted.environment))
    return CatalogOut.model_validate(row) if row else None


def catalogs(session: Session) -> Sequence[CatalogOut]:
    rows = session.scalars(
        select(CatalogRow).order_by(CatalogRow.venue, CatalogRow.market_type, CatalogRow.environment)
    )
    return [CatalogOut.model_validate(row) for row in rows]


def last_price(session: Session, catalog: Catalog, symbol: str) -> KnownPrice | None:
    """The latest price of a pair that is watched; None of one that is not."""
    row = session.execute(
        select(LastPrice.last, LastPrice.mark, LastPrice.told_at, LastPrice.seen_at).where(
            LastPrice.venue == catalog.venue,
            LastPrice.market_type == catalog.market_type,
            LastPrice.environment == catalog.environment,
            LastPrice.symbol == symbol,
        )
    ).first()
    return None if row is None else KnownPrice(row.last, row.mark, row.told_at, row.seen_at)


def last_prices(
    session: Session, places: Iterable[tuple[Catalog, str]]
) -> dict[tuple[Catalog, str], KnownPrice]:
    """The latest prices of pairs, by whose markets and symbol; those that nobody watches are absent. How old one is
    tells `seen_at`."""
    wanted = [(each.venue, each.market_type, each.environment, symbol) for each, symbol in places]
    rows = session.execute(
        select(
            LastPrice.venue,
            LastPrice.market_type,
            LastPrice.environment,
            LastPrice.symbol,
            LastPrice.last,
            LastPrice.mark,
            LastPrice.told_at,
            LastPrice.seen_at,
        ).where(
            tuple_(LastPrice.venue, LastPrice.market_type, LastPrice.environment, LastPrice.symbol).in_(
                wanted
            )
        )
    )
    return {
        (Catalog(row.venue, row.market_type, row.environment), row.symbol): KnownPrice(
            row.last, row.mark, row.told_at, row.seen_at
        )
        for row in rows
    }
