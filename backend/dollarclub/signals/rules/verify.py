"""Who may send to a webhook, and which alerts are too old: decisions free of storage and of HTTP."""

import hashlib
import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from dollarclub.signals.rules.fields import Refused

TRADINGVIEW = "tradingview"
"""Stands in an allow-list for the addresses that TradingView sends from."""

TRADINGVIEW_ADDRESSES = ("52.89.214.238", "34.212.75.30", "54.218.53.128", "52.32.178.7")
LARGEST_AHEAD = timedelta(minutes=5)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Turned(StrEnum):
    """Why a sender that has not proven itself is turned away."""

    unknown_webhook = "unknown_webhook"
    secret_missing = "secret_missing"  # noqa: S105
    wrong_secret = "wrong_secret"  # noqa: S105
    signature_missing = "signature_missing"
    wrong_signature = "wrong_signature"


@dataclass(frozen=True)
class Lock:
    """What guards a strategy: the SHA-256 of its secret, and what is asked for besides the address."""

    secret_digest: bytes
    require_secret: bool
    require_signature: bool


@dataclass(frozen=True)
class Proof:
    """What a sender shows. `by_token`: the address itself is secret. `signed`: whether its signature is right."""

    by_token: bool
    secret: str
    signed: bool | None


def judge(lock: Lock, proof: Proof) -> Turned | None:
    """Why the sender is turned away, or None. What is shown must be right, even where it need not be shown.

    A secret address or a good signature makes the secret in the body unnecessary.
    """
    if proof.signed is False:
        return Turned.wrong_signature
    if proof.secret and not is_secret(lock, proof.secret):
        return Turned.wrong_secret
    if lock.require_signature and proof.signed is None:
        return Turned.signature_missing
    if lock.require_secret and not (proof.secret or proof.signed or proof.by_token):
        return Turned.secret_missing
    return None


def is_secret(lock: Lock, given: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(hashlib.sha256(given.encode(errors="replace")).digest(), lock.secret_digest)


def is_signature(secret: str, body: bytes, given: str) -> bool:
    """Whether `given` is hex(HMAC-SHA256(secret, body)), in constant time; a prefix `sha256=` may stand before it."""
    expected = hmac.digest(secret.encode(), body, "sha256").hex()
    shown = given.strip().lower().removeprefix("sha256=")
    return hmac.compare_digest(expected.encode(), shown.encode(errors="replace"))


def is_allowed(address: str, allowed: Iterable[str]) -> bool:
    """Whether `address` is in the list; an empty list allows everybody."""
    networks = [network for entry in allowed for network in networks_of(entry)]
    if not networks:
        return True
    try:
        client = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped is not None:
        client = client.ipv4_mapped
    return any(client.version == network.version and client in network for network in networks)


@lru_cache(maxsize=512)
def networks_of(entry: str) -> tuple[Network, ...]:
    """The networks of one entry: an address, a CIDR block or `tradingview`. Raises ValueError."""
    if entry == TRADINGVIEW:
        return tuple(ipaddress.ip_network(address) for address in TRADINGVIEW_ADDRESSES)
    return (ipaddress.ip_network(entry, strict=False),)


def check_age(told_at: datetime | None, *, now: datetime, max_lag: timedelta | None) -> None:
    """Raise Refused for an alert from the future (`malformed`) or older than `max_lag` (`stale`)."""
    if told_at is None:
        if max_lag is not None:
            raise Refused.malformed(
                'This strategy refuses late alerts, so they must tell their time: add "timestamp": "{{timenow}}".'
            )
        return
    age = now - told_at
    if age < -LARGEST_AHEAD:
        raise Refused.malformed(
            f"The timestamp is {_seconds(-age)} s in the future; check the sender's clock and time zone."
        )
    if max_lag is not None and age > max_lag:
        raise Refused(
            "stale",
            f"The alert is {_seconds(age)} s old; this strategy takes none older than {_seconds(max_lag)} s.",
        )


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())
