"""Appending to the log of runs, many runs in one go, and forgetting old logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Uuid,
    column,
    delete,
    func,
    literal,
    select,
    update,
    values,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from dollarclub.scripts.models import LogFragment, Run
from dollarclub.scripts.rules.states import FINAL, OWNED


@dataclass(frozen=True)
class Fragment:
    """One row of a log to be; see `models.LogFragment`."""

    seq: int
    stream: int
    at: datetime
    content: bytes
    ends_line: bool
    lines_before: int


@dataclass(frozen=True)
class Appendix:
    """What a run's log gains, with its totals afterwards."""

    run_id: UUID
    fragments: Sequence[Fragment]
    last_seq: int
    total_bytes: int
    total_lines: int
    truncated: bool


class LogRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, worker: str, appendices: Sequence[Appendix]) -> set[UUID]:
        """Append to the runs that `worker` still owns; the ids of those."""
        gain = values(
            column("id", Uuid),
            column("seq", BigInteger),
            column("bytes", BigInteger),
            column("lines", BigInteger),
            column("truncated", Boolean),
            name="gain",
        ).data([(a.run_id, a.last_seq, a.total_bytes, a.total_lines, a.truncated) for a in appendices])
        kept = set(
            self._session.scalars(
                update(Run)
                .where(Run.id == gain.c.id, Run.worker == worker, Run.status.in_(OWNED))
                .values(
                    log_seq=gain.c.seq,
                    log_bytes=gain.c.bytes,
                    log_lines=gain.c.lines,
                    log_truncated=gain.c.truncated,
                )
                .returning(Run.id)
                .execution_options(synchronize_session=False)
            )
        )
        rows = [
            {
                "run_id": appendix.run_id,
                "seq": fragment.seq,
                "stream": fragment.stream,
                "at": fragment.at,
                "content": fragment.content,
                "ends_line": fragment.ends_line,
                "lines_before": fragment.lines_before,
            }
            for appendix in appendices
            if appendix.run_id in kept
            for fragment in appendix.fragments
        ]
        if rows:
            self._session.execute(insert(LogFragment).on_conflict_do_nothing(), rows)
        return kept

    def forget(self, *, older_than: timedelta, newest_runs: int, limit: int = 500) -> int:
        """Delete logs of ended runs that are older than `older_than` or not among a script's newest; how many runs.

        A zero means that this rule does not apply.
        """
        rank = (
            select(
                Run.id,
                Run.finished_at,
                func.row_number()
                .over(partition_by=Run.script_id, order_by=Run.queued_at.desc())
                .label("place"),
            )
            .where(Run.status.in_(FINAL), Run.log_deleted.is_(False), Run.log_seq > 0)
            .subquery()
        )
        rules = []
        if older_than:
            rules.append(rank.c.finished_at < func.now() - literal(older_than))
        if newest_runs:
            rules.append(rank.c.place > newest_runs)
        if not rules:
            return 0
        condition = rules[0] if len(rules) == 1 else rules[0] | rules[1]
        due = self._session.scalars(select(rank.c.id).where(condition).limit(limit)).all()
        if due:
            self._session.execute(delete(LogFragment).where(LogFragment.run_id.in_(due)))
            self._session.execute(update(Run).where(Run.id.in_(due)).values(log_deleted=True))
        return len(due)
