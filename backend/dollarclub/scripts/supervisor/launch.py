"""From a claimed run to a process: packages, imports, environment variables, the sandbox's order."""

from dataclasses import dataclass
from pathlib import Path

from dollarclub.scripts.environments import Environment
from dollarclub.scripts.rules.imports import explain_missing, missing_imports
from dollarclub.scripts.rules.packages import Requirement, check_allowed, parse_requirements
from dollarclub.scripts.rules.problems import ScriptProblem
from dollarclub.scripts.sandbox.spec import Limits, SandboxSpec
from dollarclub.scripts.supervisor.supervised import Job

SCRIPT_NAME = "script.py"
BASE_VARIABLES = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@dataclass(frozen=True)
class CannotStart(Exception):
    """Why a run ends before its first statement: a stable code, a sentence, and more for the log."""

    code: str
    message: str
    details: str = ""


def requirements_of(job: Job) -> tuple[Requirement, ...]:
    """The packages that the run needs, all of them allowed."""
    try:
        wanted = parse_requirements(job.row.settings["packages"])
        check_allowed(wanted, job.allowed_packages)
    except ScriptProblem as problem:
        raise CannotStart(problem.code, problem.message) from problem
    return wanted


def refuse_missing_imports(job: Job, environment: Environment) -> None:
    """Name the packages that the script imports and nothing provides."""
    missing = missing_imports(job.row.imports, environment.provided, job.allowed_packages)
    if missing:
        names = ", ".join(each.import_name for each in missing)
        raise CannotStart("missing_packages", f"Not installed: {names}.", explain_missing(missing))


def spec_of(job: Job, environment: Environment, slot: int) -> SandboxSpec:
    """What the sandbox is asked to run."""
    python_folder = str(Path(environment.python).parent)
    variables = {
        **BASE_VARIABLES,
        "PATH": f"{python_folder}:{BASE_VARIABLES['PATH']}",
        "VIRTUAL_ENV": str(environment.path),
        "DOLLARCLUB_RUN_ID": str(job.run_id),
        **job.secrets,
    }
    limits = job.limits
    return SandboxSpec(
        argv=(str(environment.python), "-u", SCRIPT_NAME),
        files={SCRIPT_NAME: job.row.content},
        read_only=environment.read_only,
        environment=variables,
        network=job.row.settings["network"],
        limits=Limits(
            memory_bytes=limits["memory_bytes"],
            processes=limits["processes"],
            open_files=limits["open_files"],
            scratch_bytes=limits["scratch_bytes"],
            cpu_seconds=limits["cpu_seconds"],
        ),
        slot=slot,
    )
