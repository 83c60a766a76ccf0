"""The ranking of waiting entries: the worked example, each rule, and that it is a strict total order."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.pool.rules.priority import DEFAULT_ORDER, Candidate, Ranked, Rule, flaws, rank

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SPEC_ORDER = [Rule.continuation, Rule.deepest_loss, Rule.most_replaced, Rule.first_in]


def candidate(number: int, loss: str | None = None, **changes: object) -> Candidate:
    age = changes.pop("age", 0)
    known: dict[str, object] = {
        "continues": False,
        "replacements": 0,
        "expected_profit": None,
        "pinned": None,
    }
    return Candidate(  # type: ignore[arg-type]
        id=UUID(int=number),
        loss_percent=None if loss is None else Decimal(loss),
        first_queued_at=NOW - timedelta(seconds=age),  # type: ignore[arg-type]
        **(known | changes),
    )


A = candidate(1, "-0.5", continues=True, age=60)
B = candidate(2, "-4.2", replacements=1, age=600)
C = candidate(3, "1.0", replacements=3, age=1200)
D = candidate(4, "0.3", age=1800)
E = candidate(5, "-4.2", age=3600)
F = candidate(6, "-4.205", age=30)


def order(*candidates: Candidate, rules: list[Rule] | None = None) -> list[Candidate]:
    by_id = {each.id: each for each in candidates}
    return [by_id[each.id] for each in rank(candidates, rules or SPEC_ORDER, NOW)]


def explained(only: Candidate, rules: list[Rule] | None = None) -> str:
    return rank([only], rules or list(DEFAULT_ORDER), NOW)[0].explanation


def test_the_worked_example_is_ranked_as_specified() -> None:
    assert order(E, D, C, B, A) == [A, B, E, C, D]
    assert order(F, E, D, C, B, A) == [A, F, B, E, C, D], (
        "the deeper loss comes first, however short its wait"
    )


def test_the_order_of_the_rules_decides() -> None:
    assert order(A, B, C, D, E, F, rules=[Rule.first_in]) == [E, D, C, B, A, F]
    assert order(A, B, C, D, rules=[Rule.most_replaced, Rule.continuation]) == [C, B, A, D]


def test_what_wins_has_no_place_among_the_losses() -> None:
    winner, loser, unknown = candidate(1, "5", age=10), candidate(2, "-0.01", age=5), candidate(3, age=20)
    assert order(winner, loser, unknown, rules=[Rule.deepest_loss]) == [loser, unknown, winner]


def test_the_highest_expected_profit_comes_first_and_the_unknown_last() -> None:
    much, little = candidate(1, expected_profit=Decimal(9)), candidate(2, expected_profit=Decimal("-1"))
    unknown = candidate(3, age=900)
    assert order(unknown, little, much, rules=[Rule.highest_expected_profit]) == [much, little, unknown]


def test_a_place_given_by_hand_comes_before_all_rules() -> None:
    second, first = candidate(7, "9", pinned=2), candidate(8, "9", pinned=1)
    assert order(A, second, first) == [first, second, A]


@pytest.mark.parametrize(
    ("only", "text"),
    [
        (A, "Continues an open position; loss −0.5 %; waits 1 min"),
        (B, "Loss −4.2 %; replaced 1 time; waits 10 min"),
        (C, "Replaced 3 times; waits 20 min"),
        (F, "Loss −4.2 %; waits 30 s"),
        (candidate(9, "-0.0034", age=7200), "Loss −0.0034 %; waits 2 h"),
        (candidate(9, expected_profit=Decimal("12.50"), age=200000), "Expected profit 12.5; waits 2 d"),
        (candidate(9, pinned=3), "Moved by hand; waits 0 s"),
    ],
)
def test_a_person_reads_why(only: Candidate, text: str) -> None:
    assert explained(only) == text


def test_reasons_follow_the_rules_that_are_on() -> None:
    assert (
        explained(B, [Rule.most_replaced, Rule.deepest_loss]) == "Replaced 1 time; loss −4.2 %; waits 10 min"
    )
    assert explained(B, [Rule.first_in]) == "Waits 10 min"


def test_an_order_needs_rules_and_each_once() -> None:
    assert flaws(list(DEFAULT_ORDER)) == []
    assert flaws([]) == ["At least one rule must be enabled."]
    assert flaws([Rule.first_in, Rule.first_in]) == ["A rule must not be named twice."]


candidates = st.builds(
    Candidate,
    id=st.uuids(),
    continues=st.booleans(),
    loss_percent=st.none() | st.decimals("-5", "5", places=1),
    replacements=st.integers(0, 2),
    expected_profit=st.none() | st.decimals("0", "2", places=0),
    first_queued_at=st.integers(0, 3).map(lambda age: NOW - timedelta(minutes=age)),
    pinned=st.none() | st.integers(0, 2),
)
several = st.lists(candidates, max_size=12, unique_by=lambda each: each.id)
some_rules = st.lists(st.sampled_from(Rule), min_size=1, unique=True)


def ids(ranked: list[Ranked]) -> list[UUID]:
    return [each.id for each in ranked]


@given(several, some_rules, st.randoms())
def test_the_ranking_is_a_strict_total_order(
    group: list[Candidate], rules: list[Rule], random: Random
) -> None:
    ranked = rank(group, rules, NOW)
    assert [each.place for each in ranked] == list(range(1, len(group) + 1))
    assert set(ids(ranked)) == {each.id for each in group}
    shuffled = random.sample(group, len(group))
    assert ids(rank(shuffled, rules, NOW)) == ids(ranked), "whatever order they are read in"
    kept = [each for each in group if random.random() < 0.5]
    wanted = {each.id for each in kept}
    assert ids(rank(kept, rules, NOW)) == [each for each in ids(ranked) if each in wanted], (
        "others change nothing"
    )


def test_ten_thousand_are_ranked_in_time() -> None:
    random = Random(4)
    many = [
        candidate(
            number,
            str(round(random.uniform(-9, 9), 2)),
            replacements=random.randrange(4),
            continues=random.random() < 0.2,
            expected_profit=Decimal(random.randrange(100)),
            age=random.randrange(10_000),
        )
        for number in range(10_000)
    ]
    taken = []
    for _ in range(5):
        started = time.process_time()
        rank(many, list(DEFAULT_ORDER), NOW)
        taken.append(time.process_time() - started)
    assert min(taken) < 0.2
