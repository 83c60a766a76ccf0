"""Passwords, signed tokens, API tokens and secrets at rest. Nothing here knows an account or a request."""

import hashlib
import hmac
import secrets
import struct
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from jose import JWTError, jwt
from passlib.context import CryptContext
from pydantic import SecretStr

from dollarclub.core.errors import Unauthenticated, Unavailable
from dollarclub.core.settings import SecuritySettings
from dollarclub.kit.clock import Clock

ISSUER = "dollarclub"
LONGEST_TOKEN = 4096

_HASHES_AT_ONCE = 2
_HASH_QUEUE_SECONDS = 10.0
_API_TOKEN_MARK = "dc"  # noqa: S105
_API_PREFIX_BYTES = 6
_API_SECRET_BYTES = 24

_hashing = threading.BoundedSemaphore(_HASHES_AT_ONCE)
_context = CryptContext(
    schemes=["argon2"],
    argon2__type="ID",
    argon2__memory_cost=19 * 1024,
    argon2__time_cost=2,
    argon2__parallelism=1,
)


class _HashTurn:
    """One of the few places where this process may hash, so that a flood of sign-ins cannot take all memory."""

    def __enter__(self) -> None:
        if not _hashing.acquire(timeout=_HASH_QUEUE_SECONDS):
            raise Unavailable("Too many people sign in at this moment; try again.", code="busy")

    def __exit__(self, *_: object) -> None:
        _hashing.release()


def hash_password(password: SecretStr) -> str:
    """An argon2id hash (19 MiB, two passes, one lane) in PHC form. Raises Unavailable after 10 s in the queue."""
    with _HashTurn():
        return _context.hash(password.get_secret_value())


def verify_password(password: SecretStr, stored: str | None) -> bool:
    """Whether `stored` is a hash of `password`; without a stored hash it costs the same time and is False."""
    dummy = _dummy_hash()
    with _HashTurn():
        matches = _context.verify(password.get_secret_value(), stored if stored is not None else dummy)
    return matches and stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return bool(_context.needs_update(stored))


@lru_cache(maxsize=1)
def _dummy_hash() -> str:
    return hash_password(SecretStr(secrets.token_urlsafe(32)))


class TokenKind(StrEnum):
    access = "access"
    refresh = "refresh"


@dataclass(frozen=True)
class Claims:
    """What a valid token says. `generation` counts the rotations of the session's refresh token."""

    account_id: UUID
    session_id: UUID
    generation: int
    expires_at: datetime


@dataclass(frozen=True)
class SignedToken:
    text: str
    expires_at: datetime


