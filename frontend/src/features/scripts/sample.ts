export const SAMPLE_NAME = "sample_watcher.py";

/** Something to start from: it shows progress, levels, standard error and an orderly end. */
export const SAMPLE = `"""Watches a made-up price and says what a strategy would do. Replace \`next_price\` by your data."""

import logging
import os
import random
import signal
import sys
import time

logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(asctime)s %(levelname)s %(message)s")
log = logging.getLogger("watcher")

ROUNDS = int(os.environ.get("ROUNDS", "60"))


def stop(signum, frame):
    """Asked to end: this is the place to close positions."""
    log.warning("asked to stop, closing up")
    sys.exit(0)


signal.signal(signal.SIGTERM, stop)


def next_price(price):
    return round(price * (1 + random.gauss(0, 0.002)), 2)


def main():
    price = entry = 67_000.0
    for number in range(1, ROUNDS + 1):
        price = next_price(price)
        change = (price / entry - 1) * 100
        log.debug("round %d of %d: %.2f", number, ROUNDS, price)
        if change > 0.5:
            log.info("\\x1b[32mup %.2f %%\\x1b[0m, would take profit", change)
            entry = price
        elif change < -0.5:
            print(f"down {change:.2f} %, would cut the loss", file=sys.stderr)
            entry = price
        time.sleep(1)
    log.info("done after %d rounds", ROUNDS)


main()
`;
