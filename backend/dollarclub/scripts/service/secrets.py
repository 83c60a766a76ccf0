"""An account's secret variables, and the packages that an installation allows."""

from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.orm import Session

from dollarclub.core.errors import NotFound
from dollarclub.core.outbox import emit
from dollarclub.core.security import Cipher
from dollarclub.scripts.events import secrets_changed
from dollarclub.scripts.repository.scripts import ScriptRepository
from dollarclub.scripts.rules.packages import DEFAULT_ALLOWED


def _context(account_id: UUID, name: str) -> str:
    return f"script-secret:{account_id}:{name}"


def put(session: Session, *, account_id: UUID, name: str, value: SecretStr, cipher: Cipher) -> None:
    """Keep a secret, encrypted for this account and name; an older value is gone."""
    ciphertext = cipher.encrypt(value.get_secret_value(), _context(account_id, name))
    ScriptRepository(session).put_secret(account_id, name, ciphertext)
    emit(session, secrets_changed(account_id))


def delete(session: Session, *, account_id: UUID, name: str) -> None:
    """Forget a secret; scripts that name it run without it."""
    if not ScriptRepository(session).delete_secret(account_id, name):
        raise NotFound("No such secret.", name=name)
    emit(session, secrets_changed(account_id))


def opened(account_id: UUID, ciphertexts: dict[str, bytes], cipher: Cipher) -> dict[str, str]:
    """The values of an account's secrets, for the environment of a run."""
    return {
        name: cipher.decrypt_text(sealed, _context(account_id, name)) for name, sealed in ciphertexts.items()
    }


def rotate(session: Session, cipher: Cipher) -> int:
    """Encrypt every stored secret under the newest ENCRYPTION_KEY; how many. Raises CannotDecrypt."""
    scripts = ScriptRepository(session)
    rows = scripts.all_secrets()
    for account_id, name, ciphertext in rows:
        scripts.replace_secret(account_id, name, cipher.rotate(ciphertext))
    return len(rows)


def seed_packages(session: Session) -> int:
    """Put the packages that most trading scripts use on an empty allow-list; how many were added."""
    scripts = ScriptRepository(session)
    return 0 if scripts.allowed() else scripts.allow(sorted(DEFAULT_ALLOWED))


def allowed_packages(session: Session) -> frozenset[str]:
    """Normalised names that scripts may use."""
    return ScriptRepository(session).allowed()


def allow_package(session: Session, *, name: str, note: str) -> str:
    """Put a package on the allow-list; its canonical name."""
    ScriptRepository(session).allow([name], note)
    return name


def disallow_package(session: Session, *, name: str) -> None:
    """Take a package off the allow-list; runs that need it fail before they start."""
    if not ScriptRepository(session).disallow(name):
        raise NotFound("No such package on the list.", name=name)