class Tokens:
    """Signs and reads the JWTs of sessions; each kind has a key of its own, derived from `SECRET_KEY`."""

    def __init__(self, settings: SecuritySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    def issue(self, kind: TokenKind, *, account_id: UUID, session_id: UUID, generation: int) -> SignedToken:
        """A token that starts now and lives as long as the settings say for its kind."""
        lifetime = (
            self._settings.access_lifetime if kind is TokenKind.access else self._settings.refresh_lifetime
        )
        issued_at = int(self._clock().timestamp())
        expires_at = issued_at + int(lifetime.total_seconds())
        claims = {
            "iss": ISSUER,
            "aud": f"{ISSUER}/{kind}",
            "sub": str(account_id),
            "sid": str(session_id),
            "gen": generation,
            "typ": str(kind),
            "jti": uuid4().hex,
            "iat": issued_at,
            "exp": expires_at,
        }
        text = jwt.encode(claims, self._key(kind), algorithm=self._settings.algorithm)
        return SignedToken(text, datetime.fromtimestamp(expires_at, UTC))

    def read(self, text: str, kind: TokenKind) -> Claims:
        """The claims of a token of this kind. Raises Unauthenticated for anything else, without saying why."""
        refused = Unauthenticated("The token is not valid or has ended; sign in again.", code="invalid_token")
        if len(text) > LONGEST_TOKEN:
            raise refused
        try:
            claims = jwt.decode(
                text,
                self._key(kind),
                algorithms=[self._settings.algorithm],
                audience=f"{ISSUER}/{kind}",
                issuer=ISSUER,
                # The moment is judged below, by the clock that is handed in.
                options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
            return self._checked(claims, kind)
        except (JWTError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise refused from error

    def _checked(self, claims: dict[str, Any], kind: TokenKind) -> Claims:
        if claims["typ"] != kind:
            raise ValueError("another kind of token")
        found = Claims(
            account_id=UUID(claims["sub"]),
            session_id=UUID(claims["sid"]),
            generation=int(claims["gen"]),
            expires_at=datetime.fromtimestamp(int(claims["exp"]), UTC),
        )
        if found.expires_at <= self._clock():
            raise ValueError("ended")
        return found

    def _key(self, kind: TokenKind) -> str:
        return derived_key(self._settings.secret_key.get_secret_value(), f"jwt/{kind}").hex()


@lru_cache(maxsize=32)
def derived_key(secret: str, purpose: str) -> bytes:
    """64 bytes for one purpose (HKDF-SHA256, RFC 5869); one leaked purpose tells nothing about another."""
    if not secret:
        raise ValueError("SECRET_KEY is not set.")
    return HKDF(algorithm=SHA256(), length=64, salt=None, info=f"dollarclub/{purpose}".encode()).derive(
        secret.encode()
    )


@dataclass(frozen=True)
class NewApiToken:
    """`text` is shown once; `prefix` finds the row, `digest` (32 bytes) proves the token."""

    text: str
    prefix: str
    digest: bytes


def new_api_token() -> NewApiToken:
    """A random token `dc_<12 hex>_<48 hex>`."""
    prefix = f"{_API_TOKEN_MARK}_{secrets.token_hex(_API_PREFIX_BYTES)}"
    text = f"{prefix}_{secrets.token_hex(_API_SECRET_BYTES)}"
    return NewApiToken(text, prefix, digest_of(text))


def api_token_prefix(text: str) -> str | None:
    """The part of an API token that finds its row; None when `text` does not look like one."""
    parts = text.split("_")
    if len(parts) != 3 or parts[0] != _API_TOKEN_MARK or len(parts[1]) != _API_PREFIX_BYTES * 2:
        return None
    return f"{parts[0]}_{parts[1]}" if text.isascii() and text.isprintable() else None


def digest_of(secret: str) -> bytes:
    """SHA-256 of a secret that is random enough not to need a slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def same_digest(secret: str, stored: bytes) -> bool:
    """Whether `stored` is the digest of `secret`, in constant time."""
    return hmac.compare_digest(digest_of(secret), stored)


class CannotDecrypt(Unavailable):
    """The ciphertext was made with a key that is gone, for another context, or was changed."""

    code = "cannot_decrypt"


class Cipher:
    """Encrypts secrets at rest; a ciphertext opens only in the context (whose, which) it was made for."""

    def __init__(self, encryption_key: SecretStr | str) -> None:
        """`encryption_key`: comma-separated Fernet keys, newest first. Raises ValueError when one is malformed."""
        raw = encryption_key.get_secret_value() if isinstance(encryption_key, SecretStr) else encryption_key
        keys = [part.strip() for part in raw.split(",") if part.strip()]
        if not keys:
            raise ValueError("ENCRYPTION_KEY is not set.")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, plain: str | bytes, context: str) -> bytes:
        """ASCII ciphertext of `plain` (text as UTF-8), bound to `context`, for example `secret:<account id>:<name>`."""
        content = plain.encode() if isinstance(plain, str) else plain
        bound = context.encode()
        return self._fernet.encrypt(struct.pack(">I", len(bound)) + bound + content)

    def decrypt(self, ciphertext: bytes | str, context: str) -> bytes:
        """What was encrypted in this context. Raises CannotDecrypt."""
        refused = CannotDecrypt("A stored secret cannot be opened with the configured ENCRYPTION_KEY.")
        try:
            envelope = self._fernet.decrypt(ciphertext)
        except InvalidToken as error:
            raise refused from error
        bound = context.encode()
        head = struct.pack(">I", len(bound)) + bound
        if not hmac.compare_digest(envelope[: len(head)], head):
            raise refused
        return envelope[len(head) :]

    def decrypt_text(self, ciphertext: bytes | str, context: str) -> str:
        """What was encrypted in this context, as text. Raises CannotDecrypt."""
        return self.decrypt(ciphertext, context).decode()

    def rotate(self, ciphertext: bytes | str) -> bytes:
        """The same secret under the newest key. Raises CannotDecrypt."""
        try:
            return self._fernet.rotate(ciphertext)
        except InvalidToken as error:
            raise CannotDecrypt(
                "A stored secret cannot be opened with the configured ENCRYPTION_KEY."
            ) from error
