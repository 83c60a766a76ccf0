"""What becomes of an entry: a position, a further entry of one, a place in the queue, or the reason why not."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import pytest

from dollarclub.core.outbox import EventRow
from dollarclub.exchanges.gateway import MarketType
from dollarclub.kit.clock import utc_now
from dollarclub.kit.ids import new_id
from dollarclub.pool import reactions
from dollarclub.positions.rules.config import OppositePolicy, PositionSide
from dollarclub.risk.service import state
from tests.support.pool_desk import PLAN, PoolDesk

D = Decimal
USDM = MarketType.usdm
SHORT = PositionSide.short


def test_an_entry_opens_a_position_with_its_grid(desk: PoolDesk) -> None:
    config = desk.config()
    admission = desk.admit(desk.request())
    assert admission.code == "position_opened"
    [group] = desk.groups()
    assert (group.id, group.config_id, group.symbol) == (admission.group_id, config, "BTC/USDT")


def test_without_a_configuration_nothing_is_opened(desk: PoolDesk) -> None:
    desk.config(pair="ETH/USDT")
    admission = desk.admit(desk.request())
    assert (admission.code, desk.groups()) == ("no_config", [])
    assert "BTC/USDT" in admission.message


def test_the_configuration_of_the_pair_goes_before_that_of_all(desk: PoolDesk) -> None:
    desk.config()
    own = desk.config(replace(PLAN, capital=D(2000)), pair="BTC/USDT")
    desk.admit(desk.request())
    assert desk.groups()[0].config_id == own


def test_too_little_capital_is_refused_with_what_would_do(desk: PoolDesk) -> None:
    desk.config(replace(PLAN, capital=D(9)))
    admission = desk.admit(desk.request())
    assert (admission.code, desk.groups()) == ("below_min_notional", [])
    assert "A capital of 10" in admission.message


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"price": D(0)}, "entry_invalid"),
        ({"stop_loss": D(60_000)}, "entry_invalid"),
        ({"symbol": "NOPE/USDT"}, "symbol_unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(desk: PoolDesk, changes: dict[str, object], code: str) -> None:
    desk.config()
    assert desk.code(desk.request(**changes)) == code


def test_the_alerts_own_amount_is_used_when_the_configuration_names_none(desk: PoolDesk) -> None:
    desk.config(replace(PLAN, capital=None))
    assert desk.code(desk.request()) == "amount_missing"
    assert desk.code(desk.request(amount=D("0.02"), unit="base")) == "position_opened"


def test_a_strategy_bounds_its_entries(desk: PoolDesk) -> None:
    desk.config()
    assert desk.code(desk.request(), max_cost=D(900)) == "amount_too_large"
    assert desk.code(desk.request(), max_cost=D(1000)) == "position_opened"


def test_further_entries_are_pyramids_one_a_candle_up_to_the_limit(desk: PoolDesk) -> None:
    desk.config()
    first = desk.admit(desk.request(bar=1))
    assert desk.code(desk.request(bar=1)) == "duplicate_bar"
    second = desk.admit(desk.request(bar=2))
    assert (second.code, second.group_id) == ("pyramid_added", first.group_id)
    assert desk.code(desk.request(bar=3)) == "pyramid_added"
    assert desk.code(desk.request(bar=4)) == "max_pyramids"
    assert desk.code(desk.request(bar=2)) == "duplicate_bar"


def test_another_timeframe_is_another_position(desk: PoolDesk) -> None:
    desk.config()
    desk.admit(desk.request())
    assert desk.code(desk.request(timeframe=60)) == "position_opened"
    assert len(desk.groups()) == 2


def test_without_a_slot_an_entry_waits_and_pyramids_go_past(desk: PoolDesk) -> None:
    desk.config()
    desk.market("ETH")
    desk.set(max_groups=1)
    desk.admit(desk.request(bar=1))
    waits = desk.admit(desk.request("ETH"))
    assert (waits.code, waits.group_id) == ("queued", None)
    assert waits.queue_id == desk.queue()[0].id
    assert desk.code(desk.request(bar=2)) == "pyramid_added"


def test_pyramids_compete_for_slots_where_the_settings_say_so(desk: PoolDesk) -> None:
    desk.config()
    desk.set(max_groups=1, pyramids_bypass=False)
    desk.admit(desk.request(bar=1))
    assert desk.code(desk.request(bar=2)) == "queued"
    assert desk.queue()[0].is_continuation


def test_a_later_candle_takes_the_place_of_what_waits(desk: PoolDesk) -> None:
    desk.config()
    desk.market("ETH")
    desk.set(max_groups=1)
    desk.admit(desk.request())
    earlier, later = new_id(), new_id()
    desk.admit(desk.request("ETH", bar=1, signal_id=earlier))
    [waits] = desk.queue()
    assert desk.code(desk.request("ETH", bar=1)) == "duplicate_bar"
    admission = desk.admit(desk.request("ETH", bar=2, price=D(40_000), signal_id=later))
    assert (admission.code, admission.superseded) == ("replaced", earlier)
    [now] = desk.queue()
    assert (now.id, now.first_queued_at, now.replacements) == (waits.id, waits.first_queued_at, 1)
    assert (now.entry_price, now.signal_id) == (D(40_000), later)


def test_what_waits_is_kept_where_the_settings_say_so(desk: PoolDesk) -> None:
    desk.config()
    desk.market("ETH", "SOL")
    desk.set(max_groups=1, replace=False, max_queue=1)
    desk.admit(desk.request())
    desk.admit(desk.request("ETH", bar=1))
    assert desk.code(desk.request("ETH", bar=2)) == "already_queued"
    assert desk.code(desk.request("SOL")) == "queue_full"


def test_an_entry_during_a_close_waits_for_its_end(desk: PoolDesk) -> None:
    desk.config()
    first = desk.admit(desk.request())
    desk.execute("UPDATE position_groups SET status = 'closing'")
    assert desk.code(desk.request(bar=1)) == "queued"
    desk.promote()
    assert desk.states() == {"BTC": "queued"}
    desk.close(first.group_id)
    desk.promote()
    assert desk.states() == {"BTC": "promoted"}
    assert [group.id for group in desk.groups()] != [first.group_id]


@pytest.mark.parametrize(
    ("policy", "code", "status"),
    [
        (OppositePolicy.ignore, "opposite_ignored", "open"),
        (OppositePolicy.queue, "queued", "open"),
        (OppositePolicy.close, "exit_executed", "closing"),
        (OppositePolicy.reverse, "queued", "closing"),
    ],
)
def test_an_entry_of_the_other_side_does_what_the_position_says(
    desk: PoolDesk, policy: OppositePolicy, code: str, status: str
) -> None:
    desk.config(replace(PLAN, opposite=policy))
    desk.admit(desk.request(market_type=USDM))
    assert desk.code(desk.request(market_type=USDM, side=SHORT)) == code
    [group] = desk.groups()
    assert group.status == status
    desk.close(group.id)
    desk.promote()
    assert [group.side for group in desk.groups()] == ([SHORT] if code == "queued" else [])


def test_a_reversing_alert_closes_the_other_side_whatever_the_position_says(desk: PoolDesk) -> None:
    desk.config()
    desk.admit(desk.request(market_type=USDM))
    assert desk.code(desk.request(market_type=USDM, side=SHORT), reverses=True) == "queued"
    [group] = desk.groups()
    assert (group.status, group.close_reason) == ("closing", "reverse")


def test_a_key_holds_one_side_of_a_symbol(desk: PoolDesk) -> None:
    desk.config(replace(PLAN, opposite=OppositePolicy.reverse))
    desk.admit(desk.request(market_type=USDM))
    other = desk.request(market_type=USDM, side=SHORT, timeframe=60)
    assert desk.code(other) == "opposite_ignored"
    assert [group.status for group in desk.groups()] == ["open"]


def test_a_limit_of_ten_is_ten_however_many_ask_at_once(desk: PoolDesk) -> None:
    desk.config()
    bases = [f"C{number}" for number in range(40)]
    desk.market(*bases)
    with ThreadPoolExecutor(20) as senders:
        codes = Counter(senders.map(desk.code, [desk.request(base) for base in bases]))
    assert codes == {"position_opened": 10, "queued": 30}
    assert len(desk.groups()) == 10


def test_the_same_entry_two_hundred_times_is_one_position(desk: PoolDesk) -> None:
    desk.config()
    with ThreadPoolExecutor(8) as senders:
        codes = Counter(senders.map(desk.code, [desk.request(signal_id=uuid4()) for _ in range(200)]))
    assert codes == {"position_opened": 1, "duplicate_bar": 199}
    assert len(desk.groups()) == 1


def stop(desk: PoolDesk, *, on: bool) -> None:
    """Stop entries by hand, or lift it; the pool hears of it."""
    with desk.context.db.transaction() as session:
        if on:
            state.stop(session, account_id=desk.account_id, by=desk.account_id, reason="drill", now=utc_now())
        else:
            state.start(session, account_id=desk.account_id, by=desk.account_id, now=utc_now())
        event = EventRow(account_id=desk.account_id, number=0, name="risk.changed", payload={})
        reactions.queue_may_move(session, event)


def test_while_entries_are_stopped_they_wait_and_go_on_when_it_is_lifted(desk: PoolDesk) -> None:
    desk.config()
    stop(desk, on=True)
    admission = desk.admit(desk.request())
    assert admission.code == "queued"
    assert "drill" in admission.message
    desk.promote()
    assert desk.states() == {"BTC": "queued"}
    stop(desk, on=False)
    desk.promote()
    assert desk.states() == {"BTC": "promoted"}


def test_what_would_be_too_much_exposure_is_refused(desk: PoolDesk) -> None:
    desk.config(replace(PLAN, capital=D(9000)))
    desk.market("ETH")
    desk.admit(desk.request())
    refused = desk.admit(desk.request("ETH"))
    assert (refused.code, len(desk.groups())) == ("risk_exposure", 1)
