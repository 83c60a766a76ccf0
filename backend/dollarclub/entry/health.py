"""`/api/health`: alive, and ready with every part by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Response
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.core.schemas import Out
from dollarclub.core.web import ContextDep

router = APIRouter(prefix="/api/health", tags=["health"])

ALEMBIC_INI = Path(__file__).resolve().parents[3] / "alembic.ini"
KINDS = ("scripts", "trading", "default")


class AliveOut(Out):
    status: Literal["ok"] = "ok"


class PartOut(Out):
    name: str
    ok: bool
    detail: str


class ReadyOut(Out):
    status: Literal["ready", "not_ready"]
    parts: list[PartOut]


def migration_heads() -> set[str]:
    """The revisions that this code needs."""
    return set(ScriptDirectory.from_config(Config(ALEMBIC_INI)).get_heads())


def _database(context: Context) -> str:
    with context.db.transaction() as session:
        session.execute(text("SELECT 1"))
    return "answers"


def _migrations(context: Context) -> str:
    with context.db.engine.connect() as connection:
        current = set(MigrationContext.configure(connection).get_current_heads())
    if current != migration_heads():
        raise LookupError("The database is not at this version's migration; run `dollarclub db upgrade`.")
    return "up to date"


def _redis(context: Context) -> str:
    context.redis.ping()
    return "answers"


def _worker(kind: str) -> Callable[[Context], str]:
    def check(context: Context) -> str:
        with context.db.transaction() as session:
            age = presence.canary_ages(session).get(kind)
            alive = [
                row
                for row, silent in presence.workers(session)
                if row.kind == kind and silent < presence.ALIVE_SECONDS
            ]
        if not alive:
            raise LookupError(f"No worker for `{kind}` is alive.")
        if age is None or age > presence.CANARY_LATE_SECONDS:
            raise LookupError(f"No message has come through the queue `{kind}` lately; is beat running?")
        return f"{len(alive)} alive, last message {age:.0f} s ago"

    return check


def _stream(context: Context) -> str:
    with context.db.transaction() as session:
        alive = [
            row
            for row, silent in presence.workers(session)
            if row.kind == "stream" and silent < presence.ALIVE_SECONDS
        ]
    if not alive:
        raise LookupError("No process follows the exchanges' streams; fills are seen by sweeps only.")
    return f"{len(alive)} alive"


CHECKS: dict[str, Callable[[Context], str]] = {
    "database": _database,
    "migrations": _migrations,
    "redis": _redis,
    **{f"worker {kind}": _worker(kind) for kind in KINDS},
    "stream": _stream,
}


def examine(context: Context) -> ReadyOut:
    """Every part with its state and a sentence."""
    parts = []
    for name, check in CHECKS.items():
        try:
            parts.append(PartOut(name=name, ok=True, detail=check(context)))
        except LookupError as error:
            parts.append(PartOut(name=name, ok=False, detail=str(error)))
        except (SQLAlchemyError, RedisError, OSError) as error:
            parts.append(PartOut(name=name, ok=False, detail=f"does not answer ({type(error).__name__})"))
    return ReadyOut(status="ready" if all(part.ok for part in parts) else "not_ready", parts=parts)


@router.get("", response_model=AliveOut)
async def alive() -> AliveOut:
    """The process answers."""
    return AliveOut()


@router.get("/ready", response_model=ReadyOut, responses={503: {"model": ReadyOut}})
def ready(context: ContextDep, response: Response) -> ReadyOut:
    """Everything that a run needs is there."""
    found = examine(context)
    if found.status != "ready":
        response.status_code = 503
    return found
