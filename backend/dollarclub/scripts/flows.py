"""Steps of the scripts domain with slow work between short transactions."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from dollarclub.core.db import Database
from dollarclub.core.errors import DomainError, Invalid, TooLarge
from dollarclub.core.settings import ScriptSettings as ScriptDefaults
from dollarclub.scripts.inspection import Inspection, inspect_source
from dollarclub.scripts.rules.imports import missing_imports
from dollarclub.scripts.rules.limits import RunLimits
from dollarclub.scripts.rules.packages import check_allowed, parse_requirements, resolve_requirements
from dollarclub.scripts.rules.problems import ScriptProblem
from dollarclub.scripts.rules.source import clean_filename
from dollarclub.scripts.schemas import ScriptSettings
from dollarclub.scripts.service import runs, scripts, secrets

RUNS_FORGOTTEN_AT_ONCE = 50


def as_domain_error(problem: ScriptProblem) -> DomainError:
    """A fault of a script in the words of the API."""
    kind = TooLarge if problem.code == "too_large" else Invalid
    return kind(problem.message, code=problem.code, **problem.facts())


def bounds(defaults: ScriptDefaults) -> RunLimits:
    """The installation's limits of a run."""
    return RunLimits(
        max_execution_time=defaults.max_execution_time,
        cpu_seconds=defaults.run_cpu_seconds,
        memory_bytes=defaults.run_memory_bytes,
        processes=defaults.run_processes,
        open_files=defaults.run_open_files,
        scratch_bytes=defaults.run_scratch_bytes,
    )


def inspect(content: bytes, *, max_bytes: int) -> Inspection:
    """Check a file before anything is kept of it; blocks for about 0.1 s, so no transaction may be open."""
    try:
        return inspect_source(content, max_bytes=max_bytes)
    except ScriptProblem as problem:
        raise as_domain_error(problem) from problem


def upload(db: Database, *, account_id: UUID, filename: str, content: bytes, max_bytes: int) -> UUID:
    """Check an uploaded file and keep it as a new script; its id."""
    try:
        name = clean_filename(filename)
    except ScriptProblem as problem:
        raise as_domain_error(problem) from problem
    inspected = inspect(content, max_bytes=max_bytes)
    with db.transaction() as session:
        return scripts.create(session, account_id=account_id, name=name, content=content, inspected=inspected)


def save(
    db: Database, *, account_id: UUID, script_id: UUID, content: bytes, based_on: int | None, max_bytes: int
) -> int:
    """Check an edited source and keep it as the newest version; its number."""
    inspected = inspect(content, max_bytes=max_bytes)
    with db.transaction() as session:
        return scripts.add_version(
            session,
            account_id=account_id,
            script_id=script_id,
            content=content,
            inspected=inspected,
            based_on=based_on,
        )


def configure(db: Database, *, account_id: UUID, script_id: UUID, settings: ScriptSettings) -> None:
    """Check the packages of a script's settings against the allow-list and keep the settings."""
    with db.transaction() as session:
        try:
            wanted = parse_requirements(settings.packages)
            check_allowed(wanted, secrets.allowed_packages(session))
        except ScriptProblem as problem:
            raise as_domain_error(problem) from problem
        scripts.configure(session, account_id=account_id, script_id=script_id, settings=settings)


def warnings(
    imports: Iterable[str], requirements: Iterable[str], settings: ScriptSettings, allowed: frozenset[str]
) -> list[str]:
    """What would keep a version from starting, in sentences; a script that declares packages is not second-guessed."""
    try:
        wanted = resolve_requirements(parse_requirements(requirements), parse_requirements(settings.packages))
        check_allowed(wanted, allowed)
    except ScriptProblem as problem:
        return [problem.message]
    if wanted:
        return []
    return [missing.message for missing in missing_imports(imports, frozenset(), allowed)]


def forget_logs(db: Database, *, days: int, newest_runs: int) -> int:
    """Delete logs older than `days` and beyond the `newest_runs` of a script (0: no such rule); how many runs' logs."""
    forgotten = 0
    while True:
        with db.transaction() as session:
            count = runs.forget_logs(
                session,
                older_than=timedelta(days=days),
                newest_runs=newest_runs,
                limit=RUNS_FORGOTTEN_AT_ONCE,
            )
        forgotten += count
        if count < RUNS_FORGOTTEN_AT_ONCE:
            return forgotten
