"""From an alert to the orders that carry it out: pure, for one book in one market.

`wants_balance` tells whether more than the price must be known; `route` then decides. The rules:

- An entry trades what the alert asks for, else the strategy's amount. On futures an entry against the held side is
  sent as told and nets (one-way mode: one side per key and symbol). On spot a sell that is no exit is refused.
- An exit closes what the strategy's own book holds, whatever side or amount the alert names; the rest below one step
  stays. A reduce closes a part of it: its amount may be in base, quote, contracts or percent of the position.
- A reverse closes what is held on the other side, then enters; on spot it only closes.
- Entries are of the alert's kind, else the strategy's. Exits go at the market unless the alert asks for a limit.
- Quote amounts and percent of the free balance become the cost of a market buy on spot (where the venue takes it),
  else an amount at the price. Percent on futures is percent of the free margin, without leverage.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from dollarclub.exchanges.gateway import MarketType, OrderType, Side
from dollarclub.exchanges.rules.precision import (
    Draft,
    Flaw,
    Steps,
    flaw,
    largest_amount,
    rounded_amount,
    rounded_price,
)
from dollarclub.kit.money import PRECISE, ZERO, floor_to, plain
from dollarclub.signals.rules.payload import Action, Alert, Intent, Kind, Unit
from dollarclub.signals.rules.states import Outcome

HUNDRED = Decimal(100)
MOST_EXITS = 20


class Leg(StrEnum):
    """An alert's orders by their part in it; with the alert's id the identity of an intent. Later exits are `exit2`, …"""

    entry = "entry"
    exit = "exit"


@dataclass(frozen=True)
class Terms:
    """What a strategy says of its orders. `max_cost` bounds an entry, in quote units."""

    order_type: Kind
    amount: Decimal | None
    unit: Unit
    max_cost: Decimal | None


@dataclass(frozen=True)
class Place:
    """The market that is traded. `by_cost`: a market buy may name its cost."""

    market_type: MarketType
    quote: str
    steps: Steps
    contract_size: Decimal = Decimal(1)
    by_cost: bool = False


@dataclass(frozen=True)
class Known:
    """What is known of the moment: `held` is the book's own position (negative for short), less what its live exits
    will close; `last` the last price; `free` the free balance in quote units, None when it was not read."""

    held: Decimal
    last: Decimal | None = None
    free: Decimal | None = None


@dataclass(frozen=True)
class Plan:
    """An order to be made. Either `amount` or `cost` is given."""

    leg: str
    is_exit: bool
    side: Side
    type: OrderType
    amount: Decimal | None
    cost: Decimal | None = None
    price: Decimal | None = None
    reduce_only: bool = False


@dataclass(frozen=True)
class Decision:
    """Orders in the order in which they go out, or an outcome without any; `note` is for a person."""

    plans: tuple[Plan, ...] = ()
    outcome: Outcome | None = None
    note: str = ""


class _Refused(Exception):
    def __init__(self, outcome: Outcome, note: str) -> None:
        super().__init__(note)
        self.decision = Decision(outcome=outcome, note=note)


def wants_balance(alert: Alert, terms: Terms) -> bool:
    """Whether `route` has to be told the free balance: for a share of it."""
    amount, unit = asked(alert, terms)
    opens = alert.intent in (Intent.entry, Intent.reverse)
    return opens and amount is not None and unit is Unit.percent


def route(alert: Alert, terms: Terms, place: Place, known: Known) -> Decision:
    """The orders that carry out `alert`, none of which the venue would refuse for its numbers; or why there are none."""
    try:
        match alert.intent:
            case Intent.entry:
                return Decision(plans=(_entry(alert, terms, place, known),))
            case Intent.exit:
                return Decision(plans=tuple(_exits(alert, place, known, abs(known.held))))
            case Intent.reduce:
                return Decision(plans=tuple(_exits(alert, place, known, _part(alert, place, known))))
            case Intent.reverse:
                return _reverse(alert, terms, place, known)
    except _Refused as refused:
        return refused.decision


def _reverse(alert: Alert, terms: Terms, place: Place, known: Known) -> Decision:
    against = known.held > ZERO if alert.action is Action.sell else known.held < ZERO
    closing = tuple(_exits(alert, place, known, abs(known.held))) if against else ()
    if place.market_type is MarketType.spot and alert.action is Action.sell:
        if not closing:
            raise _Refused(Outcome.short_not_supported, "Spot cannot be sold short, and nothing is held.")
        return Decision(plans=closing, note="Closed only: spot cannot be sold short.")
    after = replace(known, held=ZERO) if closing else known
    return Decision(plans=(*closing, _entry(alert, terms, place, after)))


def _entry(alert: Alert, terms: Terms, place: Place, known: Known) -> Plan:
    side = Side.buy if alert.action is Action.buy else Side.sell
    if place.market_type is MarketType.spot and side is Side.sell:
        raise _Refused(
            Outcome.short_not_supported,
            "A sell on spot must be an exit: set execution_intent.type (or intent) to exit.",
        )
    kind = OrderType((alert.order_type or terms.order_type).value)
    price = _limit_price(alert, place, known, side) if kind is OrderType.limit else None
    plan = Plan(Leg.entry, is_exit=False, side=side, type=kind, amount=None, price=price)
    plan = _sized(plan, alert, terms, place, known)
    if terms.max_cost is not None and (cost := _cost_of(plan, known)) is not None and cost > terms.max_cost:
        raise _Refused(
            Outcome.amount_too_large,
            f"{_told(cost, place)} is more than the strategy's limit of {_told(terms.max_cost, place)}.",
        )
    return _sound(plan, place, known)


def _sized(plan: Plan, alert: Alert, terms: Terms, place: Place, known: Known) -> Plan:
    """`plan` with its amount or cost, rounded down."""
    amount, unit = asked(alert, terms)
    if amount is None or amount <= ZERO:
        raise _Refused(
            Outcome.amount_missing, "Neither the alert nor the strategy says how much is to be traded."
        )
    is_market = plan.type is OrderType.market
    if unit in (Unit.base, Unit.contracts):
        base = in_base(amount, unit, place)
        return replace(plan, amount=rounded_amount(place.steps, base, is_market=is_market))
    spent = amount if unit is Unit.quote else _share(known.free, amount, place)
    if is_market and plan.side is Side.buy and place.by_cost:
        return replace(plan, cost=floor_to(spent, place.steps.price_tick))
    price = plan.price or _last(known)
    base = _over(spent, price)
    return replace(plan, amount=rounded_amount(place.steps, base, is_market=is_market))


def _exits(alert: Alert, place: Place, known: Known, amount: Decimal) -> Iterator[Plan]:
    """Orders that close `amount` of what is held, several where one may not be that large."""
    if known.held == ZERO:
        raise _Refused(Outcome.exit_no_position, "The strategy holds nothing of this.")
    side = Side.sell if known.held > ZERO else Side.buy
    by_limit = alert.order_type is Kind.limit
    price = _limit_price(alert, place, known, side) if by_limit else None
    rest = rounded_amount(place.steps, amount, is_market=not by_limit)
    if rest <= ZERO:
        whole = amount == abs(known.held)
        raise _Refused(
            Outcome.exit_no_position if whole else Outcome.below_min_notional,
            f"What is to be closed ({plain(amount)}) is less than one step of this market.",
        )
    largest = largest_amount(place.steps, is_market=not by_limit) or rest
    largest = rounded_amount(place.steps, largest, is_market=not by_limit)
    for number in range(1, MOST_EXITS + 1):
        plan = Plan(
            leg=Leg.exit if number == 1 else f"{Leg.exit}{number}",
            is_exit=True,
            side=side,
            type=OrderType.limit if by_limit else OrderType.market,
            amount=min(rest, largest),
            price=price,
            reduce_only=place.market_type is MarketType.usdm,
        )
        rest -= min(rest, largest)
        if number == 1 or _flaw_of(plan, place, known) is None:
            yield _sound(plan, place, known)
        if rest <= ZERO:
            return


def _part(alert: Alert, place: Place, known: Known) -> Decimal:
    """How much a reduce closes: never more than is held."""
    if alert.amount is None:
        raise _Refused(Outcome.amount_missing, "The alert does not say by how much to reduce.")
    held = abs(known.held)
    match alert.unit or Unit.base:
        case Unit.percent:
            asked = _over(PRECISE.multiply(held, alert.amount), HUNDRED)
        case Unit.quote:
            asked = _over(alert.amount, _last(known)) if held else ZERO
        case unit:
            asked = in_base(alert.amount, unit, place)
    return min(held, asked)


def asked(alert: Alert, terms: Terms) -> tuple[Decimal | None, Unit]:
    """The alert's amount, else the strategy's; an amount without a unit is in the strategy's."""
    if alert.amount is not None:
        return alert.amount, alert.unit or terms.unit
    return terms.amount, terms.unit


