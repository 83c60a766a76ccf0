"""The life of a signal, and the codes that tell what became of it."""

from enum import StrEnum


class SignalStatus(StrEnum):
    """`claimed`: a worker decides and sends; `executing`: its orders are at the exchange; `done`: nothing will change."""

    received = "received"
    claimed = "claimed"
    executing = "executing"
    done = "done"


class Outcome(StrEnum):
    """What became of a signal; stable words that the API and the dashboard show."""

    executed = "executed"
    position_opened = "position_opened"
    pyramid_added = "pyramid_added"
    queued = "queued"
    replaced = "replaced"
    superseded = "superseded"
    unqueued = "unqueued"
    queue_full = "queue_full"
    queue_dropped = "queue_dropped"
    already_queued = "already_queued"
    duplicate_bar = "duplicate_bar"
    max_pyramids = "max_pyramids"
    no_config = "no_config"
    entry_invalid = "entry_invalid"
    opposite_ignored = "opposite_ignored"
    risk_symbol_limit = "risk_symbol_limit"
    risk_exposure = "risk_exposure"
    risk_daily_loss = "risk_daily_loss"
    risk_daily_trades = "risk_daily_trades"
    circuit_breaker = "circuit_breaker"
    resting = "resting"
    unknown = "unknown"
    exit_executed = "exit_executed"
    exit_no_position = "exit_no_position"
    below_min_notional = "below_min_notional"
    amount_missing = "amount_missing"
    amount_too_large = "amount_too_large"
    insufficient_funds = "insufficient_funds"
    symbol_unknown = "symbol_unknown"
    market_type_mismatch = "market_type_mismatch"
    market_closed = "market_closed"
    short_not_supported = "short_not_supported"
    no_key = "no_key"
    key_refused = "key_refused"
    halted = "halted"
    disabled = "disabled"
    action_unknown = "action_unknown"
    exchange_error = "exchange_error"
    cancelled = "cancelled"
    overtaken = "overtaken"
    malformed = "malformed"
    placeholder = "placeholder"
    stale = "stale"
    address_refused = "address_refused"


EDGE_REFUSALS = frozenset({Outcome.malformed, Outcome.placeholder, Outcome.stale, Outcome.address_refused})
"""Refused at the webhook with a 4xx and stored as done, since the sender had proven itself."""
