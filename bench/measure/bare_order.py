"""A baseline: market orders by an unmodified ccxt client alone, without its own limiter, on a kept connection.

Arguments: the exchange's address, how many orders. Standard input: key and secret, a line each. Prints the seconds of each.
"""

import json
import sys
import time

import ccxt


def main(url: str, number: int) -> None:
    key, secret = sys.stdin.read().split()
    client = ccxt.binance(
        {
            "apiKey": key,
            "secret": secret,
            "enableRateLimit": False,
            "options": {
                "fetchMarkets": {"types": ["spot"]},
                "fetchCurrencies": False,
                "fetchMargins": False,
            },
        }
    )
    api = client.urls["api"]
    for name, value in list(api.items()):
        if isinstance(value, str):
            api[name] = url + "/" + value.split("/", 3)[-1]
    client.load_markets()
    taken = []
    for _ in range(number):
        began = time.perf_counter()
        client.create_order("BTC/USDT", "market", "buy", 0.0002)
        taken.append(time.perf_counter() - began)
    print(json.dumps(taken))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
