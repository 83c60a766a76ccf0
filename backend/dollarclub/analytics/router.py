"""`/api/analytics` and `/api/overview/trading`: what trading came to, and how it stands."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from dollarclub.accounts.deps import AccountDep
from dollarclub.analytics.queries.overview import trading_overview
from dollarclub.analytics.queries.performance import Span, performance
from dollarclub.analytics.queries.trades_file import trades_csv
from dollarclub.analytics.schemas import AnalyticsOut, TradingOverviewOut
from dollarclub.core.errors import Invalid
from dollarclub.core.schemas import Instant
from dollarclub.core.web import ClockDep, SessionDep

router = APIRouter(prefix="/api/analytics", tags=["analytics"])
overview_router = APIRouter(prefix="/api/overview", tags=["analytics"])


def _span(
    since: Instant | None = None,
    until: Instant | None = None,
    key_id: UUID | None = None,
    purse: Annotated[str | None, Query(max_length=60, pattern=r"^(live|testnet|paper):[A-Z0-9]+$")] = None,
) -> Span:
    """`since` (inclusive) and `until` (exclusive) are about when a group ended."""
    if since is not None and until is not None and since >= until:
        raise Invalid("The span ends before it begins.", code="empty_span")
    return Span(since=since, until=until, key_id=key_id, purse=purse)


SpanDep = Annotated[Span, Depends(_span)]


@router.get("", response_model=AnalyticsOut)
def get_analytics(account: AccountDep, session: SessionDep, clock: ClockDep, span: SpanDep) -> AnalyticsOut:
    """Curves, ratios and breakdowns of closed groups. Days and weekdays are those of UTC."""
    return performance(session, account_id=account.id, span=span, now=clock())


@router.get(
    "/trades.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "The file."}},
)
def get_trades_file(account: AccountDep, session: SessionDep, span: SpanDep) -> Response:
    """One line a closed group; without a purse, those of all purses."""
    return Response(
        trades_csv(session, account_id=account.id, span=span),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="trades.csv"'},
    )


@overview_router.get("/trading", response_model=TradingOverviewOut)
def get_trading_overview(account: AccountDep, session: SessionDep, clock: ClockDep) -> TradingOverviewOut:
    """Positions, pool, queue, results, capital, and whether entries go on: as of now."""
    return trading_overview(session, account_id=account.id, now=clock())
