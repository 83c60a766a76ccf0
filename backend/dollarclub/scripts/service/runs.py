"""Queueing, cancelling, claiming and ending runs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from dollarclub.accounts import service as accounts
from dollarclub.core import presence
from dollarclub.core.bus import ChannelNudge, TaskNudge, nudge
from dollarclub.core.errors import Conflict, NotFound
from dollarclub.core.outbox import emit
from dollarclub.kit.ids import new_id
from dollarclub.scripts.events import CONTROL_CHANNEL, LOG_CHANNEL, START_TASK, run_changed
from dollarclub.scripts.repository.logs import Appendix, LogRepository
from dollarclub.scripts.repository.runs import Change, ClaimedRow, RunFacts, RunRepository
from dollarclub.scripts.repository.scripts import ScriptRepository
from dollarclub.scripts.rules.limits import RunLimits, effective
from dollarclub.scripts.rules.states import FINAL, RunStatus

LOST = "The worker that ran this script died or lost its connection for too long, so the script was ended."
LOST_WITH_PROCESS = "The worker process that ran this script has died, and the script with it."


@dataclass(frozen=True)
class RunEnding:
    """How a run ended: its final state and the columns that go with it."""

    run_id: UUID
    status: RunStatus
    facts: RunFacts


def enqueue(session: Session, *, account_id: UUID, script_id: UUID, bounds: RunLimits, grace: float) -> UUID:
    """Queue a run of the script's current version and nudge a worker; the run's id.

    `grace` is how many seconds it will have to end itself when it is stopped.
    """
    scripts = ScriptRepository(session)
    script = scripts.locked(script_id, account_id)
    if script is None:
        raise NotFound("No such script.", script_id=script_id)
    version = scripts.version(script_id, script.version)
    assert version is not None
    wished = script.settings
    settings = {
        "network": wished.get("network", True),
        "packages": sorted({*version.requirements, *wished.get("packages", [])}),
        "secrets": wished.get("secrets", []),
        "grace_seconds": grace,
        "limits": effective(wished.get("limits") or {}, bounds).as_json(),
    }
    run_id = new_id()
    queued = RunRepository(session).enqueue(
        run_id=run_id,
        account_id=account_id,
        script_id=script_id,
        version_id=version.id,
        parallel=bool(wished.get("allow_parallel", False)),
        settings=settings,
    )
    if not queued:
        raise Conflict(
            "A run of this script is already active; stop it first or allow parallel runs in the script's settings.",
            code="already_active",
            script_id=script_id,
        )
    emit(session, run_changed(account_id, run_id))
    nudge(session, ChannelNudge(CONTROL_CHANNEL, {"queued": str(run_id)}), TaskNudge(START_TASK, run_id))
    return run_id


def cancel(session: Session, *, account_id: UUID, run_id: UUID) -> None:
    """Cancel a queued run, or ask the owner of a started one to end it. Asking again is harmless."""
    runs = RunRepository(session)
    run = runs.locked(run_id, account_id)
    if run is None:
        raise NotFound("No such run.", run_id=run_id)
    if run.status in FINAL:
        raise Conflict(f"The run has already ended ({run.status}).", code="already_ended", run_id=run_id)
    if run.status is RunStatus.cancelling:
        return
    if run.status is RunStatus.queued:
        runs.cancel_queued(run_id, "Cancelled while it waited in the queue.")
    else:
        runs.request_cancel(run_id)
        nudge(session, ChannelNudge(CONTROL_CHANNEL, {"cancelling": str(run_id)}))
    emit(session, run_changed(account_id, run_id))


def cancel_current(session: Session, *, account_id: UUID, script_id: UUID) -> UUID:
    """Cancel the script's newest active run; its id."""
    if ScriptRepository(session).locked(script_id, account_id) is None:
        raise NotFound("No such script.", script_id=script_id)
    active = RunRepository(session).active_of(script_id, account_id)
    if not active:
        raise Conflict("No run of this script is active.", code="not_active", script_id=script_id)
    cancel(session, account_id=account_id, run_id=active[0])
    return active[0]


