"""`dollarclub backup` and `dollarclub restore`: the database, the keys that open it and the paper exchange, in one file."""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dollarclub.entry.cli.output import JsonFlag, YesFlag, confirm, show
from dollarclub.entry.cli.session import NotAvailable, reachable_database

if TYPE_CHECKING:
    from dollarclub.entry.local.instance import Instance

DUMP, KEYS, PAPER = "database.dump", "secrets.env", "paper.sqlite3"
PAPER_STATE = "exchange.sqlite3"
Folder = Annotated[Path, typer.Option(help="Folder for the backup, made when it is missing.")]
Keep = Annotated[
    int, typer.Option(min=0, help="Keep only this many newest backups of the folder; 0 keeps all.")
]
Archive = Annotated[Path, typer.Argument(help="A file that `dollarclub backup` made.")]


def backup(*, to: Folder = Path("backups"), keep: Keep = 0, as_json: JsonFlag = False) -> None:
    """Write the database, its keys and the paper exchange into one file that only the owner can read, also while all runs."""
    from dollarclub.kit.clock import utc_now

    folder = _callers(to)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"dollarclub-{utc_now():%Y%m%dT%H%M%SZ}.tar"
    partial = target.with_suffix(".partial")
    with reachable_database() as instance, tempfile.TemporaryDirectory(dir=folder) as scratch:
        dump, keys = Path(scratch) / DUMP, Path(scratch) / KEYS
        _postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        keys.write_text("".join(f"{name}={value}\n" for name, value in _keys_in_force().items()))
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as sink, tarfile.open(fileobj=sink, mode="w") as archive:
            archive.add(dump, DUMP)
            archive.add(keys, KEYS)
            if _copy_paper(instance.layout.paper / PAPER_STATE, Path(scratch) / PAPER):
                archive.add(Path(scratch) / PAPER, PAPER)
    partial.replace(target)
    removed = sorted(folder.glob("dollarclub-*.tar"))[:-keep] if keep else []
    for old in removed:
        old.unlink()
    facts = {"file": str(target), "bytes": target.stat().st_size, "removed": [str(path) for path in removed]}
    show(facts, f"Wrote {target}. It holds the keys of every stored secret: keep it safe.", as_json=as_json)


def restore(file: Archive, *, yes: YesFlag = False, as_json: JsonFlag = False) -> None:
    """Put a backup in the place of what the database holds now."""
    from dollarclub.entry.cli.db import bring_up_to_date, empty

    source = _callers(file)
    if not source.is_file():
        raise NotAvailable(f"There is no file {source}.")
    confirm("This replaces every account, script, order, run and log.", yes=yes, as_json=as_json)
    with reachable_database() as instance, tempfile.TemporaryDirectory() as scratch:
        running = instance.running()
        if running is not None:
            raise NotAvailable(f"DollarClub is running (pid {running['pid']}): stop it first.")
        if _is_locked(instance.layout.paper / "lock"):
            raise NotAvailable(f"A paper exchange is running on {instance.layout.paper}: stop it first.")
        _unpack(source, Path(scratch))
        empty()
        _postgres(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            f"{scratch}/{DUMP}",
        )
        bring_up_to_date()
        _take_paper(Path(scratch) / PAPER, instance.layout.paper / PAPER_STATE)
        note = _take_keys(instance, Path(scratch) / KEYS)
    show({"restored": str(source), "note": note}, f"Restored {source}. {note}".strip(), as_json=as_json)


def _unpack(source: Path, folder: Path) -> None:
    """Take out the members by name and nothing else; the paper exchange is in newer ones only, and not in all."""
    try:
        with tarfile.open(source) as archive:
            for name in (DUMP, KEYS, *({PAPER} & set(archive.getnames()))):
                member = archive.extractfile(name)
                if member is None:
                    raise NotAvailable(f"{source} is not a backup of DollarClub.")
                with member, (folder / name).open("wb") as sink:
                    shutil.copyfileobj(member, sink)
    except (tarfile.TarError, KeyError):
        raise NotAvailable(f"{source} is not a backup of DollarClub.") from None


def _copy_paper(state: Path, copy: Path) -> bool:
    """Copy the paper exchange's state as of one moment, while it may be running; whether there is any."""
    if not state.exists():
        return False
    with (
        contextlib.closing(sqlite3.connect(state, timeout=30)) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return True


def _is_locked(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _take_paper(copy: Path, state: Path) -> None:
    """Put a backup's paper exchange in the place of the present one, if the backup has one."""
    if not copy.exists():
        return
    from dollarclub.entry.local.layout import private_folder

    private_folder(state.parent)
    for left in ("-wal", "-shm"):
        state.with_name(state.name + left).unlink(missing_ok=True)
    shutil.copyfile(copy, state)
    state.chmod(0o600)


def _callers(path: Path) -> Path:
    return Path(os.environ.get("DOLLARCLUB_CALLER_FOLDER", os.getcwd())) / path.expanduser()


def _postgres(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on the database in force; the password stays out of the list of processes."""
    from dollarclub.core.db import database_url
    from dollarclub.core.settings import load_settings
    from dollarclub.entry.local.postgres import binary

    url = database_url(load_settings().database.url.get_secret_value()).set(drivername="postgresql")
    environment = {**os.environ, "PGPASSWORD": url.password or ""}
    address = url.set(password=None).render_as_string(hide_password=False)
    command = [binary(program), f"--dbname={address}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotAvailable(
            f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'no message'}"
        )


def _keys_in_force() -> dict[str, str]:
    from dollarclub.core.settings import load_settings

    security = load_settings().security
    return {
        "SECRET_KEY": security.secret_key.get_secret_value(),
        "ENCRYPTION_KEY": security.encryption_key.get_secret_value(),
    }


def _take_keys(instance: "Instance", path: Path) -> str:
    """Use the backup's keys where this installation makes its own; say what to set where a person set them."""
    from dollarclub.entry.local import keys

    theirs, ours = keys.read(path), _keys_in_force()
    if theirs == ours:
        return ""
    generated = keys.read(instance.layout.secrets)
    if all(instance.environment.get(name) == ours[name] and name in generated for name in ours):
        keys.write(instance.layout.secrets, {**generated, **theirs})
        return "Its keys replace those that this installation had made."
    return (
        f"Set SECRET_KEY and ENCRYPTION_KEY to those in {KEYS} of the backup, or stored secrets stay closed."
    )
