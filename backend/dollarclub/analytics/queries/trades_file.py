"""Closed groups as a file."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.analytics.queries.breakdowns import timeframe_name
from dollarclub.analytics.queries.performance import Span, trades_of
from dollarclub.analytics.rules.sheets import Cell, csv_of
from dollarclub.signals.queries.names import strategy_names

COLUMNS = (
    "group_id",
    "opened_at",
    "closed_at",
    "purse",
    "symbol",
    "timeframe",
    "side",
    "strategy",
    "close_reason",
    "entered",
    "exited",
    "average_entry",
    "average_exit",
    "entry_cost",
    "gross_realised",
    "fees",
    "realised",
    "percent",
    "key_id",
)


def trades_csv(session: Session, *, account_id: UUID, span: Span) -> str:
    """One line a closed group, the earliest end first; times are ISO 8601, money quote units."""
    names = strategy_names(session, account_id)

    def rows() -> Iterator[tuple[Cell, ...]]:
        for purse, group in trades_of(session, account_id=account_id, span=span):
            strategy = group.strategy_id
            yield (
                str(group.id),
                group.opened_at.isoformat(),
                group.closed_at.isoformat(),
                purse,
                group.symbol,
                timeframe_name(group.timeframe),
                group.side.value,
                "" if strategy is None else names.get(strategy, str(strategy)),
                group.close_reason.value if group.close_reason else "",
                group.entered,
                group.exited,
                group.average_entry,
                group.average_exit,
                group.entry_cost,
                group.gross_realised,
                group.fees,
                group.realised,
                group.percent,
                str(group.key_id),
            )

    return csv_of(COLUMNS, rows())
