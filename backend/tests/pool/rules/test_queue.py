"""Replacement, expiry, size and drift of waiting entries."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dollarclub.pool.rules import queue
from dollarclub.pool.rules.queue import Arrival, Waiting
from dollarclub.positions.rules.config import PositionSide

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=20)
WAITING = Waiting(bar=100, price=Decimal(50), replacements=1, first_queued_at=NOON, told_at=NOON)


@pytest.mark.parametrize(
    ("waits", "bar", "size", "most", "expected"),
    [
        (False, 100, 0, 5, Arrival.added),
        (False, 100, 4, 5, Arrival.added),
        (False, 100, 5, 5, Arrival.full),
        (False, 100, 500, None, Arrival.added),
        (True, 100, 1, 5, Arrival.same_bar),
        (True, 99, 1, 5, Arrival.same_bar),
        (True, 101, 1, 5, Arrival.replaced),
        (True, 101, 5, 5, Arrival.replaced),
        (True, None, 1, 5, Arrival.replaced),
    ],
)
def test_what_becomes_of_a_further_signal(
    waits: bool, bar: int | None, size: int, most: int | None, expected: Arrival
) -> None:
    waiting = WAITING if waits else None
    assert queue.judge_arrival(waiting, bar=bar, size=size, max_size=most) is expected


def test_a_replacement_keeps_its_first_time_and_takes_the_newer_price() -> None:
    newer = queue.replaced(WAITING, bar=101, price=Decimal(48), now=LATER)
    assert newer == Waiting(101, Decimal(48), 2, NOON, LATER)


def test_a_signal_expires_counted_from_its_latest_telling() -> None:
    hour = timedelta(hours=1)
    assert not queue.is_expired(WAITING, hour, NOON + timedelta(minutes=59))
    assert queue.is_expired(WAITING, hour, NOON + hour)
    newer = queue.replaced(WAITING, bar=101, price=Decimal(48), now=LATER)
    assert not queue.is_expired(newer, hour, NOON + hour)
    assert queue.expires_at(newer, hour) == LATER + hour
    assert not queue.is_expired(WAITING, None, NOON + timedelta(days=400)), "without a limit it never does"


@pytest.mark.parametrize(
    ("side", "last", "loss"),
    [(PositionSide.long, "48", "-4"), (PositionSide.long, "51", "2"), (PositionSide.short, "51", "-2")],
)
def test_the_loss_since_the_signal(side: PositionSide, last: str, loss: str) -> None:
    assert queue.loss_percent(side, Decimal(50), Decimal(last)) == Decimal(loss)
    assert queue.loss_percent(side, Decimal(50), None) is None
    assert queue.loss_percent(side, Decimal(0), Decimal(last)) is None


@pytest.mark.parametrize(
    ("last", "drifted"), [("50.5", False), ("49.5", False), ("50.51", True), ("49.49", True)]
)
def test_a_price_that_ran_away_either_way(last: str, drifted: bool) -> None:
    assert queue.has_drifted(Decimal(50), Decimal(last), Decimal(1)) is drifted
    assert not queue.has_drifted(Decimal(50), Decimal(last), None)
    assert not queue.has_drifted(Decimal(50), None, Decimal(1)), "an unknown price proves nothing"
