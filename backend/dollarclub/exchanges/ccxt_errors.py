"""What a failed ccxt call means: first by the exchange's own code, then by HTTP status, last by ccxt's class.

ccxt is not imported here: its classes are told by name, and the exchange's answer is read from the exceptions that ccxt
chains.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dollarclub.exchanges.errors import (
    CredentialsRefused,
    ExchangeError,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Retryable,
)
from dollarclub.exchanges.venues import binance_codes
from dollarclub.exchanges.venues.binance_codes import CLOCK, NO_SUCH_ORDER, REJECTED, Reaction, Verdict

# Errors that only the making of a connection raises: no byte of the request has left.
_BEFORE_SENDING = frozenset(
    {"ConnectTimeout", "ConnectTimeoutError", "NewConnectionError", "NameResolutionError", "SSLCertVerificationError"}
)  # fmt: skip
_BINANCE = frozenset({"binance", "binanceusdm"})
_BANNED_UNTIL = re.compile(r"until (\d{13})")
_DEFAULT_PAUSE = timedelta(seconds=60)
_LONGEST_MESSAGE = 300

_CLASSES: tuple[tuple[str, Verdict], ...] = (
    ("OrderNotFound", NO_SUCH_ORDER),
    ("DuplicateOrderId", binance_codes.DUPLICATE),
    ("MarginModeAlreadySet", binance_codes.NO_CHANGE),
    ("NoChange", binance_codes.NO_CHANGE),
    ("InsufficientFunds", Verdict(Reaction.rejected, "insufficient_funds")),
    ("OrderImmediatelyFillable", Verdict(Reaction.rejected, "post_only")),
    ("BadSymbol", Verdict(Reaction.rejected, "symbol_unknown")),
    ("MarketClosed", Verdict(Reaction.rejected, "market_closed")),
    ("NotSupported", Verdict(Reaction.rejected, "not_supported")),
    ("PermissionDenied", Verdict(Reaction.credentials, "no_permission")),
    ("AccountNotEnabled", Verdict(Reaction.credentials, "no_permission")),
    ("AccountSuspended", Verdict(Reaction.credentials, "no_permission")),
    ("AuthenticationError", Verdict(Reaction.credentials, "invalid_key")),
    ("InvalidNonce", CLOCK),
    ("RateLimitExceeded", Verdict(Reaction.limited, "rate_limited")),
    ("DDoSProtection", Verdict(Reaction.limited, "rate_limited")),
    ("RequestTimeout", Verdict(Reaction.unknown, "timeout")),
    ("ExchangeNotAvailable", binance_codes.SERVER_ERROR),
    ("NetworkError", Verdict(Reaction.unknown, "disconnected")),
    ("OperationFailed", binance_codes.SERVER_ERROR),
    ("BadResponse", Verdict(Reaction.unknown, "unreadable")),
    ("NullResponse", Verdict(Reaction.unknown, "unreadable")),
    ("ExchangeError", REJECTED),
)


@dataclass(frozen=True)
class Failure:
    """A failed call as it was seen. `status` is HTTP's, absent when there was no answer."""

    kinds: tuple[str, ...]
    sent: bool
    status: int | None
    venue_code: str | None
    message: str
    retry_after: str | None


def failure_of(error: Exception) -> Failure:
    """Read what the chain of a ccxt exception holds."""
    causes = list(_causes(error))
    names = {kind.__name__ for cause in causes for kind in type(cause).__mro__}
    answer = _answer(error)
    kinds = tuple(kind.__name__ for kind in type(error).__mro__)
    if answer is None:
        code, message = _code_and_message(_first_json(str(error)))
        return Failure(kinds, not names & _BEFORE_SENDING, None, code, message or _short(str(error)), None)
    code, message = _code_and_message(_parsed(answer.text))
    headers: Mapping[str, str] = answer.headers
    text = message or _short(f"HTTP {answer.status_code} {answer.reason or ''}".strip())
    return Failure(kinds, True, int(answer.status_code), code, text, headers.get("Retry-After"))


