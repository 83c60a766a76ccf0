"""The table of processes: what runs, in which order it starts and stops, and how long each may take to stop."""

import sys
from dataclasses import dataclass

from dollarclub.core.settings import Settings
from dollarclub.entry.local.instance import Instance

CELERY = (sys.executable, "-m", "celery", "-A", "dollarclub.entry.worker:app")
QUIET = ("--without-gossip", "--without-mingle", "--without-heartbeat")


@dataclass(frozen=True)
class Program:
    """One supervised process. Higher `order` stops earlier; `grace` seconds pass between TERM and KILL.

    `eager` programs start first, so that the dashboard answers and runs start as soon as possible.
    """

    name: str
    command: tuple[str, ...]
    order: int
    grace: int
    stop_signal: str = "TERM"
    is_server: bool = False
    eager: bool = False


def server_table(instance: Instance) -> list[Program]:
    """The embedded servers of this instance."""
    programs = []
    if instance.postgres is not None:
        start = (
            sys.executable,
            "-m",
            "dollarclub.entry.local",
            str(instance.postgres.folder),
            str(instance.postgres.sockets),
        )
        programs.append(Program("postgres", start, order=10, grace=30, stop_signal="INT", is_server=True))
    if instance.redis is not None:
        programs.append(Program("redis", tuple(instance.redis.command()), order=20, grace=15, is_server=True))
    return programs


def paper_table(instance: Instance) -> list[Program]:
    """The paper exchange, when this instance has its own. It stops after everything that trades on it."""
    if instance.paper is None:
        return []
    return [Program("paper", instance.paper.command(), order=25, grace=10)]


def process_table(settings: Settings) -> list[Program]:
    """The platform's own processes, the same in `dollarclub up`, systemd and compose."""
    grace = int(settings.scripts.cancel_grace_seconds) + 15
    level = f"--loglevel={settings.server.log_level}"
    schedule = settings.server.data_dir / "beat" / "schedule"
    return [
        Program(
            "worker-scripts", (*CELERY, "worker", *_pool("scripts"), *QUIET, level), order=30, grace=grace
        ),
        Program("worker-trading", (*CELERY, "worker", *_pool("trading"), *QUIET, level), order=32, grace=20),
        Program("stream", (sys.executable, "-m", "dollarclub.entry.stream"), order=33, grace=10),
        Program("worker-default", (*CELERY, "worker", *_pool("default"), *QUIET, level), order=34, grace=15),
        Program("api", (sys.executable, "-m", "dollarclub.entry.serve"), order=40, grace=15, eager=True),
        Program("beat", (*CELERY, "beat", "-s", str(schedule), "--pidfile=", level), order=50, grace=3),
    ]


def _pool(queue: str) -> tuple[str, ...]:
    return ("-Q", queue, "-P", "threads", "-c", "4", "-n", f"{queue}@%h")
