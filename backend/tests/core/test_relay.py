"""Events reach their reactions at least once and in order, whatever fails on the way."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from dollarclub.core.context import Context
from dollarclub.core.db import Database
from dollarclub.core.outbox import Event, EventRow, emit, purge
from dollarclub.core.relay import EventCursor, Reaction, Relay
from tests.support.station import new_trader


class Desk:
    """Accounts that emit events, and a consumer whose reactions write down what they see."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.db: Database = context.db
        with self.db.transaction() as session:
            session.execute(text("CREATE TABLE seen (n serial, account uuid, number bigint, word text)"))

    def account(self) -> UUID:
        return new_trader(self.context).id

    def emit(self, account: UUID, *words: str, name: str = "word.said") -> None:
        with self.db.transaction() as session:
            emit(session, *(Event(account, name, {"word": word}) for word in words))

    def relay(self, reaction: Reaction | None = None, consumer: str = "test") -> Relay:
        return Relay(consumer, {"word.said": reaction or write_down})

    def seen(self, account: UUID) -> list[str]:
        with self.db.transaction() as session:
            rows = session.scalars(
                text("SELECT word FROM seen WHERE account = :a ORDER BY n"), {"a": account}
            )
            return list(rows)

    def due_again(self) -> None:
        """Let the pause of what failed be over."""
        with self.db.transaction() as session:
            session.execute(text("UPDATE event_cursors SET retry_at = clock_timestamp()"))

    def cursor(self, account: UUID, consumer: str = "test") -> EventCursor:
        with self.db.transaction() as session:
            found = session.get(EventCursor, (consumer, account))
        assert found is not None
        return found


def write_down(session: Session, event: EventRow) -> None:
    session.execute(
        text("INSERT INTO seen (account, number, word) VALUES (:account, :number, :word)"),
        {"account": event.account_id, "number": event.number, "word": event.payload["word"]},
    )


def failing_at(*words: str, kind: type[BaseException] = RuntimeError) -> Reaction:
    def react(session: Session, event: EventRow) -> None:
        write_down(session, event)
        if event.payload["word"] in words:
            raise kind("no")

    return react


@pytest.fixture
def desk(context: Context) -> Desk:
    return Desk(context)


def test_reactions_run_once_in_order_and_other_events_are_passed_over(desk: Desk) -> None:
    anna = desk.account()
    desk.emit(anna, "one", "two")
    desk.emit(anna, "noise", name="noise.made")
    desk.emit(anna, "three")
    relay = desk.relay()
    assert relay.deliver(desk.db) is False
    assert desk.seen(anna) == ["one", "two", "three"]
    relay.deliver(desk.db)
    assert desk.seen(anna) == ["one", "two", "three"]
    desk.emit(anna, "four")
    relay.deliver(desk.db)
    assert desk.seen(anna) == ["one", "two", "three", "four"]


def test_each_consumer_sees_everything(desk: Desk) -> None:
    anna = desk.account()
    desk.emit(anna, "one")
    desk.relay(consumer="first").deliver(desk.db)
    desk.relay(consumer="second").deliver(desk.db)
    assert desk.seen(anna) == ["one", "one"]


def test_the_same_event_again_and_again_is_reacted_to_once_after_the_last(desk: Desk) -> None:
    anna = desk.account()
    desk.emit(anna, "again", "other", "again")
    desk.emit(anna, "again")
    desk.relay().deliver(desk.db)
    assert desk.seen(anna) == ["other", "again"]


def test_more_events_than_one_round_takes_are_all_delivered_in_order(desk: Desk) -> None:
    anna = desk.account()
    words = [str(number) for number in range(450)]
    for start in range(0, 450, 90):
        desk.emit(anna, *words[start : start + 90])
    relay = desk.relay()
    rounds = 1
    while relay.deliver(desk.db):
        rounds += 1
    assert desk.seen(anna) == words
    assert rounds == 3


