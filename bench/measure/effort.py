"""How much is measured: enough to trust the figures, or just enough to see them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Numbers of repetitions; `seconds` bounds the whole bench."""

    seconds: int
    starts: int
    delivered_lines: int
    printed_lines: int
    cancels: int
    crowd: int
    requests: int
    watched_runs: int
    round_trips: int
    webhooks_steady: int
    webhooks_closed_loop: int
    alerts: int
    rankings: int
    groups: int
    tick_seconds: float


FULL = Effort(
    seconds=600,
    starts=60,
    delivered_lines=300,
    printed_lines=1_000_000,
    cancels=40,
    crowd=100,
    requests=800,
    watched_runs=120,
    round_trips=500,
    webhooks_steady=2000,
    webhooks_closed_loop=10_000,
    alerts=100,
    rankings=9,
    groups=200,
    tick_seconds=20,
)
QUICK = Effort(
    seconds=120,
    starts=12,
    delivered_lines=100,
    printed_lines=200_000,
    cancels=8,
    crowd=25,
    requests=200,
    watched_runs=20,
    round_trips=200,
    webhooks_steady=500,
    webhooks_closed_loop=3000,
    alerts=30,
    rankings=5,
    groups=40,
    tick_seconds=5,
)
