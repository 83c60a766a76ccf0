"""`/api/runs`: runs, their cancelling, and their logs as pages, as text and as a stream."""

from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse
from sse_starlette import EventSourceResponse, ServerSentEvent

from dollarclub.accounts.deps import AccountDep, TraderDep
from dollarclub.core.context import Context
from dollarclub.core.errors import NotFound
from dollarclub.core.live import LiveHub
from dollarclub.core.schemas import Page
from dollarclub.core.web import ContextDep, DatabaseDep, Limit, Offset, SessionDep
from dollarclub.kit.paging import Slice
from dollarclub.scripts.live import LiveHubDep, follow_log
from dollarclub.scripts.queries import logs
from dollarclub.scripts.queries import runs as queries
from dollarclub.scripts.router.scripts import Text
from dollarclub.scripts.rules.states import RunStatus
from dollarclub.scripts.schemas import LogPageOut, RunOut
from dollarclub.scripts.service import runs as service

router = APIRouter(prefix="/api/runs", tags=["runs"])

Seq = Annotated[int | None, Query(ge=0, le=2**62)]
Fragments = Annotated[int, Query(ge=1, le=500)]
PING_SECONDS = 15


@router.get("", response_model=Page[RunOut])
def list_runs(
    account: AccountDep,
    session: SessionDep,
    status: Annotated[list[RunStatus] | None, Query()] = None,
    script_id: UUID | None = None,
    q: Text = "",
    sort: Literal["queued_at", "-queued_at"] = "-queued_at",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Slice[RunOut]:
    return queries.list_runs(
        session,
        account_id=account.id,
        script_id=script_id,
        statuses=status or (),
        text=q,
        newest_first=sort == "-queued_at",
        limit=limit,
        offset=offset,
    )


@router.get("/{run_id}", response_model=RunOut)
def get_run(run_id: UUID, account: AccountDep, session: SessionDep) -> RunOut:
    run = queries.run(session, account_id=account.id, run_id=run_id)
    if run is None:
        raise NotFound("No such run.", run_id=run_id)
    return run


@router.post("/{run_id}/cancel", status_code=202, response_model=RunOut)
def cancel_run(run_id: UUID, account: TraderDep, session: SessionDep) -> RunOut:
    service.cancel(session, account_id=account.id, run_id=run_id)
    return get_run(run_id, account, session)


@router.get("/{run_id}/logs", response_model=LogPageOut)
def get_logs(
    run_id: UUID,
    account: AccountDep,
    session: SessionDep,
    after: Seq = None,
    before: Seq = None,
    tail: Annotated[int | None, Query(ge=1, le=500)] = None,
    limit: Fragments = 100,
) -> LogPageOut:
    """Fragments later than `after`; or the last `limit` ones earlier than `before`; or the newest `tail`."""
    if after is None and before is None and tail is None:
        after = 0
    page = logs.page(
        session, account_id=account.id, run_id=run_id, after=after, before=before, limit=tail or limit
    )
    if page is None:
        raise NotFound("No such run.", run_id=run_id)
    return page


@router.get("/{run_id}/logs.txt", response_class=StreamingResponse)
def get_log_text(run_id: UUID, account: AccountDep, db: DatabaseDep) -> StreamingResponse:
    """The log's bytes as the script wrote them."""
    with db.transaction() as session:
        run = queries.run(session, account_id=account.id, run_id=run_id)
    if run is None:
        raise NotFound("No such run.", run_id=run_id)
    return StreamingResponse(
        logs.raw(db, account_id=account.id, run_id=run_id),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{run_id}.log"'},
    )


@router.get("/{run_id}/logs/stream", response_class=EventSourceResponse)
async def stream_logs(
    run_id: UUID,
    account: AccountDep,
    context: ContextDep,
    hub: LiveHubDep,
    after: Seq = None,
    last_event_id: Annotated[str | None, Header(max_length=20, pattern=r"^\d*$")] = None,
) -> EventSourceResponse:
    """Server-sent events: `log` with a fragment, its id the sequence; at last `end` with the run."""
    start = int(last_event_id) if last_event_id else after or 0
    first = await to_thread.run_sync(_head, context, account.id, run_id)
    if first is None:
        raise NotFound("No such run.", run_id=run_id)
    return EventSourceResponse(_events(context, hub, account.id, run_id, start), ping=PING_SECONDS, sep="\n")


def _head(context: Context, account_id: UUID, run_id: UUID) -> logs.LogHead | None:
    with context.db.transaction() as session:
        return logs.head(session, account_id=account_id, run_id=run_id)


async def _events(
    context: Context, hub: LiveHub, account_id: UUID, run_id: UUID, after: int
) -> AsyncIterator[ServerSentEvent]:
    async for page in follow_log(context.db, hub, account_id=account_id, run_id=run_id, after=after):
        for item in page.items:
            yield ServerSentEvent(item.model_dump_json(), event="log", id=str(item.seq))
    with_run = await to_thread.run_sync(_run, context, account_id, run_id)
    yield ServerSentEvent(with_run.model_dump_json() if with_run else "{}", event="end")


def _run(context: Context, account_id: UUID, run_id: UUID) -> RunOut | None:
    with context.db.transaction() as session:
        return queries.run(session, account_id=account_id, run_id=run_id)
