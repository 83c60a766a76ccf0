"""The life of an order as a graph."""

from dollarclub.orders.rules.states import FINAL, OrderStatus, sources_of


def test_nothing_leaves_a_final_state() -> None:
    for state in OrderStatus:
        assert not sources_of(state) & FINAL


def test_every_state_is_reached_from_new() -> None:
    found = {OrderStatus.new}
    while more := {state for state in OrderStatus if sources_of(state) & found} - found:
        found |= more
    assert found == set(OrderStatus)


def test_only_what_was_sent_can_be_unknown_and_only_what_is_proven_absent_is_sent_again() -> None:
    assert sources_of(OrderStatus.unknown) == {OrderStatus.sending}
    assert sources_of(OrderStatus.sending) == {OrderStatus.new, OrderStatus.unknown}
