"""Every dialect becomes one alert; what cannot be one is named so that a person can mend it."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from dollarclub.signals.rules.fields import Refused
from dollarclub.signals.rules.payload import Action, Alert, Intent, Kind, Unit, alert_of, decoded
from tests.support.webhooks import full_alert

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
OLDER = {
    "secret": "s",
    "tv": {"symbol": "BTC/USDT", "exchange": "binance", "timeframe": "5m"},
    "execution_intent": {"action": "buy", "amount": 0.5, "strategy": "grid"},
}
SIMPLE = {"action": "buy", "symbol": "BINANCE:BTCUSDT"}


def read(body: Any) -> Alert:
    return alert_of(decoded(body if isinstance(body, str) else json.dumps(body)))


def older(**intent: Any) -> dict[str, Any]:
    return {**OLDER, "execution_intent": {**OLDER["execution_intent"], **intent}}  # type: ignore[dict-item]


def intent(**members: Any) -> dict[str, Any]:
    return full_alert("s", execution_intent={"type": "signal", **members})


def test_the_full_dialect_says_everything() -> None:
    alert = read(full_alert("s", timestamp="2026-01-31T12:00:00Z", entry_price=96347.55))

    assert alert == Alert(
        intent=Intent.entry,
        action=Action.buy,
        raw_symbol="BTCUSDT",
        raw_exchange="binance",
        raw_timeframe="15",
        amount=Decimal(100),
        unit=Unit.quote,
        price=Decimal("96347.55"),
        told_at=NOON,
        trade_id="t-1",
        market_position="long",
        previous_market_position="flat",
        strategy="Breakout",
        message="up",
        max_slippage_percent=Decimal("1.0"),
    )


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (intent(type="exit"), {"intent": Intent.exit, "action": Action.close}),
        (intent(type="reduce"), {"intent": Intent.reduce, "action": Action.buy}),
        (intent(type="REVERSE"), {"intent": Intent.reverse, "action": Action.buy}),
        (intent(position_size_type="contracts"), {"unit": Unit.contracts}),
        (intent(position_size_type="percent"), {"unit": Unit.percent}),
        (intent(order_type="limit"), {"order_type": Kind.limit}),
        (full_alert("s", action="SHORT"), {"action": Action.sell}),
        (full_alert("s", order_size="0.25"), {"amount": Decimal("0.25")}),
        (full_alert("s", exchange="BINANCE"), {"raw_exchange": "binance"}),
        (full_alert("s", timestamp=1769860800), {"told_at": NOON}),
        (full_alert("s", timestamp="1769860800000"), {"told_at": NOON}),
        (full_alert("s", timestamp="2026-01-31T13:00:00+01:00"), {"told_at": NOON}),
        (full_alert("s", timestamp="2026-01-31T12:00:00"), {"told_at": NOON}),
        (older(), {"amount": Decimal("0.5"), "unit": Unit.base, "strategy": "grid", "told_at": None}),
        (older(action="exit"), {"intent": Intent.exit, "action": Action.close}),
        (older(action="close"), {"intent": Intent.exit, "action": Action.close}),
        (SIMPLE, {"action": Action.buy, "amount": None, "unit": None, "raw_symbol": "BINANCE:BTCUSDT"}),
        ({**SIMPLE, "amount": "12.5%"}, {"amount": Decimal("12.5"), "unit": Unit.percent}),
        ({**SIMPLE, "amount": "100", "unit": "quote"}, {"amount": Decimal(100), "unit": Unit.quote}),
        ({**SIMPLE, "action": "close"}, {"intent": Intent.exit, "action": Action.close}),
        ({**SIMPLE, "action": "sell", "market_position": "flat"}, {"intent": Intent.exit}),
        ({**SIMPLE, "action": "sell", "market_position": "short"}, {"intent": Intent.entry}),
        ({**SIMPLE, "action": "sell", "intent": "reduce"}, {"intent": Intent.reduce, "action": Action.sell}),
        ({**SIMPLE, "symbol": "ÖL/€"}, {"raw_symbol": "ÖL/€"}),
        ({**SIMPLE, "message": "a {{b}} c"}, {"message": "a {{b}} c"}),
        ({**SIMPLE, "action": "close", "amount": 0}, {"amount": None}),
    ],
)
def test_what_each_dialect_means(body: dict[str, Any], wanted: dict[str, Any]) -> None:
    alert = read(body)

    assert {name: getattr(alert, name) for name in wanted} == wanted


def test_an_exit_needs_no_more_than_what_to_close() -> None:
    alert = read({"tv": {"symbol": "BTCUSDT", "exchange": "binance"}, "execution_intent": {"type": "exit"}})

    assert (alert.intent, alert.action, alert.raw_symbol) == (Intent.exit, Action.close, "BTCUSDT")


def test_numbers_stay_exact() -> None:
    text = json.dumps({**SIMPLE, "amount": 1, "price": 2}).replace("1,", "123456789.123456789123456789,")

    assert read(text).amount == Decimal("123456789.123456789123456789")


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("{", "malformed", "not valid JSON (line 1, column 2)"),
        ("", "malformed", "not valid JSON"),
        ("[" * 100_000, "malformed", "not valid JSON"),
        ("9" * 5000, "malformed", "not valid JSON"),
        ("[]", "malformed", "JSON object"),
        ('{"action": NaN}', "malformed", "NaN is not a number"),
        ('{"action": -Infinity}', "malformed", "-Infinity is not a number"),
        ({"action": "buy"}, "malformed", "symbol is missing"),
        ({"symbol": "BTCUSDT"}, "malformed", "action is missing"),
        ({**SIMPLE, "action": "hold"}, "malformed", "action is 'hold'"),
        ({**SIMPLE, "action": 1.5}, "malformed", "action must be text"),
        ({**SIMPLE, "action": ["buy"]}, "malformed", "action must be text"),
        ({**SIMPLE, "symbol": "B" * 100}, "malformed", "longer than"),
        ({**SIMPLE, "symbol": "BTC\x00"}, "malformed", "no text"),
        ({**SIMPLE, "symbol": "\ud800"}, "malformed", "no text"),
        ({**SIMPLE, "amount": "a lot"}, "malformed", "amount is no number"),
        ({**SIMPLE, "amount": "NaN"}, "malformed", "amount is not a finite number"),
        ({**SIMPLE, "amount": True}, "malformed", "amount must be a number"),
        ({**SIMPLE, "amount": 0}, "malformed", "greater than zero"),
        ({**SIMPLE, "amount": -1}, "malformed", "greater than zero"),
        ({**SIMPLE, "amount": "1e-30"}, "malformed", "greater than zero"),
        ('{"action": "buy", "symbol": "X", "amount": 1e999999999}', "malformed", "too large"),
        ({**SIMPLE, "amount": "101%"}, "malformed", "more than 100 percent"),
        ({**SIMPLE, "unit": "lots", "amount": 1}, "malformed", "unit is 'lots'"),
        ({**SIMPLE, "intent": "reverse", "action": "close"}, "malformed", "must be buy or sell"),
        ({**SIMPLE, "timestamp": "yesterday"}, "malformed", "timestamp must be a time"),
        ({**SIMPLE, "timestamp": "0001-01-01T00:00:00Z"}, "malformed", "timestamp must be a time"),
        ({**SIMPLE, "timestamp": 12}, "malformed", "timestamp must be a time"),
        ({**SIMPLE, "timestamp": 10**30}, "malformed", "too large"),
        ({"tv": {}}, "malformed", "execution_intent is missing"),
        ({"execution_intent": {"type": "exit"}}, "malformed", "tv is missing"),
        ({"tv": [], "execution_intent": {"type": "exit"}}, "malformed", "tv must be an object"),
        ({**OLDER, "tv": {"symbol": "BTCUSDT"}}, "malformed", "tv.exchange is missing"),
        (older(action="hold"), "malformed", "execution_intent.action is 'hold'"),
        (intent(type="maybe"), "malformed", "execution_intent.type is 'maybe'"),
        ({"tv": {"symbol": "X", "exchange": "y"}, "execution_intent": {}}, "malformed", "type is missing"),
        (full_alert("s", order_size="much"), "malformed", "tv.order_size is no number"),
        ({**SIMPLE, "symbol": "{{ticker}}"}, "placeholder", "{{ticker}} in symbol"),
        ({**SIMPLE, "timestamp": "{{timenow}}"}, "placeholder", "{{timenow}} in timestamp"),
        (full_alert("s", exchange="{{exchange}}"), "placeholder", "tv.exchange"),
        (full_alert("s", action="{{strategy.order.action}}"), "placeholder", "tv.action"),
        (full_alert("s", order_size="{{strategy.order.contracts}}"), "placeholder", "tv.order_size"),
        (full_alert("s", market_position="{{x"), "placeholder", "tv.market_position"),
        (full_alert("s", prev_market_position="x}}"), "placeholder", "tv.prev_market_position"),
        ('{"action": "buy", "symbol": "X", "amount": {{close}}}', "placeholder", "{{close}} in the body"),
        ('{"symbol": "X", "amount": {{plot("Long size")}}}', "placeholder", "in the body"),
    ],
)
def test_what_cannot_be_an_alert_says_why(body: Any, code: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(body)

    assert refused.value.code == code
    assert said in refused.value.message


def test_what_is_stored_is_read_back_as_it_was() -> None:
    for body in (full_alert("s"), OLDER, SIMPLE, {**SIMPLE, "amount": "5%", "order_type": "limit"}):
        alert = read(body)
        assert Alert.from_json(json.loads(json.dumps(alert.as_json()))) == alert
