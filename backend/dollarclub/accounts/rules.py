"""What decides about accounts and sign-in, free of storage and of HTTP."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

ROTATION_GRACE = timedelta(seconds=10)
TOKEN_USE_STEP = timedelta(minutes=1)
SETUP_CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Role(StrEnum):
    """What an account may do: a viewer only reads, a trader also acts, an admin also manages accounts."""

    admin = "admin"
    trader = "trader"
    viewer = "viewer"


class Scope(StrEnum):
    """What an API token may do, never more than its account's role."""

    read = "read"
    write = "write"


ALL_SCOPES = frozenset(Scope)


class Rotation(StrEnum):
    """What a presented refresh token means for its session."""

    advance = "advance"
    repeat = "repeat"
    reuse = "reuse"


@dataclass(frozen=True)
class CurrentAccount:
    """Who asks. `session_id` is set for a signed-in person, `token_id` for an API token, never both."""

    id: UUID
    email: str
    username: str
    role: Role
    session_id: UUID | None
    token_id: UUID | None
    scopes: frozenset[Scope]


def normal_email(text: str) -> str:
    """The one spelling under which an e-mail address is stored and looked up."""
    return unicodedata.normalize("NFC", text.strip().lower())


def may_act(role: Role, scopes: frozenset[Scope]) -> bool:
    """Whether scripts, runs, secrets and the like may be changed."""
    return role in {Role.admin, Role.trader} and Scope.write in scopes


def is_safe(method: str) -> bool:
    """Whether an HTTP method only reads."""
    return method.upper() in _SAFE_METHODS


def is_admin(role: Role | None) -> bool:
    """Whether this role manages accounts; giving it to a new account is an administrator's privilege."""
    return role is Role.admin


def judge_rotation(*, presented: int, current: int, rotated_at: datetime, now: datetime) -> Rotation:
    """Judge the generation that a refresh token carries.

    The one just before the current one is forgiven for ten seconds: two tabs that refresh at the same time hold the
    same token. Anything else that is not current was copied from somewhere.
    """
    if presented == current:
        return Rotation.advance
    if presented == current - 1 and now - rotated_at <= ROTATION_GRACE:
        return Rotation.repeat
    return Rotation.reuse


def is_use_worth_noting(last_used_at: datetime | None, now: datetime) -> bool:
    """Whether the use of an API token is written down again: once a minute, not on every request."""
    return last_used_at is None or now - last_used_at >= TOKEN_USE_STEP


def is_same_site(source: str | None, *, host: str, allowed: Iterable[str]) -> bool:
    """Whether `source` (an Origin or Referer) is the site itself (`host` is the Host header) or an allowed origin.

    Without a source, or with `null` or an unreadable one, the answer is no.
    """
    origin = _origin(source)
    if origin is None:
        return False
    scheme, place = origin
    if host and place == _place(f"{scheme}://{host}", scheme):
        return True
    return any(origin == _origin(other) for other in allowed)


def _origin(text: str | None) -> tuple[str, tuple[str, int]] | None:
    if not text or "://" not in text:
        return None
    scheme = text.split("://", 1)[0].lower()
    place = _place(text, scheme)
    return (scheme, place) if place is not None and scheme in _DEFAULT_PORTS else None


def _place(url: str, scheme: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        if not parts.hostname:
            return None
        return parts.hostname, parts.port or _DEFAULT_PORTS.get(scheme, 0)
    except ValueError:
        return None


def plain_setup_code(text: str) -> str:
    """A setup code as it is compared: upper case, without the dashes and blanks that people type or leave out."""
    return "".join(character for character in text.upper() if character.isalnum())


def grouped_setup_code(characters: str) -> str:
    """A setup code as it is shown: groups of four, joined by dashes."""
    return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))
