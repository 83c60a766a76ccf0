"""Nudges are sent after the commit, cost a request nothing, and are missed by nobody when they are lost."""

import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from redis.client import PubSub
from structlog.testing import capture_logs

from dollarclub.core.bus import ChannelNudge, TaskNudge, nudge
from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from tests.support.waiting import eventually


def test_a_nudge_is_sent_when_its_transaction_has_committed_and_not_before(context: Context) -> None:
    with context.redis.pubsub() as pubsub:
        pubsub.subscribe("weather")
        assert pubsub.get_message(timeout=5)
        with context.db.transaction() as session:
            nudge(session, ChannelNudge("weather", {"rain": True}))
            assert pubsub.get_message(timeout=0.1) is None

        message = pubsub.get_message(timeout=5)
        assert message is not None
        assert message["data"] == b'{"rain": true}'


def test_a_nudge_of_a_transaction_that_failed_is_never_sent(context: Context) -> None:
    with context.redis.pubsub() as pubsub:
        pubsub.subscribe("weather")
        assert pubsub.get_message(timeout=5)
        with pytest.raises(LookupError):
            nudge_and_fail(context)
        with context.db.transaction() as session:
            nudge(session, ChannelNudge("weather", {"rain": False}))

        message = pubsub.get_message(timeout=5)
        assert message is not None
        assert message["data"] == b'{"rain": false}'


def test_without_redis_nudges_cost_nothing_and_do_not_flood_the_log(
    make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    context = build_context(make_settings(REDIS_URL=f"unix://{tmp_path}/nobody.sock"))
    with capture_logs() as logged:
        began = time.monotonic()
        for _ in range(300):
            context.bus.send([ChannelNudge("weather", {"rain": True})])
        context.bus.send([TaskNudge("scripts.claim", uuid4())])
        assert time.monotonic() - began < 0.5
        eventually(lambda: context.bus.dropped == 301)
    context.close()

    assert len([line for line in logged if line["event"] == "nudge_dropped"]) == 1


def test_equal_nudges_that_wait_together_are_sent_as_one_and_a_later_one_is_sent_again(
    context: Context,
) -> None:
    with context.redis.pubsub() as pubsub:
        pubsub.subscribe("weather")
        assert pubsub.get_message(timeout=5)
        burst = [ChannelNudge("weather", {"rain": True}) for _ in range(1000)]
        context.bus.send([*burst, ChannelNudge("weather", {"rain": False})])
        assert told(pubsub) == [b'{"rain": true}', b'{"rain": false}']

        context.bus.send(burst[:1])
        assert told(pubsub) == [b'{"rain": true}']
    assert context.bus.dropped == 0


def told(pubsub: PubSub) -> list[bytes]:
    """What is heard until it has been quiet for a moment."""
    heard: list[bytes] = []
    while (message := pubsub.get_message(timeout=2 if not heard else 0.2)) is not None:
        heard.append(message["data"])
    return heard


def nudge_and_fail(context: Context) -> None:
    with context.db.transaction() as session:
        nudge(session, ChannelNudge("weather", {"rain": True}))
        raise LookupError
