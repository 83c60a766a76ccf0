"""The one source of every figure of a group: its fills. Amounts are base units, money is quote units.

Everything a group holds lies in lots, one for each leg. What is taken out comes from the lot it names (a leg's own take
profit, a pyramid's close) and otherwise from all lots in proportion to what they hold, so that the average of the rest
does not move. Values are kept at 18 decimals, where sums are exact: the parts always add up to the whole, and
`gross_realised + gross_unrealised - fees` is the change of the balances to the last digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal, localcontext
from uuid import UUID

from dollarclub.kit.money import PRECISE, ZERO
from dollarclub.positions.rules.config import PositionSide

NO_PYRAMID = 0
"""Where fills count that belong to no pyramid: bought beside the grid, or sold beyond what was held."""

NO_LEG = UUID(int=0)
"""Where fills count that belong to no leg."""

_SCALE = Decimal(1).scaleb(-18)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class LedgerFill:
    """One fill. `amount` as traded, `cost` = amount · price.

    `fee_quote` is the fee's worth in quote units when it was filled, whatever it was paid in. `fee_base` is the part
    of it that was taken in the base asset and so out of what is held (spot only; 0 on futures).
    """

    is_entry: bool
    amount: Decimal
    price: Decimal
    cost: Decimal
    fee_quote: Decimal
    fee_base: Decimal
    pyramid: int | None
    leg: UUID | None
    at: datetime


@dataclass(frozen=True)
class Figures:
    """What fills add up to, for a group, a pyramid or a leg.

    held             base units there now: entered - exited - base units taken as fees
    entered, exited  base units as traded
    fees_base        base units taken as fees
    invested         quote units that `held` cost (a long) or brought (a short), without fees
    average          invested / held; None when nothing is held
    average_entry    mean price of all entries; None without one
    average_exit     mean price of all exits; None without one
    gross_realised   price profit of what was taken out, fees left aside
    fees             quote units of all fees paid
    open_fees        the part of `fees` that was paid for entering what is held
    realised         gross_realised - (fees - open_fees)
    break_even       the price at which closing what is held earns nothing: entry and exit fee covered; None when flat
    """

    held: Decimal
    entered: Decimal
    exited: Decimal
    fees_base: Decimal
    invested: Decimal
    average: Decimal | None
    average_entry: Decimal | None
    average_exit: Decimal | None
    gross_realised: Decimal
    realised: Decimal
    fees: Decimal
    open_fees: Decimal
    break_even: Decimal | None


def figures(side: PositionSide, fills: Iterable[LedgerFill], exit_rate: Decimal = ZERO) -> Figures:
    """Of all `fills`, in any order. `exit_rate` is the fee of an exit as a fraction (0.001 is 0.1 %), for `break_even`."""
    return _added(side, _lots(side, fills), exit_rate)


def by_pyramid(
    side: PositionSide, fills: Iterable[LedgerFill], exit_rate: Decimal = ZERO
) -> Mapping[int, Figures]:
    """Of each pyramid with a fill; together they are the group's to the last digit."""
    parts: dict[int, list[_Lot]] = {}
    for lot in _lots(side, fills):
        parts.setdefault(lot.pyramid, []).append(lot)
    return {number: _added(side, lots, exit_rate) for number, lots in parts.items()}


def by_leg(
    side: PositionSide, fills: Iterable[LedgerFill], exit_rate: Decimal = ZERO
) -> Mapping[UUID, Figures]:
    """Of each leg with a fill; together they are the group's to the last digit."""
    parts: dict[UUID, list[_Lot]] = {}
    for lot in _lots(side, fills):
        parts.setdefault(lot.leg, []).append(lot)
    return {leg: _added(side, lots, exit_rate) for leg, lots in parts.items()}


def gross_unrealised(side: PositionSide, of: Figures, last: Decimal) -> Decimal:
    """(last - average) · held for a long, (average - last) · held for a short; quote units, fees left aside."""
    with localcontext(PRECISE):
        return side.sign * (of.held * last - of.invested)


