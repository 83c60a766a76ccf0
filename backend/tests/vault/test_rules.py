"""What is wrong with a key, in words; how long an absent exchange is left alone."""

from datetime import timedelta

import pytest

from dollarclub.vault.rules import Powers, Tried, absence, clock_problem, pause_after, power_problems, refusal


def tried(venue: str = "binance", environment: str = "live", *, allow_withdraw: bool = False) -> Tried:
    titles = {"binance": "Binance Spot", "delta": "Delta Exchange (Global)"}
    return Tried(venue, titles.get(venue, "the paper exchange"), environment, allow_withdraw)


@pytest.mark.parametrize("milliseconds", [0, 1_000, -1_000])
def test_up_to_a_second_is_no_skew(milliseconds: int) -> None:
    assert clock_problem(timedelta(milliseconds=milliseconds)) is None


@pytest.mark.parametrize(
    ("skew", "words"), [(1.1, "1.1 s behind the exchange's"), (-62.04, "62.0 s ahead of the exchange's")]
)
def test_skew_is_told_with_figure_and_direction(skew: float, words: str) -> None:
    problem = clock_problem(timedelta(seconds=skew))
    assert problem is not None
    assert problem.code == "clock_skew"
    assert words in problem.message


@pytest.mark.parametrize(
    ("powers", "allowed", "codes"),
    [
        (Powers(True, True, False), False, []),
        (Powers(None, None, None), False, []),
        (Powers(True, True, True), False, ["withdraw_allowed"]),
        (Powers(True, True, True), True, []),
        (Powers(True, False, False), True, ["no_trade_permission"]),
        (
            Powers(False, False, True),
            False,
            ["withdraw_allowed", "no_read_permission", "no_trade_permission"],
        ),
    ],
)
def test_powers_are_judged(powers: Powers, allowed: bool, codes: list[str]) -> None:
    assert [problem.code for problem in power_problems(tried(allow_withdraw=allowed), powers)] == codes


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (tried(environment="live"), "Keys of the testnet do not work there"),
        (tried(environment="testnet"), "Keys of the live exchange do not work there"),
        (tried("delta"), "api.india.delta.exchange"),
        (tried("paper", "paper"), "make new paper keys"),
    ],
)
def test_a_key_of_another_place_is_told_where_it_belongs(key: Tried, words: str) -> None:
    problem = refusal(key, "invalid_key", "Invalid API-key, IP, or permissions for action.")
    assert problem.code == "invalid_key"
    assert words in problem.message
    assert problem.message.endswith("The exchange says: Invalid API-key, IP, or permissions for action.")


@pytest.mark.parametrize(
    "code", ["wrong_secret", "address_not_allowed", "no_permission", "clock_skew", "something_new"]
)
def test_every_refusal_is_a_sentence(code: str) -> None:
    message = refusal(tried("paper", "paper"), code, "").message
    assert message[0].isupper()
    assert message.endswith(".")


def test_an_absent_exchange_is_said_to_be_asked_again() -> None:
    problem = absence(tried("paper", "paper"), "unreachable", "")
    assert problem.message == "The paper exchange could not be reached; the key is tried again by itself."


def test_pauses_double_to_five_minutes() -> None:
    pauses = [pause_after(attempts).total_seconds() for attempts in (1, 2, 3, 4, 7, 8, 1_000)]
    assert pauses == [5, 10, 20, 40, 300, 300, 300]
