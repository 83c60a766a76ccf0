"""When the absence of an order is a proof."""

from datetime import timedelta

import pytest

from dollarclub.orders.rules.sending import Bounds, Silence, is_late, next_look, until_proof

SECOND = timedelta(seconds=1)
BOUNDS = Bounds(receive_window=5 * SECOND, answer=10 * SECOND)


@pytest.mark.parametrize(
    ("unknown", "skew", "proven"),
    [(5.9, 0, False), (6.0, 0, True), (6.5, 1, False), (6.5, -1, False), (7.1, 1, True), (7.1, -1, True)],
)
def test_after_its_call_ended_a_request_lives_for_the_receive_window(
    unknown: float, skew: float, proven: bool
) -> None:
    bounds = Bounds(BOUNDS.receive_window, BOUNDS.answer, skew * SECOND)
    silence = Silence(since_sent=60 * SECOND, since_unknown=unknown * SECOND, sender_may_live=False)
    assert (until_proof(silence, bounds) <= timedelta(0)) is proven


@pytest.mark.parametrize(("sent", "proven"), [(21, False), (47, False), (48, True)])
def test_a_sender_that_may_still_live_may_still_be_waiting_to_send(sent: int, proven: bool) -> None:
    silence = Silence(since_sent=sent * SECOND, since_unknown=60 * SECOND, sender_may_live=True)
    assert (until_proof(silence, BOUNDS) <= timedelta(0)) is proven


def test_a_process_that_was_held_up_does_not_send() -> None:
    assert not is_late(100.0, 101.9)
    assert is_late(100.0, 102.1)


def test_the_exchange_is_asked_every_two_seconds_at_first_and_every_thirty_at_last() -> None:
    pauses = [next_look(minutes * 60 * SECOND) for minutes in (0, 0.1, 1, 10)]
    assert pauses == [2 * SECOND, 2 * SECOND, 15 * SECOND, 30 * SECOND]