def verdict_of(failure: Failure, venue: str) -> Verdict:
    """What it means, the same for an order and for a reading call."""
    if not failure.sent:
        return Verdict(Reaction.not_sent, "unreachable")
    if failure.status in (418, 429):
        return Verdict(Reaction.limited, "banned" if failure.status == 418 else "rate_limited")
    told = failure.venue_code is not None and venue in _BINANCE
    meaning = binance_codes.verdict(failure.venue_code or "", failure.message) if told else None
    if failure.status is not None and failure.status >= 500:
        turned_away = meaning is not None and meaning.reaction is Reaction.not_sent
        return meaning if meaning and turned_away else binance_codes.SERVER_ERROR
    if meaning is not None:
        return meaning
    if failure.venue_code is None and failure.status is not None:
        return _by_status(failure.status)
    for name, meaning in _CLASSES:
        if name in failure.kinds:
            return meaning
    return Verdict(Reaction.unknown, "unreadable")


def translated(failure: Failure, meaning: Verdict, *, placing: bool, now: datetime) -> ExchangeError:
    """The error to raise; for anything but an order, what is unknown or not sent is Retryable."""
    facts: dict[str, Any] = {"code": meaning.code, "venue_code": failure.venue_code}
    match meaning.reaction:
        case Reaction.limited:
            return RateLimited(failure.message, retry_at=_retry_at(failure, now), **facts)
        case Reaction.credentials:
            return CredentialsRefused(failure.message, **facts)
        case Reaction.not_sent if placing:
            return NotSent(failure.message, **facts)
        case Reaction.not_sent if meaning.code == "clock_skew":
            return CredentialsRefused(failure.message, **facts)
        case Reaction.unknown if placing:
            return OutcomeUnknown(failure.message, **facts)
        case Reaction.unknown | Reaction.not_sent:
            busy = meaning.code in ("server_error", "overloaded")
            return Retryable(
                failure.message, code="busy" if busy else "network", venue_code=failure.venue_code
            )
    return Rejected(failure.message, **facts)


def _by_status(status: int) -> Verdict:
    """An answer that is not the exchange's own form of a refusal: only a firewall's no is definite."""
    if status == 403:
        return Verdict(Reaction.limited, "banned")
    if status == 451:
        return Verdict(Reaction.credentials, "address_not_allowed")
    if status == 408:
        return Verdict(Reaction.unknown, "timeout")
    return Verdict(Reaction.unknown, "unreadable")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what explicitly caused it. `__context__` is left out: it may hold an error that the caller was
    handling when it called, and that one says nothing about whether this request was sent."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, getattr(found, "reason", None), *found.args[:1]]


def _answer(error: Exception) -> Any:
    """The HTTP answer: ccxt raises its own error while it handles the one of `requests`, which carries it."""
    for near in (error.__cause__, error.__context__):
        answer = getattr(near, "response", None)
        if answer is not None and hasattr(answer, "status_code"):
            return answer
    return None


def _first_json(text: str) -> Any:
    start = text.find("{")
    return _parsed(text[start:]) if start >= 0 else None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _code_and_message(body: Any) -> tuple[str | None, str]:
    """Code and words of a refusal in the forms that exchanges use."""
    if not isinstance(body, dict):
        return None, ""
    if isinstance(body.get("error"), dict):
        return _code_and_message(body["error"])
    rows = body.get("data")
    inner = rows[0] if isinstance(rows, list) and rows and isinstance(rows[0], dict) else {}
    code = _first(inner, ("sCode",)) or _first(body, ("code", "retCode", "label"))
    message = _first(inner, ("sMsg",)) or _first(body, ("msg", "message", "retMsg", "detail"))
    return code, _short(message or "")


def _first(body: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((str(body[name]) for name in names if body.get(name) not in (None, "")), None)


def _short(text: str) -> str:
    """The words without the address that was called: its query is signed and names the key's business."""
    return re.sub(r"https?://\S+", "", text).strip()[:_LONGEST_MESSAGE]


def _retry_at(failure: Failure, now: datetime) -> datetime:
    until = _BANNED_UNTIL.search(failure.message)
    if until is not None:
        return datetime.fromtimestamp(int(until[1]) / 1000, tz=now.tzinfo)
    try:
        return now + timedelta(seconds=float(failure.retry_after or ""))
    except ValueError:
        return now + _DEFAULT_PAUSE
