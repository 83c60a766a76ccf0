"""Which workers live: a row a process, renewed every few seconds, and a canary a kind that goes through the queue."""

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psutil
from sqlalchemy import ColumnElement, Float, Integer, String, cast, delete, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from dollarclub.core.db import Base

HEARTBEAT_SECONDS = 5.0
ALIVE_SECONDS = 15.0
CANARY_SECONDS = 10.0
CANARY_LATE_SECONDS = 45.0


class WorkerRow(Base):
    """One worker process.

    `boot_id` names the boot and the PID namespace; `pid` and `process_started` (Unix seconds) tell the process from a
    later namesake in it.
    """

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    host: Mapped[str] = mapped_column(String(255))
    boot_id: Mapped[str] = mapped_column(String(64))
    pid: Mapped[int] = mapped_column(Integer)
    process_started: Mapped[float] = mapped_column(Float)
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    heartbeat_at: Mapped[datetime] = mapped_column(server_default=func.now())
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CanaryRow(Base):
    """When a message last went through the queue of `kind` and came out at a worker."""

    __tablename__ = "canaries"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    returned_at: Mapped[datetime] = mapped_column(server_default=func.now())


@dataclass(frozen=True)
class WorkerIdentity:
    """This process as others know it."""

    id: str
    kind: str
    host: str
    boot_id: str
    pid: int
    process_started: float
    facts: dict[str, Any] = field(default_factory=dict)


def this_process(kind: str, facts: dict[str, Any]) -> WorkerIdentity:
    """The identity of the calling process as a worker of `kind`."""
    pid = os.getpid()
    started = psutil.Process(pid).create_time()
    with open("/proc/sys/kernel/random/boot_id") as source:
        boot_id = f"{source.read().strip()}:{os.stat('/proc/self/ns/pid').st_ino}"
    host = socket.gethostname()
    return WorkerIdentity(
        id=f"{kind}@{host}:{pid}:{int(started * 100) % 10**8:08d}",
        kind=kind,
        host=host,
        boot_id=boot_id,
        pid=pid,
        process_started=started,
        facts=facts,
    )


def renew(session: Session, worker: WorkerIdentity) -> None:
    """Write that `worker` lives now, by the database's clock."""
    values = {
        "id": worker.id,
        "kind": worker.kind,
        "host": worker.host,
        "boot_id": worker.boot_id,
        "pid": worker.pid,
        "process_started": worker.process_started,
        "facts": worker.facts,
    }
    session.execute(
        insert(WorkerRow)
        .values(**values)
        .on_conflict_do_update(
            index_elements=[WorkerRow.id], set_={"heartbeat_at": func.now(), "facts": worker.facts}
        )
    )


def leave(session: Session, worker_id: str) -> None:
    """Take a worker off the list."""
    session.execute(delete(WorkerRow).where(WorkerRow.id == worker_id))


def canary_returned(session: Session, kind: str) -> None:
    """Write that a canary message of `kind` reached a worker now."""
    session.execute(
        insert(CanaryRow)
        .values(kind=kind)
        .on_conflict_do_update(index_elements=[CanaryRow.kind], set_={"returned_at": func.now()})
    )


def _seconds_since(column: InstrumentedAttribute[datetime]) -> ColumnElement[float]:
    return cast(func.extract("epoch", func.clock_timestamp() - column), Float)


def canary_ages(session: Session) -> dict[str, float]:
    """How many seconds ago each kind's canary came back."""
    rows = session.execute(select(CanaryRow.kind, _seconds_since(CanaryRow.returned_at)))
    return dict(rows.all())


def workers(session: Session) -> list[tuple[WorkerRow, float]]:
    """All known workers with the age of their last sign of life in seconds."""
    query = select(WorkerRow, _seconds_since(WorkerRow.heartbeat_at)).order_by(
        WorkerRow.kind, WorkerRow.started_at
    )
    return list(session.execute(query))


def dead_neighbours(session: Session, worker: WorkerIdentity) -> list[str]:
    """Ids of workers of the same kind and the same boot of this host whose process no longer exists."""
    rows = session.scalars(
        select(WorkerRow).where(
            WorkerRow.kind == worker.kind,
            WorkerRow.host == worker.host,
            WorkerRow.boot_id == worker.boot_id,
            WorkerRow.id != worker.id,
        )
    )
    return [row.id for row in rows if not _exists(row.pid, row.process_started)]


def _exists(pid: int, started: float) -> bool:
    try:
        return abs(psutil.Process(pid).create_time() - started) < 1.0
    except psutil.NoSuchProcess:
        return False


def forget_silent(session: Session, *, older_than: timedelta) -> int:
    """Remove workers that have not been heard of for long."""
    silent = session.scalars(
        delete(WorkerRow).where(WorkerRow.heartbeat_at < func.now() - older_than).returning(WorkerRow.id)
    )
    return len(silent.all())
