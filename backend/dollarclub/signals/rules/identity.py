"""When two alerts are one: the identity of a signal, and what must be handled one after another."""

import hashlib
import re
from uuid import UUID

from dollarclub.signals.rules.payload import Alert

LOOK_BACK_SECONDS = 60
"""How long an alert without an identity of its own counts as the same when its body is the same."""

_SEPARATORS = re.compile(r"[/\-_ ]")
_PERPETUAL = re.compile(r"(\.P|PERP)$")


def dedup_key(alert: Alert) -> bytes | None:
    """SHA-256 of (symbol, what is asked, trade id, time), or None for an alert that does not tell its time.

    The same trigger has the same time in all its sends, a later trigger another one; the trade id tells two orders of
    one moment apart.
    """
    if alert.told_at is None:
        return None
    parts = (
        plain_symbol(alert.raw_symbol),
        alert.intent,
        alert.action,
        alert.trade_id,
        alert.told_at.isoformat(),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).digest()


def body_hash(struck: str, refusal: str = "") -> bytes:
    """SHA-256 of a body without its secret. Refused ones are no repeats of accepted ones, so `refusal` is part of it."""
    return hashlib.sha256(f"{refusal}\x1f{struck}".encode()).digest()


def lane(strategy_id: UUID, symbol: str) -> str:
    """Signals of one lane are handled one after another."""
    return f"{strategy_id}:{plain_symbol(symbol)}"


def plain_symbol(text: str) -> str:
    """One spelling for the usual ways to write a pair, without knowing any market: `BTCUSDT`, perpetuals `BTCUSDT.P`."""
    symbol = text.strip().upper()
    head, colon, tail = symbol.partition(":")
    settled = bool(colon) and "/" in head
    symbol = head if settled else tail or head
    symbol = _SEPARATORS.sub("", symbol)
    perpetual = _PERPETUAL.search(symbol)
    if perpetual:
        symbol = symbol[: perpetual.start()]
    return f"{symbol}.P" if perpetual or settled else symbol
