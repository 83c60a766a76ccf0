"""From an alert to an order that the paper exchange has taken: one by one, exits, and a thousand at a bar's close."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from measure import processes
from measure.desk import DONE_SECONDS, Desk, accepted_after, worker_pid
from measure.effort import Effort
from measure.platform import Platform
from measure.report import Row, Target, median_ms, quantile
from measure.stack import BenchFailed

NAME = "orders"
P50_MS, P99_MS, EXIT_MS = 40, 150, 60
MEMORY_MB = 250
KEYS, SYMBOLS = 20, 1500
BURST, SENDERS = 1000, 40
PAUSE_SECONDS = 0.1
BUY = {"action": "buy", "amount": "20", "unit": "quote"}
PAIRS = ("BTCUSDT", "ETHUSDT", "BNBUSDT", "SOLUSDT", "XRPUSDT", "ADAUSDT", "LTCUSDT", "LINKUSDT")


def measure(platform: Platform, effort: Effort) -> Iterator[Row]:
    desk = Desk(platform, keys=KEYS, symbols=SYMBOLS)
    try:
        for strategy in desk.strategies:
            desk.told(strategy, "executed", symbol="BTCUSDT", **BUY)
        memory = processes.resident_bytes(worker_pid(platform)) / 1e6
        text = f"≤ {MEMORY_MB} MB"
        yield Row(f"trading worker, {KEYS} keys, {SYMBOLS} pairs", memory, "MB", Target(MEMORY_MB, text))
        yield from _one_by_one(desk, effort)
        yield from _burst(platform, desk)
    finally:
        desk.close()


def _one_by_one(desk: Desk, effort: Effort) -> Iterator[Row]:
    bare = desk.bare_orders(min(effort.alerts, 60))
    entries, exits = [], []
    for number in range(effort.alerts):
        strategy = desk.strategies[number % KEYS]
        symbol = PAIRS[number % len(PAIRS)]
        entries.append(accepted_after(desk.told(strategy, "executed", symbol=symbol, **BUY)))
        time.sleep(PAUSE_SECONDS)
        exits.append(accepted_after(desk.told(strategy, "exit_executed", symbol=symbol, action="close")))
        time.sleep(PAUSE_SECONDS)
    base = median_ms(bare)
    p50, p99 = median_ms(entries), quantile(entries, 0.99) * 1000
    for name, value, bound in (("p50", p50, P50_MS), ("p99", p99, P99_MS)):
        yield Row(
            f"alert → order at the exchange, {name}",
            value,
            "ms",
            Target(bound + base, f"≤ {bound} ms + bare"),
            base,
            "bare ccxt create_order",
        )
    yield Row(
        "exit alert → close at the exchange, p50", median_ms(exits), "ms", Target(EXIT_MS, f"≤ {EXIT_MS} ms")
    )


def _burst(platform: Platform, desk: Desk) -> Iterator[Row]:
    """A thousand alerts over all strategies; until every one of them is executed."""
    before = desk.counted(outcome="executed")
    clients = [platform.new_client() for _ in range(SENDERS)]
    began = time.monotonic()

    def send(sender: int) -> None:
        for number in range(sender, BURST, SENDERS):
            desk.post(
                clients[sender],
                desk.strategies[number % KEYS],
                symbol=PAIRS[number // KEYS % len(PAIRS)],
                **BUY,
            )

    with ThreadPoolExecutor(SENDERS) as senders:
        list(senders.map(send, range(SENDERS)))
    answered = time.monotonic() - began
    while (executed := desk.counted(outcome="executed") - before) < BURST:
        if time.monotonic() - began > DONE_SECONDS:
            raise BenchFailed(f"{executed} of {BURST} alerts were executed within {DONE_SECONDS:.0f} s.")
        time.sleep(0.1)
    for client in clients:
        client.close()
    yield Row(f"{BURST} alerts to {KEYS} strategies, all answered", answered, "s", Target(3, "≤ 3 s"))
    yield Row(f"{BURST} alerts, all executed", time.monotonic() - began, "s")
