"""How tokens and secrets of strategies are made, found and kept."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from dollarclub.core.security import Cipher, digest_of

_BYTES = 24


@dataclass(frozen=True)
class Sealed:
    """SHA-256 by which a text is found or proven, and its ciphertext."""

    digest: bytes
    ciphertext: bytes


def token_context(strategy_id: UUID) -> str:
    return f"strategy-token:{strategy_id}"


def secret_context(strategy_id: UUID) -> str:
    return f"strategy-secret:{strategy_id}"


def new_sealed(cipher: Cipher, context: str) -> Sealed:
    """A fresh random text of 32 URL-safe characters, sealed for `context`."""
    text = secrets.token_urlsafe(_BYTES)
    return Sealed(digest_of(text), cipher.encrypt(text, context))
