"""The state of the machinery in figures."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dollarclub.core import presence
from dollarclub.scripts.models import Run
from dollarclub.scripts.rules.states import OWNED, RunStatus
from dollarclub.scripts.schemas import DayOut, MonitorOut, WorkerOut

DAYS = 30
_BAD = (RunStatus.failed, RunStatus.timed_out, RunStatus.lost)


def _workers(session: Session) -> list[WorkerOut]:
    counts = dict(
        session.execute(
            select(Run.worker, func.count()).where(Run.status.in_(OWNED)).group_by(Run.worker)
        ).all()
    )
    return [
        WorkerOut(
            id=row.id,
            kind=row.kind,
            host=row.host,
            pid=row.pid,
            started_at=row.started_at,
            heartbeat_at=row.heartbeat_at,
            alive=age < presence.ALIVE_SECONDS,
            capacity=row.facts.get("capacity", 0),
            active_runs=counts.get(row.id, 0),
            sandbox=row.facts.get("sandbox"),
            sandbox_promises=row.facts.get("promises", []),
        )
        for row, age in presence.workers(session)
    ]


def _days(session: Session, account_id: UUID | None, since: datetime) -> list[DayOut]:
    day = func.date_trunc("day", Run.finished_at, "UTC")
    seconds = func.extract("epoch", Run.finished_at - Run.started_at)
    query = (
        select(
            day,
            func.count().filter(Run.status == RunStatus.completed),
            func.count().filter(Run.status.in_(_BAD)),
            func.count().filter(Run.status == RunStatus.cancelled),
            func.percentile_cont(0.5).within_group(seconds),
            func.percentile_cont(0.95).within_group(seconds),
        )
        .where(Run.finished_at >= since)
        .group_by(day)
        .order_by(day)
    )
    if account_id is not None:
        query = query.where(Run.account_id == account_id)
    return [
        DayOut(
            day=start,
            completed=completed,
            failed=failed,
            cancelled=cancelled,
            median_seconds=float(median) if median is not None else None,
            p95_seconds=float(late) if late is not None else None,
        )
        for start, completed, failed, cancelled, median, late in session.execute(query)
    ]


def monitor(
    session: Session,
    *,
    account_id: UUID | None,
    now: datetime,
    queues: dict[str, int | None],
    concurrent_limit: int,
) -> MonitorOut:
    """Figures of one account, or with None of everybody. `now` is UTC; "today" is the UTC day."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = today - timedelta(days=DAYS - 1)
    own = [Run.account_id == account_id] if account_id is not None else []
    counts = dict(session.execute(select(Run.status, func.count()).where(*own).group_by(Run.status)).all())
    days = _days(session, account_id, since)
    completed = sum(day.completed for day in days)
    bad = sum(day.failed for day in days)
    last = days[-1] if days and days[-1].day >= today else None
    return MonitorOut(
        at=now,
        queued=counts.get(RunStatus.queued, 0),
        running=sum(counts.get(state, 0) for state in OWNED),
        failed_today=last.failed if last else 0,
        completed_today=last.completed if last else 0,
        success_rate=completed / (completed + bad) if completed + bad else None,
        by_status={state.value: counts.get(state, 0) for state in RunStatus},
        days=days,
        workers=_workers(session),
        queues=queues,
        concurrent_limit=concurrent_limit,
    )