def exit_fee(of: Figures, last: Decimal, taker_rate: Decimal) -> Decimal:
    """What closing all that is held at `last` would cost in fees: held · last · taker_rate, quote units."""
    with localcontext(PRECISE):
        return of.held * last * taker_rate


def unrealised(side: PositionSide, of: Figures, last: Decimal, taker_rate: Decimal) -> Decimal:
    """What closing at `last` would add to `realised`: gross_unrealised - open_fees - exit_fee; quote units."""
    with localcontext(PRECISE):
        return gross_unrealised(side, of, last) - of.open_fees - exit_fee(of, last, taker_rate)


def percent(profit: Decimal, invested: Decimal) -> Decimal:
    """profit / invested · 100; 0 when nothing is invested."""
    if invested == ZERO:
        return ZERO
    return PRECISE.divide(PRECISE.multiply(profit, _HUNDRED), invested)


@dataclass
class _Exit:
    """An exit, or as much of it as one lot bears. `worth` is its cost and what its `fee_base` is worth at its price."""

    amount: Decimal
    fee_base: Decimal
    cost: Decimal
    worth: Decimal
    fee: Decimal

    @property
    def out(self) -> Decimal:
        """Base units that are gone afterwards."""
        return self.amount + self.fee_base

    def cut(self, out: Decimal) -> "_Exit":
        """Take off the part of `out` base units. The last part is what is left, so nothing is lost to rounding."""
        if out >= self.out:
            part = replace(self)
        else:
            fee_base = _share(self.fee_base, out, self.out)
            part = _Exit(
                amount=out - fee_base,
                fee_base=fee_base,
                cost=_share(self.cost, out, self.out),
                worth=_share(self.worth, out, self.out),
                fee=_share(self.fee, out, self.out),
            )
        self.amount -= part.amount
        self.fee_base -= part.fee_base
        self.cost -= part.cost
        self.worth -= part.worth
        self.fee -= part.fee
        return part


@dataclass
class _Lot:
    """What one leg has gathered so far; the names are those of `Figures`."""

    pyramid: int
    leg: UUID
    held: Decimal = ZERO
    entered: Decimal = ZERO
    exited: Decimal = ZERO
    fees_base: Decimal = ZERO
    invested: Decimal = ZERO
    entry_cost: Decimal = ZERO
    exit_cost: Decimal = ZERO
    gross_realised: Decimal = ZERO
    fees: Decimal = ZERO
    open_fees: Decimal = ZERO

    def enter(self, fill: LedgerFill) -> None:
        fee = _fee(fill)
        self.held += fill.amount - fill.fee_base
        self.entered += fill.amount
        self.fees_base += fill.fee_base
        self.entry_cost += fill.cost
        self.invested += fill.cost - (fee if fill.fee_base else ZERO)
        self.fees += fee
        self.open_fees += fee

    def leave(self, side: PositionSide, part: _Exit) -> None:
        """Take out what is there, at the mean cost of what is there."""
        whole = part.out == self.held
        basis = self.invested if whole else _share(self.invested, part.out, self.held)
        self.open_fees -= self.open_fees if whole else _share(self.open_fees, part.out, self.held)
        self._take(side, part, basis)

    def oversell(self, side: PositionSide, part: _Exit) -> None:
        """Take out what is not there: it earns nothing, and is owed at its own price."""
        self._take(side, part, part.worth)

    def _take(self, side: PositionSide, part: _Exit, basis: Decimal) -> None:
        self.held -= part.out
        self.exited += part.amount
        self.fees_base += part.fee_base
        self.exit_cost += part.cost
        self.invested -= basis
        self.gross_realised += side.sign * (part.worth - basis)
        self.fees += part.fee


