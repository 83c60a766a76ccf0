"""How the secret part of a key is kept: one encrypted JSON document, bound to the key's id."""

import json
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr

from dollarclub.core.security import Cipher


@dataclass(frozen=True)
class Secrets:
    """What a venue gave: the key's name, its secret and, at some venues, a passphrase."""

    key: SecretStr
    secret: SecretStr
    passphrase: SecretStr | None = None


def sealed(secrets: Secrets, key_id: UUID, cipher: Cipher) -> bytes:
    """Ciphertext that opens for this key's row only."""
    passphrase = secrets.passphrase.get_secret_value() if secrets.passphrase is not None else None
    content = {
        "key": secrets.key.get_secret_value(),
        "secret": secrets.secret.get_secret_value(),
        "passphrase": passphrase,
    }
    return cipher.encrypt(json.dumps(content), _context(key_id))


def opened(ciphertext: bytes, key_id: UUID, cipher: Cipher) -> Secrets:
    """What was sealed for this key. Raises CannotDecrypt."""
    content = json.loads(cipher.decrypt_text(ciphertext, _context(key_id)))
    passphrase = content["passphrase"]
    return Secrets(
        key=SecretStr(content["key"]),
        secret=SecretStr(content["secret"]),
        passphrase=SecretStr(passphrase) if passphrase is not None else None,
    )


def mask_of(key: SecretStr) -> str:
    """What a person recognises a key by: `****A4B1`."""
    return f"****{key.get_secret_value()[-4:]}"


def _context(key_id: UUID) -> str:
    return f"exchange-key:{key_id}"
