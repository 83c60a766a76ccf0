"""A signal of a grid strategy is carried out by whoever has its claim, and by nobody else."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from dollarclub.core.context import Context
from dollarclub.exchanges import queries as markets
from dollarclub.exchanges.gateway import MarketType
from dollarclub.exchanges.steps import steps_of
from dollarclub.kit.clock import utc_now
from dollarclub.signals.repository.execution import Claimed
from dollarclub.signals.rules.payload import Alert
from dollarclub.signals.rules.route import Place
from dollarclub.signals.service import execution, grids
from dollarclub.signals.service.execution import ClaimLost, Moment
from dollarclub.signals.service.lookups import Target
from dollarclub.vault.queries import key_access
from tests.support.pool_desk import PoolDesk
from tests.support.webhooks import Sender, moment


@pytest.fixture
def desk(context: Context, sender: Sender) -> PoolDesk:
    desk = PoolDesk(context, UUID(sender.person.id))
    desk.config()
    sender.change(mode="grid")
    return desk


def claim(desk: PoolDesk, sender: Sender) -> Claimed:
    """An alert for BTC that was posted and claimed."""
    body = {"secret": sender.secret, "timestamp": moment(), "action": "buy", "symbol": "BTCUSDT"}
    answer = sender.post({**body, "price": "50000", "timeframe": "15"})
    assert answer.status_code == 202, answer.text
    with desk.context.db.transaction() as session:
        [claimed] = execution.claim(session, worker="me", lease=timedelta(seconds=20), room=8, entries=8)
    return claimed


def carry_out(desk: PoolDesk, claimed: Claimed) -> None:
    with desk.context.db.transaction() as session:
        key = key_access(session, desk.keys[MarketType.spot], desk.account_id)
        market = markets.market(session, key.catalog, "BTC/USDT")
        assert market is not None
        place = Place(market_type=MarketType.spot, quote="USDT", steps=steps_of(market))
        alert = Alert.from_json(claimed.alert)
        target = Target(key, market, place)
        grids.carry_out(session, claimed, alert, target, Moment(None, None), now=utc_now())


def test_whoever_has_the_claim_opens_the_position_and_ends_the_signal(desk: PoolDesk, sender: Sender) -> None:
    claimed = claim(desk, sender)
    carry_out(desk, claimed)
    told = sender.signal(claimed.signal_id)
    assert (told["status"], told["outcome"]) == ("done", "position_opened")
    assert told["group_id"] == str(desk.groups()[0].id)


def test_whoever_lost_the_claim_leaves_nothing_behind(desk: PoolDesk, sender: Sender) -> None:
    claimed = claim(desk, sender)
    with pytest.raises(ClaimLost):
        carry_out(desk, replace(claimed, claimed_at=claimed.claimed_at - timedelta(seconds=1)))
    assert desk.groups() == []
    carry_out(desk, claimed)
    with pytest.raises(ClaimLost):
        carry_out(desk, claimed)
    assert len(desk.groups()) == 1


def test_a_signal_whose_place_was_taken_is_told(desk: PoolDesk, sender: Sender) -> None:
    desk.set(max_groups=1)
    desk.market("ETH")
    desk.admit(desk.request("ETH"))
    first = claim(desk, sender)
    carry_out(desk, first)
    assert sender.signal(first.signal_id)["outcome"] == "queued"
    desk.execute(
        "UPDATE queue_entries SET request = jsonb_set(request, '{told_at}', '\"2026-01-01T00:00:00+00:00\"')"
    )
    second = claim(desk, sender)
    carry_out(desk, second)
    assert sender.signal(second.signal_id)["outcome"] == "replaced"
    assert sender.signal(first.signal_id)["outcome"] == "superseded"
