"""An exchange's answer as it is kept."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dollarclub.orders.rules.answers import MOST_BYTES, readable, trimmed

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=60) | st.dictionaries(st.text(), inner, max_size=60),
    max_leaves=60,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(), VALUES, max_size=20))
def test_whatever_comes_is_small_and_storable(raw: dict[str, Any]) -> None:
    kept = json.dumps(trimmed(raw), ensure_ascii=False)
    assert len(kept.encode()) <= MOST_BYTES
    assert "\\u0000" not in kept


def test_an_ordinary_answer_stays_as_it_is() -> None:
    raw = {"orderId": 1, "executedQty": "0.01", "fills": [{"price": "50000", "tradeId": 7}]}
    assert trimmed(raw) == raw
    assert trimmed({"price": Decimal("0.10")}) == {"price": "0.10"}
    assert trimmed(None) is None


def test_the_largest_members_are_left_out_first() -> None:
    kept = trimmed({"orderId": 1, **{f"long{number}": "x" * 400 for number in range(60)}})
    assert kept is not None
    assert kept["orderId"] == 1
    assert kept["cut"] is True
    assert "long0" in kept
    assert "long59" not in kept


def test_what_signs_requests_is_not_kept() -> None:
    raw = {"apiKey": "k1", "Signature": "s1", "a": {"secretKey": "s2", "b": "url?symbol=X&signature=abcdef"}}
    text = json.dumps(trimmed(raw), ensure_ascii=False)
    assert not any(secret in text for secret in ("k1", "s1", "s2", "abcdef"))
    assert readable("GET /order?signature=abcdef&x=1") == "GET /order?signature=…&x=1"
