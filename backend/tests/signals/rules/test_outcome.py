"""What a signal is, told from its orders."""

from decimal import Decimal

import pytest

from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.signals.rules.outcome import Part, standing_of

D = Decimal


def entry(status: str, filled: str = "0", code: str | None = None, detail: str | None = None) -> Part:
    return Part(Purpose.entry, OrderStatus(status), D(filled), code, detail)


def closing(status: str, filled: str = "0", code: str | None = None) -> Part:
    return Part(Purpose.exit, OrderStatus(status), D(filled), code)


@pytest.mark.parametrize(
    ("parts", "status", "outcome"),
    [
        ([entry("new")], "executing", None),
        ([entry("sending")], "executing", None),
        ([entry("open")], "executing", "resting"),
        ([entry("partially_filled", "1")], "executing", "resting"),
        ([entry("unknown")], "executing", "unknown"),
        ([closing("unknown"), entry("new")], "executing", "unknown"),
        ([closing("filled", "1"), entry("new")], "executing", None),
        ([entry("filled", "1")], "done", "executed"),
        ([entry("cancelled", "1")], "done", "executed"),
        ([entry("cancelled")], "done", "cancelled"),
        ([entry("cancelled", code="halted")], "done", "halted"),
        ([entry("rejected", code="insufficient_funds")], "done", "insufficient_funds"),
        ([entry("rejected", code="margin")], "done", "insufficient_funds"),
        ([entry("rejected", code="below_min_notional")], "done", "below_min_notional"),
        ([entry("rejected", code="no_permission")], "done", "key_refused"),
        ([entry("rejected", code="price_band")], "done", "exchange_error"),
        ([closing("filled", "1")], "done", "exit_executed"),
        ([closing("filled", "1"), closing("rejected")], "done", "exit_executed"),
        ([closing("rejected", code="reduce_only")], "done", "exchange_error"),
        ([closing("filled", "1"), entry("filled", "1")], "done", "executed"),
        ([closing("filled", "1"), entry("rejected", code="margin")], "done", "insufficient_funds"),
        ([closing("rejected", code="reduce_only"), entry("filled", "1")], "done", "executed"),
    ],
)
def test_where_a_signal_stands(parts: list[Part], status: str, outcome: str | None) -> None:
    standing = standing_of(parts)
    assert (standing.status, standing.outcome) == (status, outcome)


def test_what_did_not_go_through_is_told() -> None:
    standing = standing_of([entry("cancelled", "0.50", detail="The exchange cancelled the rest")])
    assert standing.message == "Entry: filled 0.5, then cancelled (The exchange cancelled the rest)."
    assert (
        standing_of([entry("rejected", code="margin", detail="Too little margin")]).message
        == "Too little margin"
    )