def in_base(amount: Decimal, unit: Unit, place: Place) -> Decimal:
    """Contracts as base units; base units as they are."""
    if unit is Unit.contracts and place.market_type is MarketType.usdm:
        return PRECISE.multiply(amount, place.contract_size)
    return amount


def _share(free: Decimal | None, percent: Decimal, place: Place) -> Decimal:
    if free is None or free <= ZERO:
        raise _Refused(Outcome.insufficient_funds, f"There is no free {place.quote} to take a share of.")
    return _over(PRECISE.multiply(free, min(percent, HUNDRED)), HUNDRED)


def _limit_price(alert: Alert, place: Place, known: Known, side: Side) -> Decimal:
    """The alert's price to the tick, never worse than asked; the last price when it names none."""
    return rounded_price(place.steps, alert.price or _last(known), is_buy=side is Side.buy)


def _last(known: Known) -> Decimal:
    if known.last is None or known.last <= ZERO:
        raise _Refused(Outcome.exchange_error, "The exchange tells no price for this market.")
    return known.last


def _over(value: Decimal, divisor: Decimal) -> Decimal:
    """The quotient, never above the exact one."""
    context = PRECISE.copy()
    context.rounding = ROUND_FLOOR
    return context.divide(value, divisor)


def _cost_of(plan: Plan, known: Known) -> Decimal | None:
    if plan.cost is not None:
        return plan.cost
    price = plan.price or known.last
    return PRECISE.multiply(plan.amount, price) if plan.amount is not None and price else None


