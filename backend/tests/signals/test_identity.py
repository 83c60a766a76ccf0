"""When two alerts are one, and what never stays in a stored body."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dollarclub.signals.rules.fields import Refused
from dollarclub.signals.rules.identity import body_hash, dedup_key, plain_symbol
from dollarclub.signals.rules.payload import alert_of, decoded
from dollarclub.signals.rules.reading import read
from tests.support.webhooks import full_alert

AT = "2026-01-31T12:00:00Z"


def key(**changes: object) -> bytes | None:
    return dedup_key(alert_of(decoded(json.dumps(full_alert("s", **{"timestamp": AT, **changes})))))


@pytest.mark.parametrize(
    "same",
    [
        {"symbol": "BTC/USDT"},
        {"symbol": "BINANCE:BTCUSDT"},
        {"timestamp": "2026-01-31T13:00:00+01:00"},
        {"entry_price": 1},
        {"source": "curl"},
    ],
)
def test_the_same_trigger_in_other_words_is_the_same(same: dict[str, object]) -> None:
    assert key(**same) == key()


@pytest.mark.parametrize(
    "other",
    [
        {"symbol": "ETHUSDT"},
        {"symbol": "BTCUSDT.P"},
        {"action": "sell"},
        {"timestamp": "2026-01-31T12:00:01Z"},
        {"strategy_info": {"trade_id": "t-2", "alert_name": ""}},
        {"execution_intent": {"type": "exit"}},
        {"execution_intent": {"type": "reverse"}},
    ],
)
def test_another_trigger_is_another(other: dict[str, object]) -> None:
    assert key(**other) != key()


def test_without_a_time_the_body_decides() -> None:
    assert key(timestamp=None) is None
    assert body_hash("a") == body_hash("a") != body_hash("b")
    assert body_hash("a", "stale") != body_hash("a")


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("BTCUSDT", "BTCUSDT"),
        ("btc-usdt", "BTCUSDT"),
        ("BTC/USDT", "BTCUSDT"),
        ("BINANCE:BTCUSDT", "BTCUSDT"),
        ("BTCUSDT.P", "BTCUSDT.P"),
        ("BINANCE:BTCUSDT.P", "BTCUSDT.P"),
        ("BTCUSDTPERP", "BTCUSDT.P"),
        ("BTCUSDT_PERP", "BTCUSDT.P"),
        ("BTC/USDT:USDT", "BTCUSDT.P"),
    ],
)
def test_spellings_of_a_pair(written: str, plain: str) -> None:
    assert plain_symbol(written) == plain


SECRET = "Qf3-kkR_92mNpXw7LtVz"


@pytest.mark.parametrize(
    "body",
    [
        {"secret": SECRET, "action": "buy"},
        {"tv": {"secret": SECRET}, "secret": SECRET},
        {"Secret": SECRET, "secret": SECRET},
        {"secret": SECRET, "message": f"my secret is {SECRET}!"},
    ],
)
def test_no_secret_stays_in_a_body(body: dict[str, object]) -> None:
    text = json.dumps(body)
    hidden = text.replace('"secret"', '"\\u0073ecret"').replace(SECRET, "\\u0051" + SECRET[1:])
    for content in (text, json.dumps(body, indent=4), hidden, text[:-1], text + ","):
        reading = read(content.encode())
        assert SECRET not in reading.text
        assert "***" in reading.text


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(content: bytes) -> None:
    reading = read(content)

    assert (reading.body is None) == (reading.problem is not None)
    assert "\x00" not in reading.text
    reading.text.encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = [
    "action",
    "symbol",
    "amount",
    "unit",
    "timestamp",
    "tv",
    "execution_intent",
    "secret",
    "intent",
    "type",
]


@given(st.dictionaries(st.sampled_from(NAMES), json_values | st.sampled_from(["buy", "X", "1"]), max_size=8))
def test_any_json_is_an_alert_or_is_told_what_is_wrong(body: dict[str, object]) -> None:
    found = outcome(json.dumps(body))

    assert found in ("malformed", "placeholder") or json.loads(found)["action"] in ("buy", "sell", "close")


def outcome(body: str) -> str:
    """What is stored of an alert, or the code of its refusal."""
    try:
        return json.dumps(alert_of(decoded(body)).as_json())
    except Refused as refused:
        return refused.code
