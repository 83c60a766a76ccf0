"""A database for a command: the running instance's, an own server, or the embedded one started for the moment."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dollarclub.core.db import Database
    from dollarclub.entry.local.instance import Instance


class NotAvailable(Exception):
    """Something a command needs is not there; the message says what to do."""


@contextmanager
def reachable_database() -> Iterator["Instance"]:
    """The settings of this installation with a PostgreSQL that answers.

    An embedded server that is not running is started for the length of the command. Raises `NotAvailable` when nothing
    was ever set up.
    """
    from dollarclub.entry.local.instance import attach, hold

    instance = attach()
    if instance.postgres is None and "DATABASE_URL" not in instance.environment and not _has_address():
        raise NotAvailable("There is no database yet: start once with `make run`, or set DATABASE_URL.")
    if instance.postgres is None or instance.postgres.is_ready():
        yield instance
        return
    held = hold(instance.layout)
    try:
        instance.postgres.start()
        try:
            yield instance
        finally:
            instance.postgres.stop()
    finally:
        os.close(held)


@contextmanager
def database() -> Iterator["Database"]:
    """`Database` of this installation, ready for `transaction()`."""
    from dollarclub.core.db import Database
    from dollarclub.core.settings import load_settings

    with reachable_database():
        opened = Database.from_settings(load_settings().database)
        try:
            yield opened
        finally:
            opened.close()


def _has_address() -> bool:
    from dollarclub.core.settings import load_settings

    return bool(load_settings().database.url.get_secret_value())
