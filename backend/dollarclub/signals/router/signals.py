"""`/api/signals`: alerts that came in, and the story of each."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.schemas import Instant, Page
from dollarclub.core.web import ClockDep, Limit, Offset, SessionDep
from dollarclub.kit.paging import Slice
from dollarclub.signals.queries import signals as queries
from dollarclub.signals.queries.story import story
from dollarclub.signals.rules.states import Outcome, SignalStatus
from dollarclub.signals.schemas import ChartHourOut, SignalDetailOut, SignalOut, SignalRef
from dollarclub.signals.service import copies

router = APIRouter(prefix="/api/signals", tags=["signals"])

Text = Annotated[str, Query(max_length=60, pattern=r"^[^\x00]*$")]


@router.get("", response_model=Page[SignalOut])
def list_signals(
    account: AccountDep,
    session: SessionDep,
    status: Annotated[list[SignalStatus] | None, Query()] = None,
    outcome: Annotated[list[Outcome] | None, Query()] = None,
    strategy_id: UUID | None = None,
    symbol: Text = "",
    since: Instant | None = None,
    until: Instant | None = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[SignalOut]:
    """Newest first. `since` and `until` (exclusive) bound the time of receipt."""
    return queries.signals_page(
        session,
        account_id=account.id,
        statuses=status or (),
        outcomes=outcome or (),
        strategy_id=strategy_id,
        symbol=symbol,
        since=since,
        until=until,
        limit=limit,
        offset=offset,
    )


@router.get("/chart", response_model=list[ChartHourOut])
def get_chart(
    account: AccountDep,
    session: SessionDep,
    clock: ClockDep,
    hours: Annotated[int, Query(ge=1, le=24 * 31)] = 24,
) -> list[ChartHourOut]:
    """Received, executed and refused signals by the hour, the present hour last."""
    return queries.chart(session, account_id=account.id, hours=hours, now=clock())


@router.get("/{signal_id}", response_model=SignalDetailOut)
def get_signal(signal_id: UUID, account: AccountDep, session: SessionDep) -> SignalDetailOut:
    """Every step with its time, the alert as it came without its secret, and what it did at the exchange."""
    return story(session, account_id=account.id, signal_id=signal_id)


@router.post("/{signal_id}/replay", status_code=202, response_model=SignalRef)
def replay_signal(signal_id: UUID, account: TraderDep, session: SessionDep) -> SignalRef:
    """The same alert as a new signal, into paper only."""
    return SignalRef(signal_id=copies.replay(session, account_id=account.id, signal_id=signal_id))
