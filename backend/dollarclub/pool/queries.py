"""The pool and its queue as people see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.exchanges import queries as markets
from dollarclub.exchanges.gateway import Catalog, Environment
from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.kit.paging import Slice
from dollarclub.pool.models import QueueEntry, QueueStatus
from dollarclub.pool.rules.priority import Candidate, Rule, rank
from dollarclub.pool.rules.queue import loss_percent
from dollarclub.pool.schemas import QueueEntryOut, RankedOut
from dollarclub.positions.queries.configs import Choices
from dollarclub.positions.rules.config import GridPlan, TakeProfitMode
from dollarclub.positions.rules.request import EntryRequest

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Standing:
    """An entry that waits, by its rank: `place` counts from 1. `loss_percent` is negative when it would have lost."""

    row: QueueEntry
    request: EntryRequest
    place: int
    explanation: str
    last: Decimal | None
    loss_percent: Decimal | None
    expected_profit: Decimal | None


def waiting(session: Session, account_id: UUID) -> list[QueueEntry]:
    """Everything that waits, first in first."""
    return list(
        session.scalars(
            select(QueueEntry)
            .where(QueueEntry.account_id == account_id, QueueEntry.status == QueueStatus.queued)
            .order_by(QueueEntry.first_queued_at, QueueEntry.id)
            .execution_options(populate_existing=True)
        )
    )


def waiting_count(session: Session, account_id: UUID) -> int:
    where = (QueueEntry.account_id == account_id, QueueEntry.status == QueueStatus.queued)
    return session.scalar(select(func.count()).select_from(QueueEntry).where(*where)) or 0


def has_waiting(session: Session, account_id: UUID) -> bool:
    where = (QueueEntry.account_id == account_id, QueueEntry.status == QueueStatus.queued)
    return session.scalar(select(QueueEntry.id).where(*where).limit(1)) is not None


def standings(
    session: Session, account_id: UUID, rows: Sequence[QueueEntry], rules: Sequence[Rule], now: datetime
) -> list[Standing]:
    """`rows` by rank, with what counted for each."""
    choices = Choices(session, account_id)
    requests = {row.id: EntryRequest.from_json(row.request) for row in rows}
    prices = markets.last_prices(session, {_place(each) for each in requests.values()})
    known: dict[UUID, tuple[QueueEntry, EntryRequest, Decimal | None]] = {}
    candidates: dict[UUID, Candidate] = {}
    for row in rows:
        request = requests[row.id]
        price = prices.get(_place(request))
        last = None if price is None else price.last
        known[row.id] = (row, request, last)
        candidates[row.id] = Candidate(
            id=row.id,
            continues=row.is_continuation,
            loss_percent=loss_percent(request.side, request.price, last),
            replacements=row.replacements,
            expected_profit=_expected_profit(choices, request),
            first_queued_at=row.first_queued_at,
            pinned=row.pinned,
        )
    found = []
    for each in rank(candidates.values(), rules, now):
        row, request, last = known[each.id]
        candidate = candidates[each.id]
        found.append(
            Standing(
                row,
                request,
                each.place,
                each.explanation,
                last,
                candidate.loss_percent,
                candidate.expected_profit,
            )
        )
    return found


def ranked_page(
    session: Session, *, account_id: UUID, rules: Sequence[Rule], now: datetime, limit: int, offset: int
) -> Slice[RankedOut]:
    """What waits, the next to be opened first."""
    found = standings(session, account_id, waiting(session, account_id), rules, now)
    items = [_ranked(each) for each in found[offset : offset + limit]]
    return Slice(items, len(found), limit, offset)


def history_page(session: Session, *, account_id: UUID, limit: int, offset: int) -> Slice[QueueEntry]:
    """What waits no more, the latest first."""
    where = (QueueEntry.account_id == account_id, QueueEntry.status != QueueStatus.queued)
    total = session.scalar(select(func.count()).select_from(QueueEntry).where(*where)) or 0
    rows = session.scalars(
        select(QueueEntry)
        .where(*where)
        .order_by(QueueEntry.settled_at.desc(), QueueEntry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return Slice(list(rows), total, limit, offset)


def entry(session: Session, *, account_id: UUID, entry_id: UUID) -> QueueEntry:
    """One entry of the account's queue or its history. Raises NotFound."""
    row = session.scalar(
        select(QueueEntry)
        .where(QueueEntry.id == entry_id, QueueEntry.account_id == account_id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound("No such entry in the queue.", queue_id=entry_id)
    return row


def entries_by_id(session: Session, *, account_id: UUID, ids: Sequence[UUID]) -> dict[UUID, QueueEntryOut]:
    """Those of `ids` that belong to the account."""
    rows = session.scalars(
        select(QueueEntry).where(QueueEntry.id.in_(ids), QueueEntry.account_id == account_id)
    )
    return {row.id: QueueEntryOut.model_validate(row) for row in rows}


def watched(session: Session) -> frozenset[tuple[Catalog, str]]:
    """The markets of everything that waits, whose prices the ranking needs."""
    rows = session.execute(
        select(
            QueueEntry.request["venue"].astext,
            QueueEntry.market_type,
            QueueEntry.request["environment"].astext,
            QueueEntry.symbol,
        )
        .where(QueueEntry.status == QueueStatus.queued)
        .distinct()
    )
    return frozenset((Catalog(row[0], row[1], Environment(row[2])), row[3]) for row in rows)


def _place(request: EntryRequest) -> tuple[Catalog, str]:
    return Catalog(request.venue, request.market_type, request.environment), request.symbol


def _expected_profit(choices: Choices, request: EntryRequest) -> Decimal | None:
    """Capital · take profit, in quote units, when all of it fills at the entry price."""
    chosen = choices.choose(symbol=request.symbol, timeframe=request.timeframe, key_id=request.key_id)
    if chosen is None:
        return None
    capital = chosen.plan.capital_of(1, request.asked_capital())
    percent = _take_profit(chosen.plan)
    if capital is None or percent is None:
        return None
    return PRECISE.divide(PRECISE.multiply(capital, percent), _HUNDRED)


def _take_profit(plan: GridPlan) -> Decimal | None:
    if plan.tp_mode is TakeProfitMode.per_leg:
        weighted = sum((level.weight * level.take_profit for level in plan.levels), ZERO)
        return PRECISE.divide(weighted, _HUNDRED)
    return plan.tp_percent_of(1) if plan.tp_mode is TakeProfitMode.pyramid_aggregate else plan.tp_percent


def _ranked(each: Standing) -> RankedOut:
    told = QueueEntryOut.model_validate(each.row).model_dump()
    told["explanation"] = each.explanation
    return RankedOut(
        **told,
        place=each.place,
        last=each.last,
        loss_percent=each.loss_percent,
        expected_profit=each.expected_profit,
    )
