"""Secrets that an installation makes for itself on its first start, kept in `DATA_DIR/secrets.env` with mode 0600."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

HEADER = "# Made on the first start. Whoever loses this file loses every stored secret: back it up with the database.\n"
DATABASE_PASSWORD = "EMBEDDED_DATABASE_PASSWORD"  # noqa: S105 (a name)
REDIS_PASSWORD = "EMBEDDED_REDIS_PASSWORD"  # noqa: S105 (a name)
PAPER_TOKEN = "EMBEDDED_PAPER_TOKEN"  # noqa: S105 (a name)


def fernet_key() -> str:
    """A fresh key in the form that `ENCRYPTION_KEY` wants."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def secret_key() -> str:
    """A fresh key in the form that `SECRET_KEY` wants."""
    return secrets.token_urlsafe(48)


APPLICATION: dict[str, Callable[[], str]] = {"SECRET_KEY": secret_key, "ENCRYPTION_KEY": fernet_key}
SERVERS: dict[str, Callable[[], str]] = {
    DATABASE_PASSWORD: lambda: secrets.token_hex(24),
    REDIS_PASSWORD: lambda: secrets.token_hex(24),
    PAPER_TOKEN: lambda: secrets.token_hex(24),
}


def read(path: Path) -> dict[str, str]:
    """What was generated so far; empty before the first start."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def complete(path: Path, makers: dict[str, Callable[[], str]]) -> dict[str, str]:
    """The stored secrets, with a fresh one made and stored for every name of `makers` that is missing.

    The caller holds the instance's lock.
    """
    stored = read(path)
    missing = [name for name in makers if not stored.get(name)]
    if not missing:
        path.chmod(0o600)
        return stored
    stored.update({name: makers[name]() for name in missing})
    write(path, stored)
    return stored


def write(path: Path, stored: dict[str, str]) -> None:
    """Replace the file as a whole: a power cut leaves the old or the new one."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as sink:
        sink.write(HEADER + "".join(f"{name}={value}\n" for name, value in stored.items()))
        sink.flush()
        os.fsync(sink.fileno())
    fresh.replace(path)
