"""The command line: where every command is registered and every known failure becomes one line."""

import os
import sys
from pathlib import Path

import typer

from dollarclub.entry.cli import (
    backup,
    checks,
    db,
    environment,
    openapi,
    paper,
    prepare,
    running,
    scripts,
    selftest,
    users,
)
from dollarclub.entry.cli.output import complain

app = typer.Typer(
    name="dollarclub",
    help="DollarClub: one self-hosted platform for automated trading.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(running.up)
app.command()(checks.doctor)
app.command()(selftest.selftest)
app.command()(prepare.prepare)
app.command()(backup.backup)
app.command()(backup.restore)
app.command()(openapi.openapi)
app.add_typer(db.app, name="db")
app.add_typer(environment.app, name="env")
app.add_typer(users.app, name="users")
app.add_typer(scripts.app, name="scripts")
app.add_typer(paper.app, name="paper")

# Failures that explain themselves; anything else is a defect and keeps its traceback.
EXPLAINED = {
    "CannotStart",
    "InstanceInUse",
    "PostgresFailed",
    "RedisFailed",
    "PaperFailed",
    "UnsafeFolder",
    "DomainError",
    "NotAvailable",
    "OperationalError",
    "PermissionError",
}


def main() -> None:
    """Run the command line from any folder; a relative `DATA_DIR` means relative to the caller's."""
    _settle_in_project()
    try:
        app()
    except Exception as error:
        if not EXPLAINED.intersection(
            kind.__name__ for kind in type(error).__mro__
        ) and not _is_settings_error(error):
            raise
        as_json = "--json" in sys.argv
        complain(_one_line(error), code=getattr(error, "code", type(error).__name__), as_json=as_json)
        sys.exit(1)


def _settle_in_project() -> None:
    checkout = Path(__file__).resolve().parents[4]
    if not (checkout / "alembic.ini").exists():
        return
    if os.environ.get("DATA_DIR"):
        os.environ["DATA_DIR"] = str(Path(os.environ["DATA_DIR"]).expanduser().absolute())
    os.environ.setdefault("DOLLARCLUB_CALLER_FOLDER", os.getcwd())
    os.chdir(checkout)


def _is_settings_error(error: Exception) -> bool:
    return type(error).__name__ in ("ValidationError", "SettingsError")


def _one_line(error: Exception) -> str:
    if type(error).__name__ == "ValidationError":
        problems = error.errors()  # type: ignore[attr-defined]
        return "; ".join(f"{'.'.join(map(str, p['loc'])).upper()}: {p['msg']}" for p in problems)
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
