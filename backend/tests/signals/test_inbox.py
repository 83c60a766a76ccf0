"""Several writers on one database: re-sends never become a second signal, and an absent database never hangs anybody."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, pool, select, text

from dollarclub.core.context import Context
from dollarclub.core.db import Database
from dollarclub.core.security import Cipher
from dollarclub.kit.buckets import TokenBuckets
from dollarclub.signals.models import Signal
from dollarclub.signals.service.inbox import Post, Receipt, receive
from tests.support.waiting import eventually
from tests.support.webhooks import Sender, moment

WRITERS = 2


class Writer:
    """One api process's writer, on a connection of its own."""

    def __init__(self, context: Context, account_id: UUID) -> None:
        self._db = Database(context.settings.database.url.get_secret_value(), pool_size=1)
        self._cipher = Cipher(context.settings.security.encryption_key)
        self._buckets = TokenBuckets(1_000_000, 1)
        self._account_id = account_id

    def store(self, bodies: list[str]) -> list[UUID]:
        """Signal ids of the answers to one batch."""
        posts = [
            Post(self._account_id, None, body.encode(), "text/plain", "", "192.0.2.1", time.monotonic())
            for body in bodies
        ]
        with self._db.transaction() as session:
            answers = receive(
                session, posts, cipher=self._cipher, buckets=self._buckets, now=time.monotonic()
            )
        assert all(isinstance(answer, Receipt) for answer in answers), answers
        return [answer.signal_id for answer in answers if isinstance(answer, Receipt)]

    def close(self) -> None:
        self._db.close()


def test_a_series_of_re_sends_is_one_signal_in_any_order_over_two_processes(
    sender: Sender, context: Context
) -> None:
    writers = [Writer(context, UUID(sender.person.id)) for _ in range(WRITERS)]
    batches = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=6), min_size=1, max_size=3)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.tuples(*[batches] * WRITERS))
    def check(work: tuple[list[list[int]], ...]) -> None:
        bodies = [body(sender, number) for number in range(6)]
        told: dict[int, set[UUID]] = defaultdict(set)
        errors: list[BaseException] = []
        start = threading.Barrier(WRITERS)

        def run(writer: Writer, own: list[list[int]]) -> None:
            try:
                start.wait(10)
                for batch in own:
                    for number, signal in zip(batch, writer.store([bodies[n] for n in batch]), strict=True):
                        told[number].add(signal)
            except BaseException as error:  # noqa: BLE001 told to the main thread
                errors.append(error)

        threads = [threading.Thread(target=run, args=pair) for pair in zip(writers, work, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
        assert all(len(signals) == 1 for signals in told.values())
        assert len(set.union(*told.values())) == len(told)
        with context.db.transaction() as session:
            sent = sum(len(batch) for own in work for batch in own)
            ids = set.union(*told.values())
            repeats = session.scalar(select(func.sum(Signal.repeats)).where(Signal.id.in_(ids)))
            assert repeats == sent - len(told)

    check()
    for writer in writers:
        writer.close()


def body(sender: Sender, number: int) -> str:
    """An alert that never was before; every second one does not tell its time."""
    timed = {"timestamp": moment()} if number % 2 else {}
    alert = {"secret": sender.secret, "action": "buy", "symbol": "BTCUSDT", "message": uuid4().hex}
    return json.dumps({**alert, **timed})


@contextmanager
def locked_signals(context: Context) -> Iterator[None]:
    """Nobody can write signals: a database that takes connections and does not answer."""
    engine = create_engine(context.db.engine.url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE signals IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


def test_a_database_that_does_not_answer_turns_senders_away_until_it_does(
    sender: Sender, context: Context
) -> None:
    alert = sender.alert()
    with locked_signals(context):
        began = time.monotonic()
        refused = [sender.post(alert) for _ in range(3)]
        assert time.monotonic() - began < 2.5
        assert {answer.status_code for answer in refused} == {503}
        assert {answer.json()["code"] for answer in refused} == {"database_unavailable"}

    again = eventually(lambda: accepted(sender.post(alert)), what="accepted")
    assert [each["id"] for each in sender.signals()] == [again]


def accepted(answer: httpx.Response) -> str:
    return str(answer.json()["signal_id"]) if answer.status_code == 202 else ""


def test_after_the_database_was_away_alerts_are_taken_again(sender: Sender, context: Context) -> None:
    name = context.db.engine.url.database
    admin = create_engine(
        context.db.engine.url.set(database="postgres"),
        isolation_level="AUTOCOMMIT",
        poolclass=pool.NullPool,
    )
    ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        connection.execute(ended, {"name": name})
        alerts = [sender.alert() for _ in range(5)]
        assert {sender.post(alert).status_code for alert in alerts} == {503}

        connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    for alert in alerts:
        eventually(lambda alert=alert: accepted(sender.post(alert)), what="accepted")
    listed = eventually(lambda: found(sender), what="list of signals")
    assert len(listed) == 5


def found(sender: Sender) -> list[object]:
    """The list, or nothing while its own connection is still the one that was cut."""
    answer = sender.client.get("/api/signals", headers=sender.person.headers)
    return list(answer.json()["items"]) if answer.status_code == 200 else []


def test_text_that_a_database_cannot_keep_is_kept_as_far_as_it_can(sender: Sender) -> None:
    odd = {
        "secret": sender.secret,
        "action": "buy",
        "symbol": "A" * 40,
        "message": "\x00\ud800",
        "strategy": "\x00",
    }
    answers = [sender.post(each) for each in (sender.alert(), json.dumps(odd), sender.alert())]

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len(sender.signals()) == 3