def _flaw_of(plan: Plan, place: Place, known: Known) -> Flaw | None:
    draft = Draft(
        is_market=plan.type is OrderType.market,
        is_buy=plan.side is Side.buy,
        amount=plan.amount,
        price=plan.price,
        cost=plan.cost,
        reference=known.last,
        reduce_only=plan.reduce_only,
    )
    return flaw(place.steps, draft)


def _sound(plan: Plan, place: Place, known: Known) -> Plan:
    """`plan`, which the venue would not refuse for its numbers."""
    found = _flaw_of(plan, place, known)
    if found is None:
        return plan
    match found:
        case Flaw.market_closed:
            raise _Refused(Outcome.market_closed, "The exchange does not trade this market at present.")
        case Flaw.above_max_amount:
            raise _Refused(
                Outcome.amount_too_large, f"The exchange takes no order of {plain(plan.amount or ZERO)}."
            )
    least = f"{_told(place.steps.min_cost, place)}, {plain(place.steps.min_amount)} units"
    raise _Refused(
        Outcome.below_min_notional, f"Rounded to its steps it is below the exchange's minimum ({least})."
    )


def _told(cost: Decimal, place: Place) -> str:
    return f"{plain(cost.quantize(Decimal('0.01')) if cost > 1 else cost)} {place.quote}"
