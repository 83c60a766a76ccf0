"""What Binance's error codes mean for the caller, spot and USDT-M; the same on every host, unlike ccxt's classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reaction(StrEnum):
    rejected = "rejected"
    unknown = "unknown"
    not_sent = "not_sent"
    credentials = "credentials"
    limited = "limited"
    no_such_order = "no_such_order"


@dataclass(frozen=True)
class Verdict:
    reaction: Reaction
    code: str


def _rejected(code: str) -> Verdict:
    return Verdict(Reaction.rejected, code)


_CREDENTIALS = Reaction.credentials
REJECTED = _rejected("rejected")
DUPLICATE = Verdict(Reaction.unknown, "duplicate_client_id")
SERVER_ERROR = Verdict(Reaction.unknown, "server_error")
CLOCK = Verdict(Reaction.not_sent, "clock_skew")
NO_CHANGE = _rejected("no_change")
NO_SUCH_ORDER = Verdict(Reaction.no_such_order, "no_such_order")

CODES: Mapping[str, Verdict] = {
    "-1000": SERVER_ERROR,
    "-1001": SERVER_ERROR,
    "-1006": SERVER_ERROR,
    "-1007": Verdict(Reaction.unknown, "timeout"),
    "-1002": Verdict(_CREDENTIALS, "no_permission"),
    "-1022": Verdict(_CREDENTIALS, "wrong_secret"),
    "-2008": Verdict(_CREDENTIALS, "invalid_key"),
    "-2014": Verdict(_CREDENTIALS, "invalid_key"),
    "-2015": Verdict(_CREDENTIALS, "invalid_key"),
    "-2017": Verdict(_CREDENTIALS, "no_permission"),
    "-1003": Verdict(Reaction.limited, "rate_limited"),
    "-1015": Verdict(Reaction.limited, "rate_limited"),
    "-1008": Verdict(Reaction.not_sent, "overloaded"),
    "-1021": CLOCK,
    "-5028": CLOCK,
    "-2011": NO_SUCH_ORDER,
    "-2013": NO_SUCH_ORDER,
    "-4116": DUPLICATE,
    "-1111": _rejected("precision"),
    "-4003": _rejected("precision"),
    "-4005": _rejected("precision"),
    "-4014": _rejected("precision"),
    "-4023": _rejected("precision"),
    "-1121": _rejected("symbol_unknown"),
    "-2018": _rejected("margin"),
    "-2019": _rejected("margin"),
    "-2022": _rejected("reduce_only"),
    "-4118": _rejected("reduce_only"),
    "-2025": _rejected("too_many_orders"),
    "-4016": _rejected("price_band"),
    "-4024": _rejected("price_band"),
    "-4131": _rejected("price_band"),
    "-4108": _rejected("market_closed"),
    "-4140": _rejected("market_closed"),
    "-4141": _rejected("market_closed"),
    "-4164": _rejected("below_min_notional"),
    "-5022": _rejected("post_only"),
    "-4046": NO_CHANGE,
    "-4059": NO_CHANGE,
    "-4047": _rejected("in_use"),
    "-4048": _rejected("in_use"),
    "-4067": _rejected("in_use"),
    "-4068": _rejected("in_use"),
    "-4028": _rejected("leverage"),
}

# One code, several meanings: the first text that occurs in the message decides.
TEXTS: Mapping[str, tuple[tuple[str, Verdict], ...]] = {
    "-2010": (
        ("insufficient balance", _rejected("insufficient_funds")),
        ("immediately match", _rejected("post_only")),
        ("duplicate order", DUPLICATE),
        ("market is closed", _rejected("market_closed")),
        ("disabled on this account", Verdict(_CREDENTIALS, "no_permission")),
        ("may not place or cancel", Verdict(_CREDENTIALS, "no_permission")),
    ),
    "-1013": (
        ("notional", _rejected("below_min_notional")),
        ("percent_price", _rejected("price_band")),
        ("max_num", _rejected("too_many_orders")),
        ("market is closed", _rejected("market_closed")),
        ("lot_size", _rejected("precision")),
        ("price_filter", _rejected("precision")),
        ("invalid quantity", _rejected("precision")),
        ("invalid price", _rejected("precision")),
    ),
}


def verdict(venue_code: str, message: str) -> Verdict:
    """The meaning of a structured refusal; a code that is not listed is a definite no."""
    lowered = message.lower()
    for text, meaning in TEXTS.get(venue_code, ()):
        if text in lowered:
            return meaning
    return CODES.get(venue_code, REJECTED)
