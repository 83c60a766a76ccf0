"""Everything that is kept encrypted, for the change of ENCRYPTION_KEY."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from dollarclub.core.db import Database
from dollarclub.core.security import Cipher
from dollarclub.scripts.service import secrets
from dollarclub.signals.service import strategies
from dollarclub.vault import service as vault

STORED: Mapping[str, Callable[[Session, Cipher], int]] = {
    "secrets of scripts": secrets.rotate,
    "exchange keys": vault.rotate,
    "webhooks": strategies.rotate,
}


def reencrypt_all(db: Database, cipher: Cipher) -> dict[str, int]:
    """Encrypt everything under the newest key, all or nothing; how many of each kind. Raises CannotDecrypt."""
    with db.transaction() as session:
        return {what: rotate(session, cipher) for what, rotate in STORED.items()}
