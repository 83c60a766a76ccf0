"""When the absence of an order is a proof."""

from datetime import timedelta

import pytest

from dollarclub.orders.rules.sending import Bounds, Silence, deadline, next_look, until_proof

SECOND = timedelta(seconds=1)
BOUNDS = Bounds(validity=5 * SECOND)


@pytest.mark.parametrize(
    ("unknown", "skew", "proven"),
    [(5.9, 0, False), (6.0, 0, True), (6.5, 1, False), (6.5, -1, False), (7.1, 1, True), (7.1, -1, True)],
)
def test_after_its_call_ended_a_request_lives_for_its_validity(
    unknown: float, skew: float, proven: bool
) -> None:
    bounds = Bounds(BOUNDS.validity, skew * SECOND)
    silence = Silence(
        since_sent=(unknown + 0.1) * SECOND, since_unknown=unknown * SECOND, sender_may_live=False
    )
    assert (until_proof(silence, bounds) <= timedelta(0)) is proven


@pytest.mark.parametrize(("sent", "proven"), [(6.1, False), (10.9, False), (11, True)])
@pytest.mark.parametrize("may_live", [True, False])
def test_nothing_is_taken_once_what_was_signed_at_the_deadline_is_too_old(
    sent: float, proven: bool, may_live: bool
) -> None:
    """Also when its sender still lives, and when its call ended long after the order was sent."""
    unknown = 60 if may_live else 0.1
    silence = Silence(since_sent=sent * SECOND, since_unknown=unknown * SECOND, sender_may_live=may_live)
    assert (until_proof(silence, BOUNDS) <= timedelta(0)) is proven


def test_an_order_is_signed_within_five_seconds_or_not_at_all() -> None:
    assert deadline(100.0) == 105.0


def test_the_exchange_is_asked_every_two_seconds_at_first_and_every_thirty_at_last() -> None:
    pauses = [next_look(minutes * 60 * SECOND) for minutes in (0, 0.1, 1, 10)]
    assert pauses == [2 * SECOND, 2 * SECOND, 15 * SECOND, 30 * SECOND]
