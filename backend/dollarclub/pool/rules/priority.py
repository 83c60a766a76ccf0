"""Which waiting entry comes first: the rules of an account, in its order, compared as one tuple.

The comparison is a strict total order: what all rules leave equal is decided by the time of the first signal, then by
the id. A rule that knows nothing of a candidate puts it behind those that it knows something good of.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from operator import itemgetter
from typing import Any
from uuid import UUID

from dollarclub.kit.money import ZERO, plain

_HUNDREDTH = Decimal("0.01")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class Rule(StrEnum):
    continuation = "continuation"
    deepest_loss = "deepest_loss"
    most_replaced = "most_replaced"
    highest_expected_profit = "highest_expected_profit"
    first_in = "first_in"


DEFAULT_ORDER = tuple(Rule)


@dataclass(frozen=True)
class Candidate:
    """An entry that waits. `loss_percent` is what it would have made since its signal, negative when it lost; None is
    unknown. `expected_profit` in quote units. `pinned` is a place given by hand, the lower the earlier, before all
    rules."""

    id: UUID
    continues: bool
    loss_percent: Decimal | None
    replacements: int
    expected_profit: Decimal | None
    first_queued_at: datetime
    pinned: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What counted for a candidate; `rule` is None for a place given by hand."""

    rule: Rule | None
    text: str


@dataclass(frozen=True, slots=True)
class Ranked:
    """`place` counts from 1. `reasons` in the order in which they counted, the wait last."""

    id: UUID
    place: int
    reasons: tuple[Reason, ...]

    @property
    def explanation(self) -> str:
        """One line for a person: `Continues an open position; replaced 1 time; waits 1 min`."""
        text = "; ".join(reason.text for reason in self.reasons)
        return text[:1].upper() + text[1:]


def rank(candidates: Iterable[Candidate], rules: Sequence[Rule], now: datetime) -> list[Ranked]:
    """First the one to be promoted first; n log n."""
    order = tuple(dict.fromkeys(rules))
    key_parts = [_KEYS[rule] for rule in order]
    tellers = [(rule, _TEXTS[rule]) for rule in order if rule in _TEXTS]
    keyed = [(_key(candidate, key_parts), candidate) for candidate in candidates]
    keyed.sort(key=itemgetter(0))
    return [
        Ranked(candidate.id, place, _reasons(candidate, tellers, now))
        for place, (_, candidate) in enumerate(keyed, start=1)
    ]


def flaws(rules: Sequence[Rule]) -> list[str]:
    """What is wrong with an account's order of rules, for a person."""
    found = []
    if not rules:
        found.append("At least one rule must be enabled.")
    if len(set(rules)) != len(rules):
        found.append("A rule must not be named twice.")
    return found


def _key(candidate: Candidate, parts: Sequence[Callable[[Candidate], Any]]) -> tuple[Any, ...]:
    pinned = candidate.pinned
    return (
        pinned is None,
        0 if pinned is None else pinned,
        *[part(candidate) for part in parts],
        candidate.first_queued_at,
        candidate.id,
    )


def _loss(candidate: Candidate) -> Decimal:
    loss = candidate.loss_percent
    return ZERO if loss is None or loss > ZERO else loss


def _profit(candidate: Candidate) -> tuple[bool, Decimal]:
    profit = candidate.expected_profit
    return (True, ZERO) if profit is None else (False, -profit)


_KEYS: dict[Rule, Callable[[Candidate], Any]] = {
    Rule.continuation: lambda candidate: not candidate.continues,
    Rule.deepest_loss: _loss,
    Rule.most_replaced: lambda candidate: -candidate.replacements,
    Rule.highest_expected_profit: _profit,
    Rule.first_in: lambda candidate: candidate.first_queued_at,
}


def _reasons(
    candidate: Candidate, tellers: Sequence[tuple[Rule, Callable[[Candidate], str | None]]], now: datetime
) -> tuple[Reason, ...]:
    found: list[Reason] = []
    if candidate.pinned is not None:
        found.append(Reason(None, "moved by hand"))
    for rule, teller in tellers:
        text = teller(candidate)
        if text is not None:
            found.append(Reason(rule, text))
    found.append(Reason(Rule.first_in, f"waits {_span((now - candidate.first_queued_at).total_seconds())}"))
    return tuple(found)


def _continuation_text(candidate: Candidate) -> str | None:
    return "continues an open position" if candidate.continues else None


def _loss_text(candidate: Candidate) -> str | None:
    loss = candidate.loss_percent
    return None if loss is None or loss >= ZERO else f"loss −{_short(-loss)} %"


def _replaced_text(candidate: Candidate) -> str | None:
    count = candidate.replacements
    return f"replaced {count} time{'' if count == 1 else 's'}" if count > 0 else None


def _profit_text(candidate: Candidate) -> str | None:
    profit = candidate.expected_profit
    return None if profit is None else f"expected profit {_short(profit)}"


_TEXTS: dict[Rule, Callable[[Candidate], str | None]] = {
    Rule.continuation: _continuation_text,
    Rule.deepest_loss: _loss_text,
    Rule.most_replaced: _replaced_text,
    Rule.highest_expected_profit: _profit_text,
}


def _short(value: Decimal) -> str:
    """Two places, or the value itself where two would tell nothing of it."""
    cut = value.quantize(_HUNDREDTH, rounding=ROUND_DOWN)
    return plain(cut if cut else value)


def _span(seconds: float) -> str:
    whole = max(0, int(seconds))
    for size, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if whole >= size:
            return f"{whole // size} {name}"
    return f"{whole} s"
