"""`dollarclub db`: bring the database's tables to this version, compare them, or empty them."""

import io
from typing import TYPE_CHECKING

import typer

from dollarclub.entry.cli.output import JsonFlag, YesFlag, confirm, show
from dollarclub.entry.cli.session import NotAvailable, reachable_database

if TYPE_CHECKING:
    from alembic.config import Config

app = typer.Typer(help="Bring the database to this version, check it, or empty it.", no_args_is_help=True)


def configuration() -> "Config":
    """Alembic's configuration of this project, silent."""
    from alembic.config import Config

    from dollarclub.entry.local.instance import project_root

    return Config(str(project_root() / "alembic.ini"), stdout=io.StringIO())


def versions() -> tuple[str | None, str | None]:
    """Revision of the database and newest revision of this version of the program."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine

    from dollarclub.core.db import database_url
    from dollarclub.core.settings import load_settings

    engine = create_engine(database_url(load_settings().database.url.get_secret_value()))
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return current, ScriptDirectory.from_config(configuration()).get_current_head()


def bring_up_to_date() -> tuple[str | None, str | None]:
    """Run the migrations that the reachable database lacks; returns where it was and where it is."""
    from alembic import command

    before, head = versions()
    if before != head:
        command.upgrade(configuration(), "head")
    return before, head


def empty() -> None:
    """Drop everything in the reachable database, tables and types alike."""
    from sqlalchemy import create_engine
    from sqlalchemy.schema import CreateSchema, DropSchema

    from dollarclub.core.db import database_url
    from dollarclub.core.settings import load_settings

    engine = create_engine(database_url(load_settings().database.url.get_secret_value()))
    with engine.begin() as connection:
        connection.execute(DropSchema("public", cascade=True, if_exists=True))
        connection.execute(CreateSchema("public"))
    engine.dispose()


@app.command()
def upgrade(*, as_json: JsonFlag = False) -> None:
    """Run every migration that the database lacks."""
    with reachable_database():
        before, head = bring_up_to_date()
    text = (
        f"The database is at {head}."
        if before == head
        else f"The database went from {before or 'empty'} to {head}."
    )
    show({"before": before, "head": head, "changed": before != head}, text, as_json=as_json)


@app.command()
def check(*, as_json: JsonFlag = False) -> None:
    """Say whether the database is at the newest migration and its tables are what the program expects."""
    from alembic import command
    from alembic.util.exc import CommandError

    with reachable_database():
        current, head = versions()
        difference = ""
        if current == head:
            try:
                command.check(configuration())
            except CommandError as error:
                difference = str(error)
    good = current == head and not difference
    text = f"The database is at {head} and agrees with the program."
    if current != head:
        text = f"The database is at {current or 'empty'}, the program at {head}: run `dollarclub db upgrade`."
    elif difference:
        text = difference
    show({"current": current, "head": head, "difference": difference, "ok": good}, text, as_json=as_json)
    if not good:
        raise typer.Exit(1)


@app.command()
def reset(*, yes: YesFlag = False, as_json: JsonFlag = False) -> None:
    """Delete every table with everything in it and create them anew."""
    confirm("This deletes every account, script, run and log.", yes=yes, as_json=as_json)
    with reachable_database() as instance:
        running = instance.running()
        if running is not None:
            raise NotAvailable(f"DollarClub is running (pid {running['pid']}): stop it first.")
        empty()
        _, head = bring_up_to_date()
    show({"head": head, "reset": True}, f"The database is empty and at {head}.", as_json=as_json)
