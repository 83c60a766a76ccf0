"""What has become of a signal, told from its orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dollarclub.kit.money import ZERO, plain
from dollarclub.orders.rules.states import FINAL, RESTING, OrderStatus, Purpose
from dollarclub.signals.rules.states import Outcome, SignalStatus

_BY_CODE = {
    "insufficient_funds": Outcome.insufficient_funds,
    "margin": Outcome.insufficient_funds,
    "below_min_notional": Outcome.below_min_notional,
    "symbol_unknown": Outcome.symbol_unknown,
    "market_closed": Outcome.market_closed,
    "halted": Outcome.halted,
    **dict.fromkeys(
        ("invalid_key", "wrong_secret", "no_permission", "address_not_allowed", "clock_skew", "not_ready"),
        Outcome.key_refused,
    ),
}


@dataclass(frozen=True)
class Part:
    """One order of a signal; `code` and `detail` tell why it did not go through."""

    purpose: Purpose
    status: OrderStatus
    filled: Decimal = ZERO
    code: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Standing:
    """Where a signal stands. Without an outcome its orders are on their way."""

    status: SignalStatus
    outcome: Outcome | None
    message: str = ""


def standing_of(parts: Sequence[Part]) -> Standing:
    """Where a signal with these orders (one at least) stands."""
    states = {part.status for part in parts}
    if OrderStatus.unknown in states:
        message = (
            "The exchange did not answer; what it holds is being found out. Nothing is sent again before."
        )
        return Standing(SignalStatus.executing, Outcome.unknown, message)
    if states & {OrderStatus.new, OrderStatus.sending}:
        return Standing(SignalStatus.executing, None)
    if states & RESTING:
        return Standing(SignalStatus.executing, Outcome.resting, "Rests at the exchange.")
    assert states <= FINAL
    entries = [part for part in parts if part.purpose is Purpose.entry]
    told = entries or parts
    if not any(part.filled > ZERO for part in told):
        return _failed(next(iter(told)))
    done = Outcome.executed if entries else Outcome.exit_executed
    return Standing(SignalStatus.done, done, _shortfall(parts))


def _failed(part: Part) -> Standing:
    code = part.code or ""
    if part.status is OrderStatus.rejected:
        outcome = _BY_CODE.get(code, Outcome.exchange_error)
    else:
        outcome = Outcome.halted if code == "halted" else Outcome.cancelled
    return Standing(SignalStatus.done, outcome, part.detail or "")


def _shortfall(parts: Sequence[Part]) -> str:
    """What of it did not go through, for a person; empty when all did."""
    short = [part for part in parts if part.status is not OrderStatus.filled]
    sentences = [
        f"{part.purpose.value.capitalize()}: filled {plain(part.filled)}, then {part.status}"
        + (f" ({part.detail})" if part.detail else "")
        + "."
        for part in short
    ]
    return " ".join(sentences)
