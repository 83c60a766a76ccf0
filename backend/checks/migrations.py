"""Migrations on a throw-away PostgreSQL: from nothing to the newest, no difference to the models, one down, up again."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError

from dollarclub.entry.local.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres", password="throw-away", fast=True)  # noqa: S106
        server.start()
        try:
            config = Config(str(ROOT / "alembic.ini"))
            config.attributes["url"] = server.url
            command.upgrade(config, "head")
            command.check(config)
            command.downgrade(config, "-1")
            command.upgrade(config, "head")
            command.check(config)
        except CommandError as error:
            sys.exit(f"migrations: {error}")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
