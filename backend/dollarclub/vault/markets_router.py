"""`/api/exchanges` and `/api/markets`: which venues there are, what they can, what is traded on them and for how much."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.errors import NotFound
from dollarclub.core.schemas import Page
from dollarclub.core.web import ContextDep, Limit, Offset, SessionDep
from dollarclub.exchanges import charts, queries, service
from dollarclub.exchanges.gateway import Candle, Catalog, Environment, MarketType
from dollarclub.exchanges.schemas import CandleOut, CatalogIn, CatalogOut, MarketOut, VenueName, VenueOut
from dollarclub.exchanges.venues.table import all_venues
from dollarclub.kit.paging import Slice

Timeframe = Literal["1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "12h", "1d", "1w"]

exchanges_router = APIRouter(prefix="/api/exchanges", tags=["exchanges"])
markets_router = APIRouter(prefix="/api/markets", tags=["exchanges"])


@exchanges_router.get("", response_model=list[VenueOut])
def list_exchanges(account: AccountDep) -> list[VenueOut]:
    return [
        VenueOut(
            venue=venue.name,
            title=venue.title,
            market_types=list(venue.market_types),
            environments=list(venue.environments),
            tested=venue.tested,
            needs_passphrase=venue.needs_passphrase,
            client_id_parameter=venue.client_id_parameter,
            client_id_length=venue.client_id_length,
            finds_by_client_id=venue.finds_by_client_id,
            market_by_cost=venue.market_by_cost,
        )
        for venue in all_venues()
    ]


@markets_router.get("", response_model=Page[MarketOut])
def list_markets(
    account: AccountDep,
    session: SessionDep,
    venue: Annotated[VenueName | None, Query()] = None,
    market_type: MarketType | None = None,
    environment: Environment | None = None,
    search: Annotated[str, Query(max_length=60, pattern=r"^[^\x00]*$")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[MarketOut]:
    return queries.list_markets(
        session,
        venue=venue,
        market_type=market_type,
        environment=environment,
        search=search,
        limit=limit,
        offset=offset,
    )


@markets_router.get("/catalogs", response_model=list[CatalogOut])
def list_catalogs(account: AccountDep, session: SessionDep) -> list[CatalogOut]:
    return list(queries.catalogs(session))


@markets_router.post("/refresh", status_code=202, response_model=CatalogOut)
def refresh_markets(body: CatalogIn, account: TraderDep, session: SessionDep) -> CatalogOut | None:
    service.request_refresh(session, body.catalog())
    return queries.catalog(session, body.catalog())


@markets_router.get("/candles", response_model=list[CandleOut])
def list_candles(
    account: AccountDep,
    context: ContextDep,
    venue: VenueName,
    market_type: MarketType,
    environment: Environment,
    symbol: Annotated[str, Query(max_length=60, pattern=r"^[^\x00]+$")],
    timeframe: Timeframe = "15m",
    limit: Annotated[int, Query(ge=1, le=1000)] = 300,
) -> list[Candle]:
    """The newest bars of a pair, oldest first, a few seconds old at most."""
    catalog = Catalog(venue, market_type, environment)
    with context.db.transaction() as session:
        if queries.market(session, catalog, symbol) is None:
            raise NotFound("There is no such pair.", symbol=symbol)
    return charts.ask(context.redis, charts.CandleWish(catalog, symbol, timeframe, limit))
