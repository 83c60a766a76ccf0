"""Paying for one group's loss with parts of winning groups: how much of each.

What must be realised is the loser's price loss and its exit fee; its entry fees are paid already. What a part of a
winner realises is its price profit less its own exit fee. Amounts are base units, money is quote units.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from dollarclub.exchanges.rules.precision import Steps, rounded_amount, smallest_amount, step_of
from dollarclub.kit.money import PRECISE, ZERO, ceil_to, floor_to, plain
from dollarclub.risk.rules.winners import Holding, best

_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Knobs:
    """`max_fraction_percent` is how much of one winner may be closed at most; `min_close_notional` in quote units."""

    max_winners: int = 3
    max_fraction_percent: Decimal = _HUNDRED
    min_close_notional: Decimal = ZERO


@dataclass(frozen=True)
class Slice:
    """A part of a winner and what closing it is expected to realise."""

    group: UUID
    amount: Decimal
    expected: Decimal


@dataclass(frozen=True)
class Plan:
    """`covers`: what is expected pays for what is needed. Only such a plan is carried out. `note` is for a person."""

    loser: UUID
    slices: tuple[Slice, ...]
    covers: bool
    need: Decimal
    expected: Decimal
    note: str


def need_of(loser: Holding) -> Decimal:
    """What must be realised to close all of `loser` for nothing: |price loss| + exit fee; 0 when it is not losing."""
    return loser.exit_fee - loser.gross if loser.gross < ZERO else ZERO


def plan(loser: Holding, winners: Sequence[Holding], knobs: Knobs) -> Plan:
    """The fewest parts of the best winners that pay for `loser`; the last one is as small as its step allows."""
    need = need_of(loser)
    slices: list[Slice] = []
    rest = need
    for winner in best(each for each in winners if each.id != loser.id):
        if rest <= ZERO or len(slices) == knobs.max_winners:
            break
        amount = _amount(winner, rest, knobs)
        if amount > ZERO:
            part = Slice(winner.id, amount, PRECISE.multiply(amount, winner.unit_profit))
            slices.append(part)
            rest -= part.expected
    expected = need - rest
    covers = need > ZERO and rest <= ZERO
    return Plan(loser.id, tuple(slices), covers, need, expected, _note(need, expected, covers, slices))


def size_loser(loser: Holding, realised: Decimal) -> Decimal:
    """How much of `loser` may be closed for what the winners truly `realised`: all of it, or as much as that pays for.

    What would be left below the exchange's minimum could never be closed, so then less is closed; 0 when even the least
    order is not paid for. `loser` carries the prices of now.
    """
    whole = rounded_amount(loser.steps, loser.held, is_market=True)
    least = smallest_amount(loser.steps, loser.last, is_market=True)
    loss = -loser.unit_profit
    if loss <= ZERO or realised >= need_of(loser):
        return whole if whole >= least else ZERO
    amount = min(whole, rounded_amount(loser.steps, PRECISE.divide(realised, loss), is_market=True))
    if loser.held - amount < least:
        amount = rounded_amount(loser.steps, loser.held - least, is_market=True)
    return amount if amount >= least else ZERO


def _amount(winner: Holding, rest: Decimal, knobs: Knobs) -> Decimal:
    """How much of `winner` to close for `rest`; 0 when the rules allow none of it."""
    steps = winner.steps
    step = step_of(steps, is_market=True)
    fraction = PRECISE.divide(knobs.max_fraction_percent, _HUNDRED)
    most = floor_to(PRECISE.multiply(winner.held, fraction), step)
    exact = PRECISE.divide(rest, winner.unit_profit)
    least = _least(steps, winner.last, knobs)
    amount = min(max(ceil_to(exact, step), least), most)
    left = winner.held - amount
    if ZERO < left < smallest_amount(steps, winner.last, is_market=True):
        amount = _without_crumbs(winner, most, step)
    return amount if amount >= least else ZERO


def _without_crumbs(winner: Holding, most: Decimal, step: Decimal) -> Decimal:
    """All of it where that is allowed, else so little that what is left can still be closed."""
    whole = floor_to(winner.held, step)
    if whole <= most:
        return whole
    return floor_to(winner.held - smallest_amount(winner.steps, winner.last, is_market=True), step)


def _least(steps: Steps, last: Decimal, knobs: Knobs) -> Decimal:
    exchange = smallest_amount(steps, last, is_market=True)
    own = ceil_to(PRECISE.divide(knobs.min_close_notional, last), step_of(steps, is_market=True))
    return max(exchange, own)


def _note(need: Decimal, expected: Decimal, covers: bool, slices: Sequence[Slice]) -> str:
    if need <= ZERO:
        return "It is not losing."
    if not slices:
        return f"No winner can pay anything of {plain(need)}."
    if not covers:
        return f"The winners would realise {plain(expected)} of {plain(need)}; nothing is closed."
    count = "1 winner pays" if len(slices) == 1 else f"{len(slices)} winners pay"
    return f"{count} {plain(expected)} for {plain(need)}."
