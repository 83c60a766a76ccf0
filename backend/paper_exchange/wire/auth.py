"""Who asks: API key, signature over the raw text, timestamp within the window, permission."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from enum import Enum, auto

from paper_exchange.engine.model import ApiKey
from paper_exchange.engine.refusal import Refusal, bad_key, missing
from paper_exchange.wire.params import Params

SIGNATURE = re.compile(r"(?:^|&)signature=([^&]*)")
KEY_FORM = re.compile(r"[A-Za-z0-9_-]{8,128}")
AHEAD_MS = 1000
DEFAULT_WINDOW_MS = 5000
LONGEST_WINDOW_MS = 60000


class Security(Enum):
    none = auto()
    key = auto()
    read = auto()
    trade = auto()
    futures = auto()


def known_key(keys: Mapping[str, ApiKey], name: str | None, address: str) -> ApiKey:
    """The key of a request, if it exists and may come from there."""
    if not name or not KEY_FORM.fullmatch(name):
        raise Refusal(-2014, "API-key format invalid.", status=401)
    key = keys.get(name)
    if key is None or (key.addresses and address not in key.addresses):
        raise bad_key()
    return key


def check_signature(secret: str, query: str, body: str) -> None:
    """HMAC-SHA256 over query and body as they came, without the signature itself."""
    given = SIGNATURE.search(query) or SIGNATURE.search(body)
    if given is None:
        raise missing("signature")
    signed = SIGNATURE.sub("", query) + SIGNATURE.sub("", body)
    if not is_signed(secret, signed, given[1]):
        raise Refusal(-1022, "Signature for this request is not valid.")


def is_signed(secret: str, text: str, signature: str) -> bool:
    right = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), signature.lower().encode())


def check_time(params: Params, server_ms: int) -> None:
    """The timestamp is at most a second ahead and not older than recvWindow."""
    sent = params.whole("timestamp")
    if sent is None:
        raise missing("timestamp")
    window = params.number("recvWindow") if "recvWindow" in params else DEFAULT_WINDOW_MS
    if window > LONGEST_WINDOW_MS:
        raise Refusal(-1131, "recvWindow must be less than 60000")
    if sent >= server_ms + AHEAD_MS:
        raise Refusal(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")
    if server_ms - sent > window:
        raise Refusal(-1021, "Timestamp for this request is outside of the recvWindow.")


def check_permission(key: ApiKey, security: Security) -> None:
    if (security is Security.trade and not key.trade) or (security is Security.futures and not key.futures):
        raise bad_key()
