"""Figures of an account's closed groups over a span of time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.analytics.queries.breakdowns import Breakdowns
from dollarclub.analytics.queries.capital import KeyCapital, capital
from dollarclub.analytics.queries.snapshots import totals
from dollarclub.analytics.queries.standing import unrealised_sum
from dollarclub.analytics.rules import equity
from dollarclub.analytics.rules.ratios import over, ratios
from dollarclub.analytics.rules.trades import Trade
from dollarclub.analytics.schemas import (
    AnalyticsOut,
    DrawdownOut,
    PointOut,
    PurseOut,
    RatiosOut,
    TotalPointOut,
    YearlyOut,
)
from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.positions.queries.closed import ClosedGroup, closed_groups, realised_by_pair
from dollarclub.positions.rules import ledger
from dollarclub.risk.queries.groups import active_groups
from dollarclub.risk.rules.group import Group
from dollarclub.risk.rules.purse import purse_of, quote_of
from dollarclub.signals.queries.names import strategy_names

MOST_POINTS = 1000


@dataclass(frozen=True)
class Span:
    """Which groups: those that ended from `since` on and before `until`, on one key or all, in one purse.

    Without a purse it is the one of real money that was traded most, else the one of paper money.
    """

    since: datetime | None = None
    until: datetime | None = None
    key_id: UUID | None = None
    purse: str | None = None


def performance(session: Session, *, account_id: UUID, span: Span, now: datetime) -> AnalyticsOut:
    by_purse = _trades(session, account_id, span)
    open_groups = [
        group
        for group in active_groups(session, account_id)
        if span.key_id is None or group.key_id == span.key_id
    ]
    purses = _purses(by_purse, open_groups, span)
    purse = span.purse or (purses[0].purse if purses else None)
    since = by_purse.get(purse, []) if purse else []
    trades = _within(since, span)
    standing = [group for group in open_groups if group.purse == purse]
    starting = _starting(capital(session, account_id), since, standing, span, purse)
    points = equity.curve(trades)
    returns = equity.daily_returns(trades, starting, *_days(trades, span, now)) if trades else []
    held = sum((trade.held_seconds for trade in trades), ZERO)
    breakdowns = Breakdowns(trades, strategy_names(session, account_id))
    return AnalyticsOut(
        purses=purses,
        purse=purse,
        starting_equity=starting,
        ratios=RatiosOut.model_validate(ratios([trade.realised for trade in trades])),
        returns=RatiosOut.model_validate(ratios([trade.percent for trade in trades])),
        yearly=YearlyOut.model_validate(equity.yearly(returns)),
        fees=sum((trade.fees for trade in trades), ZERO),
        volume=sum((trade.volume for trade in trades), ZERO),
        average_held_seconds=over(held, len(trades)),
        unrealised=unrealised_sum(standing),
        drawdown=DrawdownOut.model_validate(equity.drawdown(points, starting)),
        curve=[PointOut.model_validate(point) for point in equity.thinned(points, MOST_POINTS)],
        total_curve=_total_curve(session, account_id, span, purse) if purse else [],
        **breakdowns.shown(),
    )


def trades_of(session: Session, *, account_id: UUID, span: Span) -> list[tuple[str, ClosedGroup]]:
    """(purse, group) of every closed group in the span, the earliest end first."""
    found = closed_groups(session, account_id=account_id, since=span.since, key_id=span.key_id)
    return [
        (purse, group)
        for group in found
        for purse in [_purse(group)]
        if (span.until is None or group.closed_at < span.until) and span.purse in (None, purse)
    ]


def _purse(group: ClosedGroup) -> str:
    return purse_of(group.environment, quote_of(group.symbol))


def _trades(session: Session, account_id: UUID, span: Span) -> dict[str, list[Trade]]:
    """Everything since the begin of the span, by purse, the earliest end first."""
    found: dict[str, list[Trade]] = defaultdict(list)
    for group in closed_groups(session, account_id=account_id, since=span.since, key_id=span.key_id):
        sold = PRECISE.multiply(group.average_exit, group.exited) if group.average_exit else ZERO
        found[_purse(group)].append(
            Trade(
                id=group.id,
                key_id=group.key_id,
                strategy_id=group.strategy_id,
                symbol=group.symbol,
                timeframe=group.timeframe,
                side=group.side,
                opened_at=group.opened_at,
                closed_at=group.closed_at,
                realised=group.realised,
                fees=group.fees,
                entry_cost=group.entry_cost,
                volume=(group.entry_cost + sold).quantize(Decimal("1e-18"), context=PRECISE),
                percent=group.percent,
            )
        )
    return found


def _within(trades: Sequence[Trade], span: Span) -> list[Trade]:
    return [trade for trade in trades if span.until is None or trade.closed_at < span.until]


def _purses(by_purse: dict[str, list[Trade]], open_groups: Sequence[Group], span: Span) -> list[PurseOut]:
    """Real money first, then what was traded most."""
    shown = []
    for purse in by_purse.keys() | {group.purse for group in open_groups}:
        trades = _within(by_purse.get(purse, []), span)
        realised = sum((trade.realised for trade in trades), ZERO)
        shown.append(PurseOut(purse=purse, trades=len(trades), realised=realised))
    return sorted(shown, key=lambda each: (not each.purse.startswith("live:"), -each.trades, each.purse))


def _starting(
    keys: Sequence[KeyCapital],
    since: Sequence[Trade],
    standing: Sequence[Group],
    span: Span,
    purse: str | None,
) -> Decimal | None:
    """Dollars now, with what is invested at its cost, less all that was realised since the begin of the span.

    None when a balance is not known, nothing is left, or the purse holds no dollars. Money that was deposited or
    withdrawn in between counts as if it had been there, or not, from the begin on.
    """
    mine = [
        key
        for key in keys
        if f"{key.environment}:USD" == purse and (span.key_id is None or key.key_id == span.key_id)
    ]
    if not mine or any(key.read_at is None for key in mine):
        return None
    equity_now = sum((key.dollars for key in mine), ZERO)
    for group in standing:
        figures, last = group.view.figures, group.view.last
        if group.view.market_type is MarketType.spot:
            equity_now += figures.invested
        elif last is not None:
            equity_now -= ledger.gross_unrealised(group.view.side, figures, last)
        equity_now -= figures.realised - figures.open_fees
    started = equity_now - sum((trade.realised for trade in since), ZERO)
    return started if started > ZERO else None


def _days(trades: Sequence[Trade], span: Span, now: datetime) -> tuple[date, date]:
    """From the day of the first trade to the end of the span, or today."""
    end = now if span.until is None else min(now, span.until - timedelta(microseconds=1))
    last = max(end.astimezone(UTC).date(), trades[-1].day)
    return trades[0].day, last


def _total_curve(session: Session, account_id: UUID, span: Span, purse: str) -> list[TotalPointOut]:
    """What was realised before the span is taken off, so that it begins where the realised curve does."""
    before = ZERO
    if span.since is not None:
        for each in realised_by_pair(session, account_id=account_id, before=span.since, key_id=span.key_id):
            if purse_of(each.environment, quote_of(each.symbol)) == purse:
                before += each.realised
    found = totals(
        session,
        account_id=account_id,
        purse=purse,
        key_id=span.key_id,
        since=span.since,
        until=span.until,
    )
    points = [equity.Point(at, total - before, ZERO) for at, total in found]
    return [TotalPointOut(at=point.at, total=point.equity) for point in equity.thinned(points, MOST_POINTS)]
