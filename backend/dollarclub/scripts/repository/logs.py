"""Appending to the log of runs, many runs in one go, and forgetting old logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Uuid,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from dollarclub.core.db import Base
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


def _array(name: str, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return cast(bindparam(name), ARRAY(kind))


# Written up to fifty times a second: built once, and of a constant text however many runs it serves.
_gain = (
    func.unnest(
        _array("ids", Uuid()),
        _array("seqs", BigInteger()),
        _array("sizes", BigInteger()),
        _array("lines", BigInteger()),
        _array("cuts", Boolean()),
    )
    .table_valued(
        column("id", Uuid),
        column("seq", BigInteger),
        column("size", BigInteger),
        column("lines", BigInteger),
        column("cut", Boolean),
        name="gain",
    )
    .render_derived()
)
_GROW = (
    update(Run)
    .where(Run.id == _gain.c.id, Run.worker == bindparam("owner"), Run.status.in_(OWNED))
    .values(log_seq=_gain.c.seq, log_bytes=_gain.c.size, log_lines=_gain.c.lines, log_truncated=_gain.c.cut)
    .returning(Run.id)
    .execution_options(synchronize_session=False)
)
_ADD_FRAGMENTS = insert(Base.metadata.tables[LogFragment.__tablename__]).on_conflict_do_nothing()


class LogRepository:
    """Statements on an open session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(self, worker: str, appendices: Sequence[Appendix]) -> set[UUID]:
        """Append to the runs that `worker` still owns; the ids of those."""
        kept = set(
            self._session.scalars(
                _GROW,
                {
                    "owner": worker,
                    "ids": [str(each.run_id) for each in appendices],
                    "seqs": [each.last_seq for each in appendices],
                    "sizes": [each.total_bytes for each in appendices],
                    "lines": [each.total_lines for each in appendices],
                    "cuts": [each.truncated for each in appendices],
                },
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
            self._session.connection().execute(_ADD_FRAGMENTS, rows)
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
