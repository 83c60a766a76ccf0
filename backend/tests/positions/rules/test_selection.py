"""The most specific configuration wins."""

from itertools import permutations
from uuid import UUID

import pytest

from dollarclub.positions.rules.selection import Candidate, choose

KEY, OTHER = UUID(int=100), UUID(int=101)

# From the least to the most specific.
RISING = [
    Candidate(UUID(int=1), None, None, None),
    Candidate(UUID(int=2), "*", None, KEY),
    Candidate(UUID(int=3), None, 15, None),
    Candidate(UUID(int=4), None, 15, KEY),
    Candidate(UUID(int=5), "BTC/USDT", None, None),
    Candidate(UUID(int=6), "BTC/USDT", None, KEY),
    Candidate(UUID(int=7), "BTC/USDT", 15, None),
    Candidate(UUID(int=8), "BTC/USDT", 15, KEY),
]


@pytest.mark.parametrize("known", range(1, len(RISING) + 1))
def test_a_pair_beats_a_timeframe_and_a_timeframe_beats_a_key(known: int) -> None:
    candidates = RISING[:known]
    for order in (candidates, candidates[::-1]):
        assert choose(order, pair="BTC/USDT", timeframe=15, key_id=KEY) == UUID(int=known)


def test_what_names_something_else_does_not_fit() -> None:
    others = [
        Candidate(UUID(int=1), "ETH/USDT", None, None),
        Candidate(UUID(int=2), None, 60, None),
        Candidate(UUID(int=3), None, None, OTHER),
    ]
    assert choose(others, pair="BTC/USDT", timeframe=15, key_id=KEY) is None
    assert choose([], pair="BTC/USDT", timeframe=15, key_id=KEY) is None


def test_a_perpetual_follows_its_pair_unless_it_is_named_itself() -> None:
    pair = Candidate(UUID(int=1), "BTC/USDT", 15, KEY)
    perpetual = Candidate(UUID(int=2), "BTC/USDT:USDT", None, None)
    assert choose([pair], pair="BTC/USDT:USDT", timeframe=15, key_id=KEY) == pair.id
    for order in permutations([pair, perpetual]):
        assert choose(order, pair="BTC/USDT:USDT", timeframe=15, key_id=KEY) == perpetual.id
        assert choose(order, pair="BTC/USDT", timeframe=15, key_id=KEY) == pair.id
