"""The Celery application of every worker and of beat: `celery -A dollarclub.entry.worker:app worker -Q scripts -P threads`.

What a worker process owns is decided by its queues, and only that is imported: one that consumes `scripts` runs the
supervisor, one that consumes `trading` loads ccxt.
"""

import os
from typing import Any
from uuid import UUID

from celery import signals

from dollarclub.core.celery_app import create_celery
from dollarclub.core.context import Context, build_context
from dollarclub.core.logging import configure_logging, logger
from dollarclub.core.presence import CANARY_SECONDS
from dollarclub.core.settings import load_settings
from dollarclub.entry import models  # noqa: F401 (foreign keys are found by the names of all tables)
from dollarclub.entry.worker_parts import Part

_log = logger(__name__)
settings = load_settings()
app = create_celery(settings)
app.set_default()
_parts: list[Part] = []


@signals.setup_logging.connect
def _logging(**_: Any) -> None:
    configure_logging(settings.server.log_level, log_format=settings.server.log_format)


@signals.celeryd_after_setup.connect
def _begin(instance: Any, **_: Any) -> None:
    """Before the broker is reached, so that a worker works while Redis is away.

    Celery swallows what a signal's receiver raises; a worker without its parts must not live, so the process ends and
    whoever supervises it starts another.
    """
    try:
        _start_parts(instance)
    except BaseException:  # noqa: BLE001 nothing may keep a worker without its parts alive
        _log.exception("worker_not_started")
        os._exit(1)


def _start_parts(instance: Any) -> None:
    if problems := settings.problems():
        raise SystemExit("DollarClub does not start: " + " ".join(problems))
    context = build_context(settings, celery=app)
    queues = {queue.name for queue in instance.app.amqp.queues.consume_from.values()}
    for queue in sorted(queues):
        _parts.append(_part_of(queue, context))
    for part in _parts:
        part.start()


def _part_of(queue: str, context: Context) -> Part:
    match queue:
        case "scripts":
            from dollarclub.entry.scripts_part import ScriptsPart

            return ScriptsPart(context)
        case "trading":
            from dollarclub.entry.trading.part import TradingPart

            return TradingPart(context)
        case "default":
            from dollarclub.entry.default_part import DefaultPart

            return DefaultPart(context)
    raise SystemExit(f"DollarClub has no queue `{queue}`.")


@signals.worker_ready.connect
def _prove_the_queue(**_: Any) -> None:
    """The first canary of a fresh worker, so that nobody waits for the schedule to learn that messages come through."""
    for part in _parts:
        app.send_task(f"{part.kind}.canary", queue=part.kind, expires=30)


@signals.worker_shutdown.connect
def _end(**_: Any) -> None:
    for part in _parts:
        part.stop()


@app.task(name="scripts.claim")
def claim(run_id: str) -> None:
    """Make this worker look for queued runs now."""
    for part in _parts:
        part.nudge(UUID(run_id))


@app.task(name="scripts.canary")
def scripts_canary() -> None:
    """Prove that messages come through the queue `scripts`."""
    for part in _parts:
        part.canary("scripts")


@app.task(name="trading.canary")
def trading_canary() -> None:
    """Prove that messages come through the queue `trading`."""
    for part in _parts:
        part.canary("trading")


@app.task(name="default.canary")
def default_canary() -> None:
    """Prove that messages come through the queue `default`."""
    for part in _parts:
        part.canary("default")


@app.task(name="default.purge")
def purge() -> None:
    """Forget what retention says."""
    for part in _parts:
        part.purge()


app.conf.beat_schedule = {
    **{
        f"{kind}-canary": {
            "task": f"{kind}.canary",
            "schedule": CANARY_SECONDS,
            "options": {"queue": kind, "expires": 30},
        }
        for kind in ("scripts", "trading", "default")
    },
    "purge": {"task": "default.purge", "schedule": 3600.0, "options": {"queue": "default", "expires": 1800}},
}
