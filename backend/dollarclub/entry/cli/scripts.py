"""`dollarclub scripts`: everybody's scripts from the command line, for the person who owns the machine."""

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from dollarclub.entry.cli.output import JsonFlag, YesFlag, confirm, show, table
from dollarclub.entry.cli.session import NotAvailable, database

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.orm import Session

    from dollarclub.core.db import Database
    from dollarclub.scripts.schemas import ScriptOut

app = typer.Typer(help="Look after everybody's scripts.", no_args_is_help=True)
User = Annotated[str, typer.Option(help="Only the scripts of the account with this e-mail address.")]
PAGE = 200
PATIENCE = 30.0


@app.command("list")
def list_scripts(*, user: User = "", as_json: JsonFlag = False) -> None:
    """List scripts with their owner and the state of their latest run."""
    with database() as db, db.transaction() as session:
        found = [(email, script) for email, _, script in _everybodys(session, user)]
    rows: list[list[object]] = [
        [script.name, email, script.version, script.status, f"{script.updated_at:%Y-%m-%d %H:%M}", script.id]
        for email, script in found
    ]
    facts = {"scripts": [{"owner": email, **script.model_dump(mode="json")} for email, script in found]}
    show(facts, table(["name", "owner", "version", "state", "changed", "id"], rows), as_json=as_json)


@app.command()
def diagnose(
    *,
    repair: Annotated[bool, typer.Option("--repair", help="End the runs whose worker is gone.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Find runs whose worker is gone and queues that nobody serves; exit code 1 when something is left to do."""
    from dollarclub.core import presence
    from dollarclub.scripts.queries.monitor import monitor
    from dollarclub.scripts.service import runs

    with database() as db:
        with db.transaction() as session:
            orphans = runs.sweep(session, worker=presence.this_process("cli", {}), expired_before=_now())
            if not repair:
                session.rollback()
        with db.transaction() as session:
            state = monitor(session, account_id=None, now=_now(), queues={}, concurrent_limit=0)
    alive = sum(worker.alive and worker.kind == "scripts" for worker in state.workers)
    problems = []
    if orphans and not repair:
        problems.append(f"{len(orphans)} runs have lost their worker: repeat with --repair.")
    if not alive:
        problems.append(
            f"No worker for scripts is alive; {state.queued} runs wait. Look at `dollarclub doctor`."
        )
    lines = [f"{count} {name}" for name, count in state.by_status.items() if count] or ["There are no runs."]
    lines.append(f"{alive} workers for scripts are alive.")
    if repair:
        lines.append(f"Ended {len(orphans)} runs whose worker was gone.")
    facts = {
        "runs": state.by_status,
        "workers_alive": alive,
        "orphans": orphans,
        "repaired": repair,
        "problems": problems,
    }
    show(facts, "\n".join([*lines, *problems]), as_json=as_json)
    if problems:
        raise typer.Exit(1)


@app.command()
def reset(*, user: User = "", yes: YesFlag = False, as_json: JsonFlag = False) -> None:
    """Stop every run and delete every script; finished runs and their logs stay until retention takes them."""
    from dollarclub.scripts.service import scripts

    confirm(f"This stops and deletes every script of {user or 'everybody'}.", yes=yes, as_json=as_json)
    with database() as db:
        stopped = _stop_all(db, user)
        with db.transaction() as session:
            found = [(owner, script.id) for _, owner, script in _everybodys(session, user)]
            for owner, script_id in found:
                scripts.archive(session, account_id=owner, script_id=script_id)
    text = f"Stopped {stopped} runs and deleted {len(found)} scripts."
    show({"stopped": stopped, "deleted": len(found)}, text, as_json=as_json)


@app.command("purge-logs")
def purge_logs(
    *,
    older_than: Annotated[int, typer.Option(min=0, help="Days; 0 leaves age out of it.")] = 30,
    keep: Annotated[
        int, typer.Option(min=0, help="Newest runs of each script; 0 leaves number out of it.")
    ] = 0,
    yes: YesFlag = False,
    as_json: JsonFlag = False,
) -> None:
    """Delete the logs of old runs; the runs themselves stay."""
    from dollarclub.scripts import flows

    confirm("This deletes the logs of old runs.", yes=yes, as_json=as_json)
    with database() as db:
        count = flows.forget_logs(db, days=older_than, newest_runs=keep)
    show({"deleted": count}, f"Deleted the logs of {count} runs.", as_json=as_json)


def _now() -> "datetime":
    from dollarclub.kit.clock import utc_now

    return utc_now()


def _everybodys(session: "Session", user: str) -> "Iterator[tuple[str, UUID, ScriptOut]]":
    """E-mail address and id of the owner with each script, page by page."""
    from dollarclub.accounts.queries import accounts_page
    from dollarclub.accounts.rules import normal_email
    from dollarclub.scripts.queries.scripts import list_scripts as scripts_page

    wanted, known, first = normal_email(user), False, 0
    while (accounts := accounts_page(session, q=wanted, limit=PAGE, offset=first)).items:
        first += PAGE
        for account in accounts.items:
            if wanted and account.email != wanted:
                continue
            known, offset = True, 0
            while (scripts := scripts_page(session, account_id=account.id, limit=PAGE, offset=offset)).items:
                offset += PAGE
                yield from ((account.email, account.id, script) for script in scripts.items)
    if wanted and not known:
        raise NotAvailable(f"There is no account {user}.")


def _stop_all(db: "Database", user: str) -> int:
    """Ask every active run to stop and wait until all have ended; how many there were."""
    from dollarclub.core.errors import Conflict
    from dollarclub.scripts.queries.runs import list_runs
    from dollarclub.scripts.rules.states import ACTIVE
    from dollarclub.scripts.service import runs

    asked: set[UUID] = set()
    deadline = time.monotonic() + PATIENCE
    while True:
        with db.transaction() as session:
            active = [
                (owner, run.id)
                for owner, script_id in [
                    (owner, script.id) for _, owner, script in _everybodys(session, user)
                ]
                for run in list_runs(
                    session, account_id=owner, script_id=script_id, statuses=list(ACTIVE), limit=PAGE
                ).items
            ]
            for owner, run_id in active:
                if run_id not in asked:
                    with contextlib.suppress(Conflict):  # it ended meanwhile
                        runs.cancel(session, account_id=owner, run_id=run_id)
                    asked.add(run_id)
        if not active:
            return len(asked)
        if time.monotonic() > deadline:
            raise NotAvailable(
                f"{len(active)} runs do not end; is a worker alive? See `dollarclub scripts diagnose`."
            )
        time.sleep(0.1)
