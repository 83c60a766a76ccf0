"""What an alert becomes: a table of cases, and what must hold for all of them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.exchanges.gateway import MarketType, OrderType, Side
from dollarclub.exchanges.rules.precision import Draft, Steps, flaw
from dollarclub.kit.money import ZERO
from dollarclub.signals.rules.payload import Action, Alert, Intent, Kind, Unit
from dollarclub.signals.rules.route import Decision, Known, Place, Plan, Terms, route, wants_balance
from dollarclub.signals.rules.states import Outcome

D = Decimal
STEPS = Steps(
    price_tick=D("0.01"),
    amount_step=D("0.001"),
    min_amount=D("0.001"),
    max_amount=D("9000"),
    market_step=ZERO,
    market_max_amount=D("5"),
    min_cost=D("10"),
)
SPOT = Place(MarketType.spot, "USDT", STEPS, by_cost=True)
USDM = Place(MarketType.usdm, "USDT", STEPS)
TERMS = Terms(Kind.market, D(50), Unit.quote, None)
PRICE = D(20_000)


def alert(
    intent: str, action: str, amount: str | None = None, unit: str | None = None, **more: object
) -> Alert:
    return Alert(
        Intent(intent),
        Action(action),
        "BTCUSDT",
        amount=D(amount) if amount else None,
        unit=Unit(unit) if unit else None,
        **more,  # type: ignore[arg-type]
    )


def summary(decision: Decision) -> list[str] | str:
    """`exit sell 1` for every order, or the outcome."""
    if decision.outcome is not None:
        assert decision.plans == ()
        assert decision.note
        return decision.outcome.value
    return [
        f"{each.leg} {each.side} "
        + (
            f"for {each.cost.normalize():f}"
            if each.cost is not None
            else f"{(each.amount or ZERO).normalize():f}"
        )
        + (f" at {each.price.normalize():f}" if each.price is not None else "")
        for each in decision.plans
    ]


CASES = [
    # entries: units
    (SPOT, "0", alert("entry", "buy", "0.0159", "base"), ["entry buy 0.015"]),
    (SPOT, "0", alert("entry", "buy", "0.0159", "contracts"), ["entry buy 0.015"]),
    (SPOT, "0", alert("entry", "buy", "100.555", "quote"), ["entry buy for 100.55"]),
    (SPOT, "0", alert("entry", "buy", "10", "percent"), ["entry buy for 100"]),
    (SPOT, "0", alert("entry", "buy"), ["entry buy for 50"]),
    (SPOT, "0", alert("entry", "buy", "70"), ["entry buy for 70"]),
    (USDM, "0", alert("entry", "buy", "110", "quote"), ["entry buy 0.005"]),
    (USDM, "0", alert("entry", "sell", "10", "percent"), ["entry sell 0.005"]),
    (USDM, "0", alert("entry", "sell", "2", "contracts"), ["entry sell 2"]),
    (
        replace(USDM, contract_size=D("0.1")),
        "0",
        alert("entry", "sell", "2", "contracts"),
        ["entry sell 0.2"],
    ),
    (replace(SPOT, by_cost=False), "0", alert("entry", "buy", "110", "quote"), ["entry buy 0.005"]),
    # entries: limit
    (
        SPOT,
        "0",
        alert("entry", "buy", "100", "quote", order_type=Kind.limit, price=D("10000.019")),
        ["entry buy 0.009 at 10000.01"],
    ),
    (
        USDM,
        "0",
        alert("entry", "sell", "1", "base", order_type=Kind.limit, price=D("10000.011")),
        ["entry sell 1 at 10000.02"],
    ),
    (SPOT, "0", alert("entry", "buy", "1", "base", order_type=Kind.limit), ["entry buy 1 at 20000"]),
    # entries: refused
    (SPOT, "1", alert("entry", "sell", "1", "base"), "short_not_supported"),
    (SPOT, "0", alert("entry", "buy", "0.0004", "base"), "below_min_notional"),
    (SPOT, "0", alert("entry", "buy", "9.99", "quote"), "below_min_notional"),
    (USDM, "0", alert("entry", "buy", "15", "quote"), "below_min_notional"),
    (SPOT, "0", alert("entry", "buy", "6", "base"), "amount_too_large"),
    # netting on futures
    (USDM, "1", alert("entry", "sell", "3", "base"), ["entry sell 3"]),
    # exits
    (SPOT, "1.2345", alert("exit", "close"), ["exit sell 1.234"]),
    (SPOT, "1.2345", alert("exit", "close", "0.1", "base"), ["exit sell 1.234"]),
    (SPOT, "0", alert("exit", "close"), "exit_no_position"),
    (SPOT, "0.0009", alert("exit", "close"), "exit_no_position"),
    (SPOT, "12", alert("exit", "close"), ["exit sell 5", "exit2 sell 5", "exit3 sell 2"]),
    (
        SPOT,
        "1",
        alert("exit", "close", order_type=Kind.limit, price=D("30000.001")),
        ["exit sell 1 at 30000.01"],
    ),
    (USDM, "1.5", alert("exit", "close"), ["exit sell 1.5"]),
    (USDM, "-1.5", alert("exit", "close"), ["exit buy 1.5"]),
    # reduce
    (SPOT, "2", alert("reduce", "sell", "25", "percent"), ["exit sell 0.5"]),
    (SPOT, "2", alert("reduce", "close", "0.3", "base"), ["exit sell 0.3"]),
    (SPOT, "2", alert("reduce", "sell", "9", "base"), ["exit sell 2"]),
    (USDM, "-2", alert("reduce", "close", "20000", "quote"), ["exit buy 1"]),
    (USDM, "-2", alert("reduce", "close"), "amount_missing"),
    (USDM, "0", alert("reduce", "close", "1", "quote"), "exit_no_position"),
    (USDM, "2", alert("reduce", "close", "0.0001", "base"), "below_min_notional"),
    # reverse
    (USDM, "1", alert("reverse", "sell", "2", "base"), ["exit sell 1", "entry sell 2"]),
    (USDM, "-1", alert("reverse", "buy", "2", "base"), ["exit buy 1", "entry buy 2"]),
    (USDM, "0", alert("reverse", "sell", "2", "base"), ["entry sell 2"]),
    (USDM, "-1", alert("reverse", "sell", "2", "base"), ["entry sell 2"]),
    (SPOT, "1", alert("reverse", "sell", "2", "base"), ["exit sell 1"]),
    (SPOT, "0", alert("reverse", "sell", "2", "base"), "short_not_supported"),
    (SPOT, "1", alert("reverse", "buy", "2", "base"), ["entry buy 2"]),
]


@pytest.mark.parametrize(("place", "held", "told", "expected"), CASES)
def test_cases(place: Place, held: str, told: Alert, expected: list[str] | str) -> None:
    decision = route(told, TERMS, place, Known(D(held), PRICE, D(1000)))
    assert summary(decision) == expected


def test_a_spot_reverse_says_that_it_only_closed() -> None:
    decision = route(alert("reverse", "sell", "2", "base"), TERMS, SPOT, Known(D(1), PRICE))
    assert "spot" in decision.note


def test_nobody_says_how_much() -> None:
    terms = replace(TERMS, amount=None)
    assert route(alert("entry", "buy"), terms, SPOT, Known(ZERO, PRICE)).outcome is Outcome.amount_missing


def test_a_share_of_nothing() -> None:
    told = alert("entry", "buy", "50", "percent")
    for free in (None, ZERO):
        assert route(told, TERMS, SPOT, Known(ZERO, PRICE, free)).outcome is Outcome.insufficient_funds


@pytest.mark.parametrize("place", [SPOT, USDM])
@pytest.mark.parametrize(("amount", "unit"), [("101", "quote"), ("0.006", "base"), ("11", "percent")])
def test_the_strategys_limit_bounds_entries(place: Place, amount: str, unit: str) -> None:
    known = Known(ZERO, PRICE, D(1000))
    told = alert("entry", "buy", amount, unit)
    within = route(told, replace(TERMS, max_cost=D(200)), place, known)
    assert within.plans
    terms = replace(TERMS, max_cost=D(99))
    assert route(told, terms, place, known).outcome is Outcome.amount_too_large


def test_the_strategys_limit_does_not_keep_a_position_open() -> None:
    terms = replace(TERMS, max_cost=D(1))
    assert route(alert("exit", "close"), terms, SPOT, Known(D(1), PRICE)).plans


def test_a_closed_market_takes_nothing() -> None:
    place = replace(SPOT, steps=replace(STEPS, active=False))
    for told in (alert("entry", "buy", "1", "base"), alert("exit", "close")):
        assert route(told, TERMS, place, Known(D(1), PRICE)).outcome is Outcome.market_closed


def test_no_price() -> None:
    assert (
        route(alert("entry", "sell", "50", "quote"), TERMS, USDM, Known(ZERO)).outcome
        is Outcome.exchange_error
    )


def test_exits_on_futures_only_reduce() -> None:
    decision = route(alert("reverse", "sell", "2", "base"), TERMS, USDM, Known(D(1), PRICE))
    assert [(each.is_exit, each.reduce_only) for each in decision.plans] == [(True, True), (False, False)]


def test_exits_go_at_the_market_whatever_the_strategy_prefers() -> None:
    terms = replace(TERMS, order_type=Kind.limit)
    decision = route(alert("exit", "close", price=D(1)), terms, SPOT, Known(D(1), PRICE))
    assert [each.type for each in decision.plans] == [OrderType.market]


def test_a_small_futures_position_can_always_be_closed() -> None:
    """Minimum notional does not bind orders that only reduce."""
    steps = replace(STEPS, min_cost=D(10**6))
    decision = route(alert("exit", "close"), TERMS, replace(USDM, steps=steps), Known(D(1), PRICE))
    assert summary(decision) == ["exit sell 1"]


def test_whether_the_balance_is_wanted() -> None:
    percent = replace(TERMS, unit=Unit.percent)
    assert wants_balance(alert("entry", "buy", "5", "percent"), TERMS)
    assert wants_balance(alert("reverse", "buy"), percent)
    assert not wants_balance(alert("entry", "buy", "5", "quote"), percent)
    assert not wants_balance(alert("entry", "buy"), replace(percent, amount=None))
    assert not wants_balance(alert("reduce", "sell", "5", "percent"), TERMS)


amounts = st.decimals("0.00000001", "1000000", places=8)
steps = st.builds(
    Steps,
    price_tick=st.sampled_from([D("0.01"), D("0.0001"), D("0.5"), D("0.00000001")]),
    amount_step=st.sampled_from([D("0.001"), D(1), D("0.00001"), ZERO]),
    min_amount=st.sampled_from([ZERO, D("0.001"), D(1)]),
    max_amount=st.sampled_from([ZERO, D(9000)]),
    market_step=st.sampled_from([ZERO, D("0.01"), D(1)]),
    market_max_amount=st.sampled_from([ZERO, D(100)]),
    min_cost=st.sampled_from([ZERO, D(5), D(100)]),
)
places = st.builds(
    Place,
    market_type=st.sampled_from(list(MarketType)),
    quote=st.just("USDT"),
    steps=steps,
    contract_size=st.just(D(1)),
    by_cost=st.booleans(),
)
terms_of_any_kind = st.builds(
    Terms,
    order_type=st.sampled_from(list(Kind)),
    amount=st.none() | amounts,
    unit=st.sampled_from(list(Unit)),
    max_cost=st.none() | amounts,
)
alerts = st.builds(
    Alert,
    intent=st.sampled_from(list(Intent)),
    action=st.sampled_from([Action.buy, Action.sell]),
    raw_symbol=st.just("BTCUSDT"),
    amount=st.none() | amounts,
    unit=st.none() | st.sampled_from(list(Unit)),
    order_type=st.none() | st.sampled_from(list(Kind)),
    price=st.none() | amounts,
)
knowns = st.builds(
    Known,
    held=st.decimals("-1000000", "1000000", places=8),
    last=st.none() | amounts,
    free=st.none() | st.decimals("0", "1000000", places=8),
)


def on_its_place(place: Place, known: Known) -> Known:
    """Spot has no short positions."""
    return replace(known, held=abs(known.held)) if place.market_type is MarketType.spot else known


@given(alerts, terms_of_any_kind, places, knowns)
def test_nothing_that_the_venue_would_refuse(told: Alert, terms: Terms, place: Place, known: Known) -> None:
    decision = route(told, terms, place, on_its_place(place, known))
    assert bool(decision.plans) != (decision.outcome is not None)
    for plan in decision.plans:
        assert (plan.amount is None) != (plan.cost is None)
        assert flaw(place.steps, draft_of(plan, known)) is None


@given(alerts, terms_of_any_kind, places, knowns)
def test_exits_never_exceed_what_is_held(told: Alert, terms: Terms, place: Place, known: Known) -> None:
    known = on_its_place(place, known)
    exits = [plan for plan in route(told, terms, place, known).plans if plan.is_exit]
    assert sum((plan.amount or ZERO for plan in exits), ZERO) <= abs(known.held)
    for plan in exits:
        assert plan.side is (Side.sell if known.held > 0 else Side.buy)


@given(alerts, terms_of_any_kind, places, knowns)
def test_entries_never_exceed_what_was_meant(told: Alert, terms: Terms, place: Place, known: Known) -> None:
    for plan in route(told, terms, place, on_its_place(place, known)).plans:
        if plan.is_exit:
            continue
        amount = told.amount if told.amount is not None else terms.amount
        unit = (told.unit or terms.unit) if told.amount is not None else terms.unit
        assert amount is not None
        if unit in (Unit.base, Unit.contracts):
            assert plan.amount is not None
            assert plan.amount <= amount
            continue
        allowed = amount if unit is Unit.quote else (known.free or ZERO) * min(amount, D(100)) / 100
        price = plan.price or known.last or ZERO
        assert (plan.cost if plan.cost is not None else (plan.amount or ZERO) * price) <= allowed
        if terms.max_cost is not None:
            assert (plan.cost or (plan.amount or ZERO) * price) <= terms.max_cost


def draft_of(plan: Plan, known: Known) -> Draft:
    return Draft(
        is_market=plan.type is OrderType.market,
        is_buy=plan.side is Side.buy,
        amount=plan.amount,
        price=plan.price,
        cost=plan.cost,
        reference=known.last,
        reduce_only=plan.reduce_only,
    )
