"""The whole of an account's trading as it stands now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.analytics.queries.capital import KeyCapital, capital
from dollarclub.analytics.queries.standing import resting, unrealised, unrealised_sum
from dollarclub.analytics.rules.ratios import over
from dollarclub.analytics.schemas import (
    AllocationOut,
    KeyCapitalOut,
    PurseFiguresOut,
    TradingOverviewOut,
)
from dollarclub.kit.money import ZERO
from dollarclub.orders.queries.halts import active_halt
from dollarclub.pool.queries import waiting_count
from dollarclub.pool.schemas import PoolOut
from dollarclub.pool.service.settings import current
from dollarclub.positions.queries.closed import realised_by_pair
from dollarclub.risk.queries.engine import engine
from dollarclub.risk.queries.groups import active_groups, realised_since
from dollarclub.risk.rules.group import Group
from dollarclub.risk.rules.purse import purse_of, quote_of
from dollarclub.risk.service.overview import engine_out
from dollarclub.signals.queries.names import last_received_at


def trading_overview(session: Session, *, account_id: UUID, now: datetime) -> TradingOverviewOut:
    groups = active_groups(session, account_id)
    settings, _ = current(session, account_id)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    halts = (active_halt(session, account_id), active_halt(session, None))
    return TradingOverviewOut(
        as_of=now,
        groups=len(groups),
        pool=PoolOut(used=len(groups), limit=settings.max_groups, waiting=waiting_count(session, account_id)),
        purses=_purses(groups, _realised(session, account_id), realised_since(session, account_id, midnight)),
        keys=_keys(capital(session, account_id), groups),
        allocation=_allocation(groups),
        last_webhook_at=last_received_at(session, account_id),
        engine=engine_out(engine(session, account_id)),
        halted=any(halt is not None for halt in halts),
    )


def _realised(session: Session, account_id: UUID) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for each in realised_by_pair(session, account_id=account_id):
        sums[purse_of(each.environment, quote_of(each.symbol))] += each.realised
    return sums


def _purses(
    groups: Sequence[Group], closed: Mapping[str, Decimal], today: Mapping[str, Decimal]
) -> list[PurseFiguresOut]:
    """Real money first."""
    shown = []
    names = closed.keys() | today.keys() | {group.purse for group in groups}
    for purse in sorted(names, key=lambda each: (not each.startswith("live:"), each)):
        mine = [group for group in groups if group.purse == purse]
        realised = sum((group.view.figures.realised for group in mine), closed.get(purse, ZERO))
        open_result = unrealised_sum(mine)
        shown.append(
            PurseFiguresOut(
                purse=purse,
                realised=realised,
                realised_today=today.get(purse, ZERO),
                unrealised=open_result,
                total=realised + open_result,
                invested=_invested(mine),
                resting=_resting(mine),
                unpriced=sum(unrealised(group) is None for group in mine),
            )
        )
    return shown


def _keys(keys: Sequence[KeyCapital], groups: Sequence[Group]) -> list[KeyCapitalOut]:
    shown = []
    for key in keys:
        mine = [group for group in groups if group.key_id == key.key_id]
        is_told = key.read_at is not None
        shown.append(
            KeyCapitalOut(
                key_id=key.key_id,
                label=key.label,
                venue=key.venue,
                market_type=key.market_type,
                environment=key.environment,
                read_at=key.read_at,
                free=key.free if is_told else None,
                deployed=key.total - key.free if is_told else None,
                total=key.total if is_told else None,
                unvalued=list(key.unvalued),
                groups=len(mine),
                invested=_invested(mine),
                resting=_resting(mine),
            )
        )
    return shown


def _allocation(groups: Sequence[Group]) -> list[AllocationOut]:
    """By pair, what takes most first."""
    wholes: dict[str, Decimal] = defaultdict(Decimal)
    pairs: dict[tuple[str, str], list[Group]] = defaultdict(list)
    for group in groups:
        wholes[group.purse] += group.exposure
        pairs[group.purse, group.symbol].append(group)
    shown = [
        AllocationOut(
            purse=purse,
            symbol=symbol,
            groups=len(mine),
            invested=_invested(mine),
            resting=_resting(mine),
            percent=over((_invested(mine) + _resting(mine)) * 100, wholes[purse]) or ZERO,
        )
        for (purse, symbol), mine in pairs.items()
    ]
    return sorted(shown, key=lambda each: (each.purse, -each.percent, each.symbol))


def _invested(groups: Sequence[Group]) -> Decimal:
    return sum((group.view.figures.invested for group in groups), ZERO)


def _resting(groups: Sequence[Group]) -> Decimal:
    return sum((resting(group) for group in groups), ZERO)
