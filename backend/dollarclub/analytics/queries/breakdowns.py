"""Closed groups by what they have in common, as people see it."""

from calendar import day_name
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from dollarclub.analytics.rules import breakdowns as rules
from dollarclub.analytics.rules.breakdowns import Part
from dollarclub.analytics.rules.trades import Trade
from dollarclub.analytics.schemas import BinOut, BreakdownOut, CellOut, RatiosOut, TradeOut, TradingDayOut

MOST_DAYS = 366
EXTREMES = 10
_HOUR, _DAY = 60, 1440


class Breakdowns:
    """`names` are those of the strategies."""

    def __init__(self, trades: Sequence[Trade], names: Mapping[UUID, str]) -> None:
        self._trades, self._names = trades, names

    def shown(self) -> dict[str, Any]:
        """The fields of `AnalyticsOut` that are about parts of the whole."""
        trades = self._trades
        weekdays = rules.parts(trades, lambda trade: trade.day.weekday())
        return {
            "by_pair": self._parts(lambda trade: trade.symbol),
            "by_timeframe": [
                _part(each, timeframe_name(each.key))
                for each in rules.parts(trades, lambda trade: trade.timeframe)
            ],
            "by_strategy": self._by_strategy(),
            "by_weekday": [
                _part(each, day_name[each.key]) for each in sorted(weekdays, key=lambda part: part.key)
            ],
            "by_side": self._parts(lambda trade: trade.side.value),
            "heat": self._heat(),
            "histogram": [
                BinOut.model_validate(each) for each in rules.histogram([trade.percent for trade in trades])
            ],
            "best": _trades(rules.best(trades, EXTREMES)),
            "worst": _trades(rules.worst(trades, EXTREMES)),
            "days": [TradingDayOut.model_validate(each) for each in rules.days(trades)[:MOST_DAYS]],
        }

    def _parts(self, key: Callable[[Trade], str]) -> list[BreakdownOut]:
        return [_part(each, each.key) for each in rules.parts(self._trades, key)]

    def _by_strategy(self) -> list[BreakdownOut]:
        shown = []
        for each in rules.parts(self._trades, lambda trade: trade.strategy_id):
            name = "No strategy" if each.key is None else self._names.get(each.key, str(each.key))
            shown.append(_part(each, name))
        return shown

    def _heat(self) -> list[CellOut]:
        """By pair, then timeframe."""
        cells = rules.parts(self._trades, lambda trade: (trade.symbol, trade.timeframe))
        return [
            CellOut(
                symbol=each.key[0],
                timeframe=each.key[1],
                trades=each.ratios.trades,
                total=each.ratios.total,
                win_rate=each.ratios.win_rate,
            )
            for each in sorted(cells, key=lambda part: part.key)
        ]


def timeframe_name(minutes: int) -> str:
    """`15m`, `4h`, `1d`; `none` when the alert told none."""
    if minutes == 0:
        return "none"
    for size, letter in ((_DAY, "d"), (_HOUR, "h")):
        if minutes % size == 0:
            return f"{minutes // size}{letter}"
    return f"{minutes}m"


def _part(part: Part[Any], name: str) -> BreakdownOut:
    return BreakdownOut(
        key="" if part.key is None else str(part.key),
        name=name,
        ratios=RatiosOut.model_validate(part.ratios),
        fees=part.fees,
        volume=part.volume,
    )


def _trades(trades: Sequence[Trade]) -> list[TradeOut]:
    return [TradeOut.model_validate(trade) for trade in trades]
