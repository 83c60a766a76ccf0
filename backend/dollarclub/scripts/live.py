"""Following the scripts domain live: growing logs, changed runs, the monitor."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import Depends
from fastapi.requests import HTTPConnection
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from dollarclub.accounts.rules import CurrentAccount, is_admin
from dollarclub.core.context import Context
from dollarclub.core.db import Database
from dollarclub.core.live import LiveHub
from dollarclub.core.outbox import EventRow
from dollarclub.scripts.events import LOG_CHANNEL
from dollarclub.scripts.queries import logs
from dollarclub.scripts.queries.monitor import monitor
from dollarclub.scripts.queries.runs import runs_by_id
from dollarclub.scripts.schemas import LogPageOut, MonitorOut

QUEUES = ("scripts", "default")
FRAGMENTS_AT_ONCE = 100


def hub_of(connection: HTTPConnection) -> LiveHub:
    """The hub of this process."""
    hub: LiveHub = connection.app.state.hub
    return hub


LiveHubDep = Annotated[LiveHub, Depends(hub_of)]


async def follow_log(
    db: Database, hub: LiveHub, *, account_id: UUID, run_id: UUID, after: int
) -> AsyncIterator[LogPageOut]:
    """Pages of a log later than `after` as they come; ends after the last one of an ended run, which is `complete`."""

    def read() -> LogPageOut | None:
        with db.transaction() as session:
            return logs.page(
                session, account_id=account_id, run_id=run_id, after=cursor, limit=FRAGMENTS_AT_ONCE
            )

    cursor = after
    with hub.watch(f"{LOG_CHANNEL}:{run_id}") as watch:
        while True:
            watch.clear()
            page = await to_thread.run_sync(read, limiter=hub.readers)
            if page is None:
                return
            if page.items:
                cursor = page.items[-1].seq
            ended = page.complete and cursor >= page.last_seq
            if page.items or ended:
                yield page.model_copy(update={"complete": ended})
            if ended:
                return
            if cursor >= page.last_seq:
                await watch.wait()


def describe_runs(session: Session, account_id: UUID, rows: Sequence[EventRow]) -> dict[int, dict[str, Any]]:
    """What followers are told of changed runs, by event number: each run's present state."""
    wanted = {row.number: UUID(row.payload["run_id"]) for row in rows}
    found = runs_by_id(session, account_id=account_id, run_ids=list(set(wanted.values())))
    return {
        number: {"run": found[run_id].model_dump(mode="json")}
        for number, run_id in wanted.items()
        if run_id in found
    }


def queue_lengths(context: Context) -> dict[str, int | None]:
    """Messages that wait in each queue; None while Redis is away."""
    try:
        pipe = context.redis.pipeline(transaction=False)
        for queue in QUEUES:
            pipe.llen(queue)
        return dict(zip(QUEUES, pipe.execute(), strict=True))
    except (RedisError, OSError):
        return dict.fromkeys(QUEUES)


def monitor_of(context: Context, account: CurrentAccount) -> MonitorOut:
    """The monitor as this account may see it: its own runs, or everybody's for an admin."""
    queues = queue_lengths(context)
    with context.db.transaction() as session:
        return monitor(
            session,
            account_id=None if is_admin(account.role) else account.id,
            now=context.clock(),
            queues=queues,
            concurrent_limit=context.settings.scripts.max_concurrent_scripts,
        )
