"""`dollarclub prepare`: everything a database needs before the processes start."""

from dollarclub.entry.cli.db import bring_up_to_date
from dollarclub.entry.cli.output import JsonFlag, show
from dollarclub.entry.cli.session import database


def prepare(*, as_json: JsonFlag = False) -> None:
    """Migrate, make the first administrator of `INITIAL_SUPERUSER_*`, or show the one-time code that makes the first account."""
    from dollarclub.accounts import service
    from dollarclub.core.settings import load_settings
    from dollarclub.scripts.service.secrets import seed_packages

    with database() as db:
        bring_up_to_date()
        with db.transaction() as session:
            seed_packages(session)
            made = service.ensure_superuser(session, load_settings())
            code = service.ensure_setup_code(session)
    text = "The database is ready."
    if made is not None:
        text += f" Made the administrator {made.email}."
    if code is not None:
        text += f" The first account is made with the code {code}."
    show({"setup_code": code, "made_administrator": made.email if made else None}, text, as_json=as_json)