def _lots(side: PositionSide, fills: Iterable[LedgerFill]) -> list[_Lot]:
    """One lot for each leg, in the order of their first fills."""
    lots: dict[tuple[int, UUID], _Lot] = {}
    with localcontext(PRECISE):
        for fill in sorted(fills, key=lambda one: (one.at, not one.is_entry)):
            if fill.is_entry:
                _lot_of(lots, fill).enter(fill)
            else:
                _spread(side, fill, lots)
    return list(lots.values())


def _lot_of(lots: dict[tuple[int, UUID], _Lot], fill: LedgerFill) -> _Lot:
    pyramid = NO_PYRAMID if fill.pyramid is None else fill.pyramid
    leg = NO_LEG if fill.leg is None else fill.leg
    return lots.setdefault((pyramid, leg), _Lot(pyramid, leg))


def _spread(side: PositionSide, fill: LedgerFill, lots: dict[tuple[int, UUID], _Lot]) -> None:
    """From the leg it names, then from its pyramid, then from all: more than a lot holds comes from the next."""
    fee = _fee(fill)
    rest = _Exit(
        amount=fill.amount,
        fee_base=fill.fee_base,
        cost=fill.cost,
        worth=fill.cost + (fee if fill.fee_base else ZERO),
        fee=fee,
    )
    every = list(lots.values())
    own = [lot for lot in every if lot.leg == fill.leg]
    pyramid = own[0].pyramid if own else fill.pyramid
    for pool in (own, [lot for lot in every if lot.pyramid == pyramid], every):
        _take_from(side, rest, [lot for lot in pool if lot.held > ZERO])
        if rest.out == ZERO:
            return
    owing = own[0] if own else _lot_of(lots, fill)
    owing.oversell(side, rest)


def _take_from(side: PositionSide, rest: _Exit, pool: Sequence[_Lot]) -> None:
    """Take as much of `rest` as the pool holds, from each lot in proportion to what it holds."""
    held = sum((lot.held for lot in pool), ZERO)
    wanted = min(rest.out, held)
    passed, taken = ZERO, ZERO
    for lot in pool:
        passed += lot.held
        until = wanted if passed == held else _share(wanted, passed, held)
        if until > taken:
            lot.leave(side, rest.cut(until - taken))
        taken = until


def _fee(fill: LedgerFill) -> Decimal:
    """What the fee is worth; of one taken in the base asset, at the fill's own price."""
    return _share(fill.cost, fill.fee_base, fill.amount) if fill.fee_base else fill.fee_quote


def _share(value: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """value · part / whole, rounded to 18 decimals towards the smaller."""
    return PRECISE.divide(PRECISE.multiply(value, part), whole).quantize(
        _SCALE, rounding=ROUND_FLOOR, context=PRECISE
    )


def _added(side: PositionSide, lots: Sequence[_Lot], exit_rate: Decimal) -> Figures:
    with localcontext(PRECISE):
        held = _sum(lot.held for lot in lots)
        entered = _sum(lot.entered for lot in lots)
        exited = _sum(lot.exited for lot in lots)
        invested = _sum(lot.invested for lot in lots)
        gross = _sum(lot.gross_realised for lot in lots)
        fees = _sum(lot.fees for lot in lots)
        open_fees = _sum(lot.open_fees for lot in lots)
        return Figures(
            held=held,
            entered=entered,
            exited=exited,
            fees_base=_sum(lot.fees_base for lot in lots),
            invested=invested,
            average=_mean(invested, held),
            average_entry=_mean(_sum(lot.entry_cost for lot in lots), entered),
            average_exit=_mean(_sum(lot.exit_cost for lot in lots), exited),
            gross_realised=gross,
            realised=gross - (fees - open_fees),
            fees=fees,
            open_fees=open_fees,
            break_even=_mean(invested + side.sign * open_fees, held * (1 - side.sign * exit_rate)),
        )


def _sum(values: Iterable[Decimal]) -> Decimal:
    return sum(values, ZERO)


def _mean(cost: Decimal, amount: Decimal) -> Decimal | None:
    return cost / amount if amount > ZERO else None
