"""`dollarclub env`: make a first `.env`, and say what is wrong with the settings in force."""

import os
import re
from pathlib import Path
from typing import Annotated

import typer

from dollarclub.entry.cli.output import JsonFlag, confirm, show

app = typer.Typer(help="Make and check the settings of this installation.", no_args_is_help=True)
Force = Annotated[
    bool,
    typer.Option("--yes", help="Replace an existing .env without asking (the old one is kept as .env.old)."),
]


@app.command()
def init(*, yes: Force = False, as_json: JsonFlag = False) -> None:
    """Write `.env` from `.env.example` with fresh secrets, readable by its owner only."""
    from dollarclub.entry.local import keys
    from dollarclub.entry.local.instance import project_root

    target, sample = project_root() / ".env", project_root() / ".env.example"
    if target.exists():
        confirm(
            f"{target} exists; its secrets open what is stored, so replacing it loses that.",
            yes=yes,
            as_json=as_json,
        )
        target.replace(target.with_name(".env.old"))
    text = sample.read_text()
    for name, make in keys.APPLICATION.items():
        text = re.sub(rf"(?m)^#? ?{name}=.*$", f"{name}={make()}", text)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as sink:
        sink.write(text)
    show(
        {"written": str(target)},
        f"Wrote {target}; look through it and start with `make run`.",
        as_json=as_json,
    )


@app.command()
def check(*, as_json: JsonFlag = False) -> None:
    """Say which settings keep this installation from starting."""
    from dollarclub.core.settings import load_settings
    from dollarclub.entry.local.instance import attach

    attach()
    settings = load_settings()
    problems = settings.problems()
    if not settings.is_production:
        made_on_start = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ENCRYPTION_KEY")
        problems = [
            line
            for line in problems
            if not (line.endswith("is not set.") and line.split()[0] in made_on_start)
        ]
    problems += _readable_by_others(Path(".env"))
    text = "\n".join(problems) or "The settings are fine."
    show({"ok": not problems, "stage": settings.server.stage, "problems": problems}, text, as_json=as_json)
    if problems:
        raise typer.Exit(1)


@app.command()
def reencrypt(*, as_json: JsonFlag = False) -> None:
    """Encrypt everything stored under the first key of ENCRYPTION_KEY, so that the keys behind it can be removed.

    To change the key: put a fresh one and a comma in front of the old one, restart everything, run this, remove the old
    one, restart again. Backups made before need the old key.
    """
    from dollarclub.core.security import Cipher
    from dollarclub.core.settings import load_settings
    from dollarclub.entry.cli.session import database
    from dollarclub.entry.stored_secrets import reencrypt_all

    with database() as db:
        counts = reencrypt_all(db, Cipher(load_settings().security.encryption_key))
    done = ", ".join(f"{count} {what}" for what, count in counts.items())
    show({"reencrypted": counts}, f"Under the first key now: {done}.", as_json=as_json)


def _readable_by_others(path: Path) -> list[str]:
    if path.exists() and path.stat().st_mode & 0o077:
        return [f"{path.absolute()} is readable by others: chmod 600 {path}."]
    return []
