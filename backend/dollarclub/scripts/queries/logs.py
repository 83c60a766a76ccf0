"""Reading a run's log: raw fragments, text fragments, pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from dollarclub.core.db import Database
from dollarclub.scripts.models import LogFragment, Run
from dollarclub.scripts.rules.states import FINAL
from dollarclub.scripts.schemas import LogFragmentOut, LogPageOut, Stream

STREAMS = {1: Stream.stdout, 2: Stream.stderr, 3: Stream.system}
PAGE_BYTES = 1024**2
RAW_ROWS = 32


@dataclass(frozen=True)
class LogHead:
    """Where a log ends at the moment, and whether it will grow no more."""

    last_seq: int
    complete: bool


def _text(row: LogFragment) -> LogFragmentOut:
    return LogFragmentOut(
        seq=row.seq,
        stream=STREAMS[row.stream],
        at=row.at,
        text=row.content.decode("utf-8", errors="replace"),
        ends_line=row.ends_line,
        lines_before=row.lines_before,
    )


def head(session: Session, *, account_id: UUID, run_id: UUID) -> LogHead | None:
    """The state of a run's log, None for a run that is not the account's."""
    row = session.execute(
        select(Run.log_seq, Run.status).where(Run.id == run_id, Run.account_id == account_id)
    ).first()
    return LogHead(row[0], row[1] in FINAL) if row else None


def _within(rows: Sequence[LogFragment], budget: int) -> list[LogFragment]:
    taken: list[LogFragment] = []
    for row in rows:
        budget -= len(row.content)
        if taken and budget < 0:
            break
        taken.append(row)
    return taken


def page(
    session: Session,
    *,
    account_id: UUID,
    run_id: UUID,
    after: int | None = None,
    before: int | None = None,
    limit: int = 100,
) -> LogPageOut | None:
    """Fragments later than `after`, or else the last ones earlier than `before` (None: the end), about 1 MiB at most."""
    found = head(session, account_id=account_id, run_id=run_id)
    if found is None:
        return None
    query = (
        select(LogFragment)
        .where(LogFragment.run_id == run_id, LogFragment.seq <= found.last_seq)
        .limit(limit)
    )
    if after is not None:
        rows = session.scalars(query.where(LogFragment.seq > after).order_by(LogFragment.seq)).all()
        chosen = _within(rows, PAGE_BYTES)
    else:
        if before is not None:
            query = query.where(LogFragment.seq < before)
        rows = session.scalars(query.order_by(LogFragment.seq.desc())).all()
        chosen = _within(rows, PAGE_BYTES)[::-1]
    return LogPageOut(
        run_id=run_id, items=[_text(row) for row in chosen], last_seq=found.last_seq, complete=found.complete
    )


def raw(db: Database, *, account_id: UUID, run_id: UUID) -> Iterator[bytes]:
    """The log's stored bytes from first to last, read a few fragments at a time in transactions of their own."""
    after = 0
    while True:
        with db.transaction() as session:
            rows = session.execute(
                select(LogFragment.seq, LogFragment.content)
                .join(Run, Run.id == LogFragment.run_id)
                .where(LogFragment.run_id == run_id, Run.account_id == account_id, LogFragment.seq > after)
                .order_by(LogFragment.seq)
                .limit(RAW_ROWS)
            ).all()
        if not rows:
            return
        for seq, content in rows:
            yield content
            after = seq
