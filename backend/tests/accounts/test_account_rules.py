"""Rules of accounts, as tables and properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.accounts.rules import (
    Role,
    Rotation,
    Scope,
    grouped_setup_code,
    is_same_site,
    is_use_worth_noting,
    judge_rotation,
    may_act,
    normal_email,
    plain_setup_code,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("presented", "age", "verdict"),
    [
        (5, 0, Rotation.advance),
        (5, 10**6, Rotation.advance),
        (4, 0, Rotation.repeat),
        (4, 10, Rotation.repeat),
        (4, 10.001, Rotation.reuse),
        (3, 0, Rotation.reuse),
        (6, 0, Rotation.reuse),
    ],
)
def test_generations(presented: int, age: float, verdict: Rotation) -> None:
    rotated_at = NOW - timedelta(seconds=age)
    assert judge_rotation(presented=presented, current=5, rotated_at=rotated_at, now=NOW) is verdict


def test_who_may_act() -> None:
    allowed = {
        (role, tuple(scopes))
        for role in Role
        for scopes in ([Scope.read], [Scope.write], [Scope.read, Scope.write])
        if may_act(role, frozenset(scopes))
    }
    assert {role for role, _ in allowed} == {Role.admin, Role.trader}
    assert all(Scope.write in scopes for _, scopes in allowed)


def test_the_use_of_a_token_is_noted_once_a_minute() -> None:
    moments = [None, NOW, NOW - timedelta(seconds=59), NOW - timedelta(seconds=60)]
    assert [is_use_worth_noting(last, NOW) for last in moments] == [True, False, False, True]


@given(st.text())
def test_the_normal_spelling_of_an_address_is_stable(text: str) -> None:
    assert normal_email(normal_email(text)) == normal_email(text)


def test_one_address_has_one_spelling() -> None:
    assert normal_email(" ADA@Example.COM\n") == "ada@example.com"
    assert normal_email("u\u0308@example.com") == normal_email("Ü@example.com")


@given(st.text(alphabet="ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=1, max_size=32))
def test_a_code_is_the_same_however_it_is_typed(code: str) -> None:
    shown = grouped_setup_code(code)
    assert plain_setup_code(shown) == code
    assert plain_setup_code(f" {shown.lower().replace('-', ' ')} ") == code
    assert max(map(len, shown.split("-"))) <= 4


@given(st.text(), st.text())
def test_no_origin_crashes_the_check(source: str, host: str) -> None:
    assert is_same_site(source, host=host, allowed=(source, host)) in {True, False}
    assert not is_same_site(source, host="", allowed=())
