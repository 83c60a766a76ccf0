"""Whose turn it is: one signal of a lane at a time, in order; exits first, and past entries that are held up."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from dollarclub.core import presence
from dollarclub.exchanges.gateway import MarketType, OrderType
from dollarclub.kit.ids import new_id
from dollarclub.signals.models import Signal, Strategy
from dollarclub.signals.repository.execution import Claimed, ExecutionRepository
from dollarclub.signals.rules.states import Outcome, SignalStatus
from dollarclub.signals.service import execution
from dollarclub.signals.service.lookups import Later

LEASE = timedelta(seconds=20)
BEGAN = datetime.now(UTC) - timedelta(minutes=1)


@dataclass
class Queue:
    """Signals of one strategy; a lane is told by a letter."""

    session: Session
    account: UUID
    strategy: UUID
    made: int = 0

    def add(self, lane: str, intent: str = "entry") -> UUID:
        self.made += 1
        signal_id = new_id()
        self.session.add(
            Signal(
                id=signal_id,
                account_id=self.account,
                strategy_id=self.strategy,
                status=SignalStatus.received,
                lane=lane,
                body_hash=signal_id.bytes,
                raw="",
                alert={"intent": intent},
                received_at=BEGAN + timedelta(seconds=self.made),
            )
        )
        self.session.flush()
        return signal_id

    def claim(self, room: int = 8, entries: int = 8) -> list[Claimed]:
        return execution.claim(self.session, worker="me", lease=LEASE, room=room, entries=entries)

    def claimed(self, **limits: int) -> list[UUID]:
        return [each.signal_id for each in self.claim(**limits)]

    def put_off(self, claimed: Claimed, **known: Any) -> None:
        execution.put_off(self.session, claimed, Later(timedelta(minutes=1), "waits", **known))

    def status(self, signal_id: UUID) -> tuple[str, str | None]:
        row = self.session.get(Signal, signal_id, populate_existing=True)
        assert row is not None
        return row.status, row.outcome


@pytest.fixture
def queue(session: Session) -> Queue:
    account, strategy = new_id(), new_id()
    session.execute(
        text(
            "INSERT INTO accounts (id, email, username, password_hash, role, is_active, created_at, updated_at)"
            " VALUES (:id, :email, :name, '', 'trader', true, now(), now())"
        ),
        {"id": account, "email": f"{account}@example.com", "name": account.hex[:20]},
    )
    session.add(
        Strategy(
            id=strategy,
            account_id=account,
            name="Queue",
            token_digest=strategy.bytes,
            token_sealed=b"",
            secret_digest=b"",
            secret_sealed=b"",
            market_type=MarketType.spot,
            order_type=OrderType.market,
        )
    )
    session.flush()
    return Queue(session, account, strategy)


def test_one_of_a_lane_at_a_time_in_the_order_of_arrival(queue: Queue) -> None:
    first, _, other = queue.add("a"), queue.add("a"), queue.add("b")
    assert queue.claimed() == [first, other]
    assert queue.claimed() == []


def test_exits_come_before_entries_of_other_lanes(queue: Queue) -> None:
    entry, close = queue.add("a"), queue.add("b", "exit")
    assert queue.claimed(room=1) == [close]
    assert queue.claimed(room=1) == [entry]


def test_an_exit_does_not_go_past_an_entry_of_its_lane_that_merely_waits_its_turn(queue: Queue) -> None:
    entry, _ = queue.add("a"), queue.add("a", "exit")
    assert queue.claimed() == [entry]
    assert queue.claimed() == []


def test_entries_leave_room_for_exits(queue: Queue) -> None:
    entries = [queue.add(lane) for lane in "abcd"]
    close = queue.add("e", "exit")
    assert queue.claimed(room=4, entries=2) == [close, *entries[:2]]


def test_an_entry_that_is_put_off_holds_up_later_ones_of_its_lane(queue: Queue) -> None:
    queue.add("a")
    queue.add("a")
    queue.put_off(queue.claim()[0])
    assert queue.claimed() == []


def test_an_exit_goes_past_an_entry_that_waits_for_an_unknown_order(queue: Queue) -> None:
    """The entry was wanted before the exit: sent later it would open what was to be closed."""
    entry = queue.add("a")
    [claimed] = queue.claim()
    close = queue.add("a", "exit")
    later = queue.add("a")
    queue.put_off(claimed)
    assert queue.claimed() == [], "it waits for what the exit needs too"
    queue.session.execute(text("UPDATE signals SET not_before = NULL WHERE id = :id"), {"id": entry})
    [claimed] = queue.claim()
    key_id = made_key(queue)
    queue.put_off(claimed, key_id=key_id, symbol="BTC/USDT")
    [exit] = queue.claim()
    assert exit.signal_id == close
    ExecutionRepository(queue.session).give_up_overtaken(exit, "an exit came")
    assert queue.status(entry) == (SignalStatus.done, Outcome.overtaken)
    assert queue.status(later) == (SignalStatus.received, None)


def test_a_claim_of_a_dead_worker_or_a_run_out_one_is_given_back(queue: Queue) -> None:
    signal = queue.add("a")
    assert queue.claimed() == [signal]
    me = presence.this_process("trading", {})
    assert execution.free_lost(queue.session, me) == 0
    queue.session.execute(text("UPDATE signals SET lease_until = now() - interval '1 second'"))
    assert execution.free_lost(queue.session, me) == 1
    assert queue.claimed() == [signal]


def test_whoever_lost_the_claim_changes_nothing(queue: Queue) -> None:
    signal = queue.add("a")
    [first] = queue.claim()
    queue.session.execute(text("UPDATE signals SET status = 'received', lease_until = NULL"))
    [second] = queue.claim()
    repository = ExecutionRepository(queue.session)
    assert not repository.finish(first, SignalStatus.done, Outcome.executed, "")
    assert queue.status(signal) == (SignalStatus.claimed, None)
    assert repository.finish(second, SignalStatus.done, Outcome.executed, "")
    assert queue.status(signal) == (SignalStatus.done, Outcome.executed)


def made_key(queue: Queue) -> UUID:
    key_id = new_id()
    queue.session.execute(
        text(
            "INSERT INTO exchange_keys (id, account_id, label, venue, market_type, environment, status)"
            " VALUES (:id, :account, 'key', 'binance', 'spot', 'paper', 'ready')"
        ),
        {"id": key_id, "account": queue.account},
    )
    return key_id