def test_a_failure_holds_back_its_account_only_and_is_tried_again_until_it_succeeds(desk: Desk) -> None:
    anna, bert = desk.account(), desk.account()
    desk.emit(anna, "good", "bad", "later")
    desk.emit(bert, "fine")
    broken = desk.relay(failing_at("bad"))
    with capture_logs() as first_logs:
        broken.deliver(desk.db)
    assert desk.seen(anna) == ["good"], "nothing of the failed reaction stays"
    assert desk.seen(bert) == ["fine"]

    first = desk.cursor(anna)
    broken.deliver(desk.db)
    assert desk.cursor(anna).failures == first.failures == 1, "not before its pause is over"
    desk.due_again()
    with capture_logs() as second_logs:
        broken.deliver(desk.db)
    assert desk.cursor(anna).failures == 2
    for number, logs in ((1, first_logs), (2, second_logs)):
        told = [line for line in logs if line["event"] == "reaction_failed"]
        assert [(line["log_level"], line["failures"]) for line in told] == [("error", number)]

    desk.due_again()
    desk.relay().deliver(desk.db)
    assert desk.seen(anna) == ["good", "bad", "later"]
    assert desk.cursor(anna).failures == 0


def test_pauses_grow_to_five_minutes(desk: Desk) -> None:
    anna = desk.account()
    desk.emit(anna, "bad")
    relay = desk.relay(failing_at("bad"))
    pauses = []
    for _ in range(11):
        with capture_logs():
            relay.deliver(desk.db)
        with desk.db.transaction() as session:
            left = session.scalar(
                text("SELECT extract(epoch FROM retry_at - clock_timestamp()) FROM event_cursors")
            )
        pauses.append(round(float(left or 0)))
        desk.due_again()
    assert pauses[:4] == [1, 2, 4, 8]
    assert pauses[-2:] == [300, 300]


def test_a_reaction_that_the_database_refuses_counts_as_failed(desk: Desk) -> None:
    anna, bert = desk.account(), desk.account()
    desk.emit(anna, "bad")
    desk.emit(bert, "fine")

    def react(session: Session, event: EventRow) -> None:
        if event.payload["word"] == "bad":
            session.execute(text("SELECT 1 / 0"))
        write_down(session, event)

    desk.relay(react).deliver(desk.db)
    assert desk.seen(bert) == ["fine"]
    assert desk.cursor(anna).failures == 1


def test_a_process_that_dies_within_a_reaction_leaves_the_event_to_the_next(desk: Desk) -> None:
    anna = desk.account()
    desk.emit(anna, "one", "two")
    with pytest.raises(SystemExit):
        desk.relay(failing_at("two", kind=SystemExit)).deliver(desk.db)
    assert desk.seen(anna) == ["one"]
    desk.relay().deliver(desk.db)
    assert desk.seen(anna) == ["one", "two"]


def test_workers_that_deliver_together_never_run_a_reaction_twice(desk: Desk) -> None:
    people = [desk.account() for _ in range(6)]
    words = [str(number) for number in range(30)]
    for person in people:
        desk.emit(person, *words)
    together = Barrier(3)

    def work() -> None:
        relay = desk.relay()
        together.wait(10)
        while relay.deliver(desk.db):
            pass

    run_together(work, 3)
    desk.relay().deliver(desk.db)
    assert [desk.seen(person) for person in people] == [words] * len(people)


def test_old_events_are_kept_until_they_are_delivered(desk: Desk) -> None:
    anna = desk.account()
    desk.emit(anna, "good", "bad")
    broken = desk.relay(failing_at("bad"))
    with capture_logs():
        broken.deliver(desk.db)
    assert purged(desk) == 2, "the account's first event and the good one"
    desk.due_again()
    desk.relay().deliver(desk.db)
    assert desk.seen(anna) == ["good", "bad"]
    assert purged(desk) == 1


def purged(desk: Desk) -> int:
    with desk.db.transaction() as session:
        return purge(session, older_than=timedelta())


def test_it_asks_one_question_when_nothing_is_new(desk: Desk) -> None:
    anna = desk.account()
    desk.emit(anna, "one")
    relay = desk.relay()
    relay.deliver(desk.db)
    asked = statements_of(desk.db, lambda: relay.deliver(desk.db))
    assert len(asked) == 1


def run_together(work: Callable[[], None], count: int) -> None:
    threads = [Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def statements_of(db: Database, work: Callable[[], Any]) -> list[str]:
    """The statements that the database was sent meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)
    return asked
