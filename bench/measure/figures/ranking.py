"""The order of the queue and the choice of a loser, as pure functions of many candidates."""

import gc
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from dollarclub.pool.rules.priority import DEFAULT_ORDER, Candidate, rank
from dollarclub.risk.rules.losers import LosingGroup, pick
from dollarclub.risk.rules.timers import Standing, Timer, TimerRules
from measure.effort import Effort
from measure.platform import Platform
from measure.report import Row, Target

NAME = "ranking"
COUNT = 10_000
ALLOWED_MS = 200
NOW = datetime(2026, 1, 1, tzinfo=UTC)
RULES = TimerRules(Decimal("-1.5"), 3, timedelta(minutes=15))
NOISE = 1.25
"""How much more than n log n a doubling may take: caches are small and machines busy."""


def measure(_platform: Platform, effort: Effort) -> Iterator[Row]:
    chance = random.Random(1)  # noqa: S311 (the same candidates every time)
    queue = [_candidate(chance, number) for number in range(2 * COUNT)]
    groups = [_losing(chance, number) for number in range(2 * COUNT)]
    ranked, ranked_twice = _pair(lambda count: rank(queue[:count], DEFAULT_ORDER, NOW), effort.rankings)
    picked, picked_twice = _pair(lambda count: pick(groups[:count], RULES, NOW), effort.rankings)
    both = ranked + picked
    text = f"≤ {ALLOWED_MS} ms"
    yield Row(
        f"{COUNT:,} candidates ranked and {COUNT:,} losers judged", both, "ms", Target(ALLOWED_MS, text)
    )
    yield Row("the ranking, explanations included", ranked, "ms")
    yield Row("the choice of a loser", picked, "ms")
    most = 2 * math.log(2 * COUNT) / math.log(COUNT)
    growth = (ranked_twice + picked_twice) / both
    target = Target(most * NOISE, f"≤ {most:.2f} (n log n) · {NOISE}")
    yield Row(f"{2 * COUNT:,} take so many times that", growth, "", target)


def _pair(work: Callable[[int], object], times: int) -> tuple[float, float]:
    """Median milliseconds of the work on one and on two counts, taken in turn.

    What counts is the process's own time: nothing here waits, and a busy machine would only be measured with it.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    gc.disable()
    try:
        for _ in range(times):
            for kept, count in zip(taken, (COUNT, 2 * COUNT), strict=True):
                began = time.process_time()
                work(count)
                kept.append((time.process_time() - began) * 1000)
    finally:
        gc.enable()
    return statistics.median(taken[0]), statistics.median(taken[1])


def _candidate(chance: random.Random, number: int) -> Candidate:
    return Candidate(
        id=UUID(int=number),
        continues=chance.random() < 0.1,
        loss_percent=Decimal(chance.randrange(-900, 300)) / 100,
        replacements=chance.randrange(5),
        expected_profit=Decimal(chance.randrange(100, 5000)) / 100,
        first_queued_at=NOW - timedelta(seconds=chance.randrange(86_400)),
        pinned=chance.randrange(10) if chance.random() < 0.01 else None,
    )


def _losing(chance: random.Random, number: int) -> LosingGroup:
    percent = Decimal(chance.randrange(-900, 300)) / 100
    began = NOW - timedelta(minutes=chance.randrange(60))
    return LosingGroup(
        id=UUID(int=number),
        is_open=chance.random() < 0.95,
        is_manual=chance.random() < 0.05,
        is_blocked=chance.random() < 0.05,
        skip_once=chance.random() < 0.05,
        held=Decimal(1),
        pnl=percent * 10,
        standing=Standing(chance.randrange(1, 6), 0, percent),
        timer=Timer(began, began + RULES.wait),
        opened_at=began - timedelta(hours=1),
    )
