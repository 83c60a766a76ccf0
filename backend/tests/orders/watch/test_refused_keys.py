"""Keys that may not trade any more, or that somebody wants to delete, while their exchange still holds something of them."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text

from dollarclub.core import presence
from dollarclub.core.errors import Conflict, NotFound
from dollarclub.exchanges.flows import markets_reader, refresh_due
from dollarclub.exchanges.gateway import MarketType, Side
from dollarclub.exchanges.service import request_catalog
from dollarclub.orders.flows.halt import halt_due
from dollarclub.orders.flows.sweep import on_worker_start
from dollarclub.orders.queries.uses import key_use
from dollarclub.orders.rules.states import OrderStatus, Purpose
from dollarclub.orders.service.cancels import request_cancel
from dollarclub.vault.models import KeyStatus
from dollarclub.vault.queries import key_access
from dollarclub.vault.service import archive, claim
from tests.support.orders_desk import LEASE, Desk
from tests.support.watching import LIMIT, Watcher, resting

SPOT = MarketType.spot
WITHDRAWS = "This key can withdraw."
"""A reason that leaves a key able to read and to cancel."""


def refuse(desk: Desk) -> None:
    with desk.context.db.transaction() as session:
        session.execute(
            text(
                "UPDATE exchange_keys SET status = 'refused', permissions = NULL, problems ="
                " jsonb_build_array(jsonb_build_object('code', 'can_withdraw', 'message', CAST(:why AS text)))"
            ),
            {"why": WITHDRAWS},
        )
    for key_id in desk.keys.values():
        desk.gateways.forget(key_id)


def delete(desk: Desk, kind: MarketType = SPOT) -> None:
    with desk.context.db.transaction() as session:
        archive(session, account_id=desk.account_id, key_id=desk.keys[kind], use_of=key_use)


def learn_markets(desk: Desk) -> None:
    """As the trading worker does when a key is saved."""
    with desk.context.db.transaction() as session:
        request_catalog(session, key_access(session, desk.keys[SPOT], None).catalog)
    assert refresh_due(desk.context.db, markets_reader(desk.factory))


def test_a_refused_key_is_swept_on_and_what_rests_can_be_cancelled(desk: Desk, watcher: Watcher) -> None:
    order = resting(desk, SPOT)
    refuse(desk)
    (listed,) = desk.on_exchange(order.client_id)
    desk.site.admin.post(f"/orders/{listed['id']}/fill", json={"quantity": "0.004"})
    watcher.sweep()
    assert desk.order(order.id).filled == Decimal("0.004")
    assert desk.submit(desk.intent(leg="more", **LIMIT)) is OrderStatus.rejected
    assert desk.orders()[-1].detail == WITHDRAWS
    with desk.context.db.transaction() as session:
        request_cancel(session, desk.account_id, order.id)
    desk.settle()
    assert desk.order(order.id).status is OrderStatus.cancelled


def test_the_kill_switch_cancels_at_a_refused_key_and_says_where_it_cannot(
    desk: Desk, watcher: Watcher
) -> None:
    order = resting(desk, SPOT)
    refuse(desk)
    desk.site.admin.delete(f"/keys/{desk.traders[SPOT].key}").raise_for_status()
    halt_id = watcher.engage(flatten=False)
    halt_due(desk.context, desk.gateways, desk.worker)
    entry = watcher.halt(halt_id).proof[str(order.key_id)]
    assert not entry["ok"]
    assert entry["problem"]
    assert desk.order(order.id).status is OrderStatus.open


def test_a_key_with_orders_that_are_not_settled_is_not_deleted(desk: Desk) -> None:
    order = resting(desk, SPOT)
    with pytest.raises(Conflict, match="not settled") as refused:
        delete(desk)
    assert refused.value.code == "key_in_use"
    assert desk.gateways.get(order.key_id)
    with desk.context.db.transaction() as session:
        request_cancel(session, desk.account_id, order.id)
    desk.settle()
    delete(desk)
    with desk.context.db.transaction() as session, pytest.raises(NotFound):
        key_access(session, order.key_id, desk.account_id)


@pytest.mark.parametrize("kind", list(MarketType))
def test_a_key_whose_ledger_is_not_flat_is_not_deleted(desk: Desk, kind: MarketType) -> None:
    """What fees leave over on spot, less than the exchange takes, does not count."""
    learn_markets(desk)
    desk.submit(desk.intent(kind))
    desk.settle()
    with pytest.raises(Conflict, match="still holds") as refused:
        delete(desk, kind)
    assert refused.value.code == "key_in_use"
    amount = Decimal("0.00999") if kind is SPOT else Decimal("0.01")
    exit_ = desk.intent(kind, leg="exit", purpose=Purpose.exit, side=Side.sell, amount=amount)
    assert desk.submit(replace(exit_, reduce_only=kind is not SPOT)) is OrderStatus.filled
    desk.settle()
    delete(desk, kind)


def test_a_starting_worker_frees_the_keys_that_its_dead_neighbour_was_trying(desk: Desk) -> None:
    dead = replace(desk.worker, id="trading@dead", pid=1, process_started=-1.0)
    script = replace(dead, id="scripts@dead", kind="scripts")
    key_id: UUID = desk.keys[SPOT]
    with desk.context.db.transaction() as session:
        presence.renew(session, dead)
        presence.renew(session, script)
        session.execute(
            text(
                "UPDATE exchange_keys SET status = :status, check_requested_at = now(), worker = :worker,"
                " lease_until = now() + interval '1 hour' WHERE id = :key"
            ),
            {"status": KeyStatus.checking, "worker": dead.id, "key": key_id},
        )
        assert claim(session, worker="me", lease=LEASE, provisioning=False) is None
        assert presence.dead_neighbours(session, desk.worker) == [dead.id]
    on_worker_start(desk.context, desk.worker)
    with desk.context.db.transaction() as session:
        taken = claim(session, worker="me", lease=LEASE, provisioning=False)
    assert taken is not None
    assert taken.key_id == key_id
