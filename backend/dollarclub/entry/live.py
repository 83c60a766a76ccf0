"""`/api/live`: the one websocket of a browser tab, with subscriptions that resume by cursor.

JSON text frames. From the client: `subscribe` (`id`, `topic`, `after`, `run_id`), `unsubscribe`, `ping`. From here:
`hello`, `subscribed`, `event`, `reset`, `log`, `monitor`, `error`, `pong`. Close code 4401 asks to sign in again.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dollarclub.accounts import session_service
from dollarclub.accounts.deps import authenticate_socket
from dollarclub.accounts.rules import CurrentAccount
from dollarclub.accounts.session_service import Identified
from dollarclub.core.context import Context
from dollarclub.core.errors import Forbidden, Unauthenticated
from dollarclub.core.live import ANYTHING, LiveHub, Watch
from dollarclub.core.logging import logger
from dollarclub.core.outbox import LIVE_CHANNEL, EventRow, events_after, last_numbers, oldest_number
from dollarclub.core.web import context_of
from dollarclub.orders.events import ORDER_CHANGED
from dollarclub.orders.queries.orders import describe_orders
from dollarclub.pool.events import QUEUE_CHANGED
from dollarclub.pool.live import describe_queue
from dollarclub.positions.events import GROUP_CHANGED, GROUP_CLOSED
from dollarclub.positions.live import describe_groups
from dollarclub.scripts.events import RUN_CHANGED
from dollarclub.scripts.live import describe_runs, follow_log, hub_of, monitor_of
from dollarclub.signals.events import SIGNAL_CHANGED
from dollarclub.signals.live import describe_signals

router = APIRouter()
_log = logger(__name__)

MAX_SUBSCRIPTIONS = 20
EVENTS_AT_ONCE = 200
RECHECK_SECONDS = 30.0
RECHECK_PAUSE_SECONDS = 1.0
MONITOR_SECONDS = 1.0
MONITOR_PATIENCE_SECONDS = 5.0
DATABASE_RETRY_SECONDS = 1.0
SIGN_IN_AGAIN = 4401
NOT_ALLOWED = 4403

Describer = Callable[[Session, UUID, list[EventRow]], dict[int, dict[str, Any]]]
DESCRIBERS: dict[str, Describer] = {
    RUN_CHANGED: describe_runs,
    SIGNAL_CHANGED: describe_signals,
    ORDER_CHANGED: describe_orders,
    GROUP_CHANGED: describe_groups,
    GROUP_CLOSED: describe_groups,
    QUEUE_CHANGED: describe_queue,
}

SubscriptionId = Annotated[str, Field(min_length=1, max_length=64)]


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Subscribe(_Frame):
    op: Literal["subscribe"]
    id: SubscriptionId
    topic: Literal["account", "log", "monitor"]
    after: int | None = Field(None, ge=0, le=2**62)
    run_id: UUID | None = None


class Unsubscribe(_Frame):
    op: Literal["unsubscribe"]
    id: SubscriptionId


class Ping(_Frame):
    op: Literal["ping"]


_frames: TypeAdapter[Subscribe | Unsubscribe | Ping] = TypeAdapter(
    Annotated[Subscribe | Unsubscribe | Ping, Field(discriminator="op")]
)


class Connection:
    """One websocket with its subscriptions, each followed by a task of its own."""

    def __init__(self, socket: WebSocket, context: Context, hub: LiveHub, identified: Identified) -> None:
        self._socket = socket
        self._context = context
        self._hub = hub
        self._account: CurrentAccount = identified.current
        self._identified = identified
        self._sending = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def serve(self) -> None:
        """Until the client leaves or its credentials end."""
        await self.send(op="hello", server_time=self._context.clock().isoformat())
        guard = asyncio.create_task(self._watch_credentials())
        try:
            while True:
                await self._receive(await self._socket.receive_text())
        finally:
            for task in (guard, *self._tasks.values()):
                task.cancel()

    async def send(self, **frame: Any) -> None:
        text = json.dumps(frame, separators=(",", ":"))
        async with self._sending:
            await self._socket.send_text(text)

    async def _receive(self, text: str) -> None:
        try:
            frame = _frames.validate_json(text)
        except ValidationError:
            await self.send(op="error", id=None, code="not_understood", detail="That frame is not valid.")
            return
        match frame:
            case Ping():
                await self.send(op="pong")
            case Unsubscribe(id=name):
                if task := self._tasks.pop(name, None):
                    task.cancel()
            case Subscribe():
                await self._subscribe(frame)

    async def _subscribe(self, frame: Subscribe) -> None:
        if task := self._tasks.pop(frame.id, None):
            task.cancel()
        self._tasks = {name: task for name, task in self._tasks.items() if not task.done()}
        if len(self._tasks) >= MAX_SUBSCRIPTIONS:
            await self.send(
                op="error", id=frame.id, code="too_many", detail="Too many subscriptions on one socket."
            )
            return
        followers: dict[str, Callable[[Subscribe], Coroutine[Any, Any, None]]] = {
            "account": self._follow_account,
            "log": self._follow_log,
            "monitor": self._follow_monitor,
        }
        self._tasks[frame.id] = asyncio.create_task(self._keep(followers[frame.topic], frame))

    async def _keep(self, follow: Callable[[Subscribe], Coroutine[Any, Any, None]], frame: Subscribe) -> None:
        """Follow, and go on from the cursor reached when the database was away for a while."""
        while True:
            try:
                await follow(frame)
                return
            except SQLAlchemyError as error:
                _log.warning("live_database_away", error=type(error).__name__)
                await asyncio.sleep(DATABASE_RETRY_SECONDS)
            except (WebSocketDisconnect, RuntimeError):
                return

    async def _read(self, query: Callable[[Session], Any]) -> Any:
        def run() -> Any:
            with self._context.db.transaction() as session:
                return query(session)

        return await to_thread.run_sync(run, limiter=self._hub.readers)

    async def _follow_account(self, frame: Subscribe) -> None:
        account_id = self._account.id
        with self._hub.watch(f"{LIVE_CHANNEL}:{account_id}") as watch:
            newest, oldest = await self._read(
                lambda session: (
                    last_numbers(session, [account_id]).get(account_id, 0),
                    oldest_number(session, account_id),
                )
            )
            if frame.after is None:
                frame.after = newest
            elif frame.after > newest or (
                frame.after < newest and (oldest is None or frame.after < oldest - 1)
            ):
                frame.after = newest
                await self.send(op="reset", id=frame.id, cursor=newest)
            await self.send(op="subscribed", id=frame.id, cursor=frame.after)
            while True:
                watch.clear()
                batch = await self._read(lambda session: self._events(session, frame.after or 0))
                for number, name, body in batch:
                    if body is not None:
                        await self.send(op="event", id=frame.id, cursor=number, name=name, data=body)
                    frame.after = number
                if len(batch) < EVENTS_AT_ONCE:
                    await watch.wait()

    def _events(self, session: Session, after: int) -> list[tuple[int, str, dict[str, Any] | None]]:
        rows = events_after(session, self._account.id, after, limit=EVENTS_AT_ONCE)
        bodies: dict[int, dict[str, Any]] = {
            row.number: row.payload for row in rows if row.name not in DESCRIBERS
        }
        for name, describe in DESCRIBERS.items():
            own = [row for row in rows if row.name == name]
            if own:
                bodies |= describe(session, self._account.id, own)
        return [(row.number, row.name, bodies.get(row.number)) for row in rows]

    async def _follow_log(self, frame: Subscribe) -> None:
        if frame.run_id is None:
            await self.send(op="error", id=frame.id, code="not_understood", detail="`run_id` is missing.")
            return
        await self.send(op="subscribed", id=frame.id, cursor=frame.after or 0)
        known = False
        pages = follow_log(
            self._context.db,
            self._hub,
            account_id=self._account.id,
            run_id=frame.run_id,
            after=frame.after or 0,
        )
        async for page in pages:
            known = True
            items = [item.model_dump(mode="json") for item in page.items]
            frame.after = items[-1]["seq"] if items else frame.after
            await self.send(
                op="log", id=frame.id, items=items, cursor=frame.after or 0, complete=page.complete
            )
        if not known:
            await self.send(op="error", id=frame.id, code="not_found", detail="No such run.")

    async def _follow_monitor(self, frame: Subscribe) -> None:
        await self.send(op="subscribed", id=frame.id, cursor=0)
        shown: dict[str, Any] = {}
        with self._hub.watch(ANYTHING) as watch:
            while True:
                watch.clear()
                figures = await to_thread.run_sync(
                    monitor_of, self._context, self._account, limiter=self._hub.readers
                )
                body = figures.model_dump(mode="json")
                if {**body, "at": None} != {**shown, "at": None}:
                    await self.send(op="monitor", id=frame.id, data=body)
                    shown = body
                await asyncio.sleep(MONITOR_SECONDS)
                await watch.wait(MONITOR_PATIENCE_SECONDS)

    async def _watch_credentials(self) -> None:
        """Look again when the account's events say so, and from time to time; close when they no longer hold."""
        with self._hub.watch(f"{LIVE_CHANNEL}:{self._account.id}") as watch:
            while not await self._credentials_ended(watch):
                await asyncio.sleep(RECHECK_PAUSE_SECONDS)
        await self._socket.close(SIGN_IN_AGAIN)

    async def _credentials_ended(self, watch: Watch) -> bool:
        ends_at = self._identified.ends_at
        left = (ends_at - self._context.clock()).total_seconds() if ends_at else RECHECK_SECONDS
        await watch.wait(max(0.0, min(RECHECK_SECONDS, left)))
        watch.clear()
        if left <= 0:
            return True
        try:
            return not await self._read(
                lambda session: session_service.still_valid(session, self._account, now=self._context.clock())
            )
        except SQLAlchemyError:
            return False


@router.websocket("/api/live")
async def live(socket: WebSocket) -> None:
    """Accept, authenticate, serve; the close code tells a browser why it was refused."""
    context = context_of(socket)

    def identify() -> Identified:
        with context.db.transaction() as session:
            return authenticate_socket(session, socket)

    await socket.accept()
    try:
        identified = await to_thread.run_sync(identify)
    except Unauthenticated:
        await socket.close(SIGN_IN_AGAIN)
        return
    except Forbidden:
        await socket.close(NOT_ALLOWED)
        return
    except SQLAlchemyError:
        await socket.close(1013)
        return
    connection = Connection(socket, context, hub_of(socket), identified)
    try:
        await connection.serve()
    except (WebSocketDisconnect, RuntimeError):
        return