def claim(
    session: Session, *, worker: str, lease: timedelta, per_account: int, capacity: int
) -> list[ClaimedRow]:
    """Take queued runs of the account whose turn it is; empty when there is nothing to take.

    The account's row is locked while its running ones are counted, so two workers never exceed its limit together.
    """
    runs = RunRepository(session)
    account_id = runs.account_next_in_queue(per_account) if capacity > 0 else None
    if account_id is None:
        return []
    accounts.lock_account(session, account_id)
    room = min(capacity, per_account - runs.owned_count(account_id))
    claimed = runs.claim(account_id, worker, lease, room) if room > 0 else []
    _tell(session, [Change(row.run_id, row.account_id) for row in claimed])
    return claimed


def secrets_for(session: Session, row: ClaimedRow) -> dict[str, bytes]:
    """Ciphertexts of the secrets that a run is to see, by name."""
    return ScriptRepository(session).secrets(row.account_id, row.settings.get("secrets", []))


def store_progress(
    session: Session,
    *,
    worker: str,
    appendices: Sequence[Appendix],
    started: Mapping[UUID, str],
    endings: Sequence[RunEnding],
) -> set[UUID]:
    """Store what the runs of `worker` printed, which programs started (in which sandbox), and which runs ended.

    All in one transaction, the log before the end: a run is final only when its log is readable to the end. Doing it
    twice is the same as once. Returns the runs among `appendices` that `worker` still owns.
    """
    runs = RunRepository(session)
    kept = LogRepository(session).append(worker, appendices) if appendices else set()
    changes = [
        change for run_id, tier in started.items() for change in runs.mark_running(run_id, worker, tier)
    ]
    ended = [
        change for each in endings for change in runs.finish(each.run_id, worker, each.status, each.facts)
    ]
    _wake_readers(session, kept | {change.run_id for change in ended})
    if ended:
        nudge(session, TaskNudge(START_TASK, ended[0].run_id))
    _tell(session, changes + ended)
    return kept


def renew(session: Session, *, worker: str, lease: timedelta) -> tuple[set[UUID], datetime]:
    """Renew the leases of `worker`; the ids that it still owns, and the time by the clock that leases run by."""
    runs = RunRepository(session)
    return runs.renew(worker, lease), runs.now()


def claimed(session: Session, run_ids: Collection[UUID]) -> list[ClaimedRow]:
    """Runs that the caller claimed without learning it, since the answer to its commit was lost."""
    return RunRepository(session).claimed(run_ids)


def flags(session: Session, *, worker: str, per_account: int) -> tuple[list[UUID], bool]:
    """Own runs that are to be cancelled, and whether a queued run could be claimed."""
    return RunRepository(session).flags(worker, per_account)


def sweep(
    session: Session, *, worker: presence.WorkerIdentity, expired_before: datetime | None
) -> list[UUID]:
    """End the runs of dead workers: at once where the process is seen to be gone, else by leases that had run out then.

    The time is given, because a database that hangs and comes back would find every lease to have run out.
    """
    runs = RunRepository(session)
    dead = presence.dead_neighbours(session, worker)
    changes = runs.lose_of(dead, LOST_WITH_PROCESS) if dead else []
    for worker_id in dead:
        presence.leave(session, worker_id)
    if expired_before is not None:
        changes += runs.lose_expired(LOST, expired_before)
    _wake_readers(session, {change.run_id for change in changes})
    _tell(session, changes)
    return [change.run_id for change in changes]


def forget_logs(session: Session, *, older_than: timedelta, newest_runs: int, limit: int) -> int:
    """Delete logs of up to `limit` ended runs that retention no longer keeps; how many."""
    return LogRepository(session).forget(older_than=older_than, newest_runs=newest_runs, limit=limit)


def _wake_readers(session: Session, run_ids: Collection[UUID]) -> None:
    """Tell whoever follows the logs of these runs that there is news, in one message."""
    if run_ids:
        nudge(session, ChannelNudge(LOG_CHANNEL, {"runs": ",".join(str(run_id) for run_id in run_ids)}))


def _tell(session: Session, changes: Sequence[Change]) -> None:
    emit(session, *(run_changed(change.account_id, change.run_id) for change in changes))
