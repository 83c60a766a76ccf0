"""Requests: their bar, their size in money, what makes no sense."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dollarclub.exchanges.gateway import Environment, MarketType
from dollarclub.positions.rules.config import PositionSide
from dollarclub.positions.rules.request import EntryRequest, flaw

REQUEST = EntryRequest(
    account_id=UUID(int=1),
    key_id=UUID(int=2),
    venue="binance",
    environment=Environment.paper,
    market_type=MarketType.spot,
    symbol="BTC/USDT",
    timeframe=45,
    side=PositionSide.long,
    price=Decimal("96347.55"),
    amount=Decimal("0.01"),
    unit="base",
    strategy_id=UUID(int=3),
    signal_id=None,
    told_at=None,
    received_at=datetime(1970, 1, 1, 1, 29, 59, 999999, tzinfo=UTC),
)


def test_storing_a_request_loses_nothing() -> None:
    told = replace(
        REQUEST, told_at=REQUEST.received_at, stop_loss=Decimal("1.50"), signal_id=UUID(int=4), amount=None
    )
    for request in (REQUEST, told):
        assert EntryRequest.from_json(json.loads(json.dumps(request.as_json()))) == request


def test_a_bar_is_as_long_as_its_timeframe_also_when_that_does_not_divide_the_hour() -> None:
    assert REQUEST.bar() == 1
    assert replace(REQUEST, received_at=REQUEST.received_at + timedelta(microseconds=1)).bar() == 2
    assert replace(REQUEST, timeframe=10080).bar() == 0
    assert replace(REQUEST, timeframe=0).bar() is None


def test_the_alert_s_own_time_decides_its_bar() -> None:
    assert replace(REQUEST, told_at=datetime(1970, 1, 1, 0, 44, tzinfo=UTC)).bar() == 0


@pytest.mark.parametrize(
    ("changed", "capital"),
    [
        ({}, Decimal("963.4755")),
        ({"unit": "contracts"}, Decimal("963.4755")),
        ({"unit": "quote", "amount": Decimal(250)}, Decimal(250)),
        ({"amount": None}, None),
    ],
)
def test_a_size_in_base_units_is_worth_its_price(changed: dict[str, Any], capital: Decimal | None) -> None:
    assert replace(REQUEST, **changed).asked_capital() == capital


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"price": Decimal(0)}, "price"),
        ({"amount": Decimal(0)}, "amount"),
        ({"stop_loss": Decimal(96348)}, "losing side"),
        ({"take_profit": Decimal(96347)}, "winning side"),
        ({"side": PositionSide.short, "stop_loss": Decimal(96347)}, "losing side"),
        ({"side": PositionSide.short, "take_profit": Decimal(96348)}, "winning side"),
    ],
)
def test_nonsense_is_told(changed: dict[str, Any], word: str) -> None:
    assert word in (flaw(replace(REQUEST, **changed)) or "")


def test_a_sensible_request_has_no_flaw() -> None:
    assert flaw(replace(REQUEST, stop_loss=Decimal(90000), take_profit=Decimal(99000))) is None
    short = replace(REQUEST, side=PositionSide.short, stop_loss=Decimal(99000), take_profit=Decimal(90000))
    assert flaw(short) is None
