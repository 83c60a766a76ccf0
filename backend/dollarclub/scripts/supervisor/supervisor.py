"""The supervisor of one worker process, put together and taken apart in order."""

import fcntl
import os
import threading
import time
from pathlib import Path
from uuid import UUID

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from dollarclub.core import presence
from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.core.redis import connect
from dollarclub.core.security import Cipher
from dollarclub.scripts.environments import BuildFailed, EnvironmentStore
from dollarclub.scripts.events import CONTROL_CHANNEL
from dollarclub.scripts.sandbox.probe import Sandbox, choose
from dollarclub.scripts.sandbox.spec import SLOTS, SandboxUnavailable
from dollarclub.scripts.supervisor.capture import LogLimits
from dollarclub.scripts.supervisor.control import Control, ControlSettings
from dollarclub.scripts.supervisor.loop import RunLoop
from dollarclub.scripts.supervisor.writer import Writer

_log = logger(__name__)
KIND = "scripts"
RUNTIME_FOLDER = "runtime"
ENVIRONMENTS_FOLDER = "packages"


class Supervisor:
    """Runs scripts for one worker process."""

    def __init__(self, context: Context) -> None:
        settings = context.settings.scripts
        data_dir = context.settings.server.data_dir
        runtime = data_dir / RUNTIME_FOLDER
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._context = context
        self._grace = settings.cancel_grace_seconds
        self._sandbox = _choose(context, runtime)
        self._slots = SlotRange(runtime / "slots", settings.runs_per_worker)
        self.identity = presence.this_process(KIND, self._facts())
        self._writer = Writer(
            context.db, self.identity.id, on_finished=self._finished, on_disowned=self._disowned
        )
        self._store = EnvironmentStore(
            data_dir / ENVIRONMENTS_FOLDER, cache_bytes=settings.environment_cache_bytes
        )
        self._loop = RunLoop(
            sandbox=self._sandbox,
            store=self._store,
            writer=self._writer,
            clock=context.clock,
            log_limits=LogLimits(
                settings.log_line_bytes, settings.log_total_bytes, settings.log_buffer_bytes
            ),
            grace_seconds=settings.cancel_grace_seconds,
            build_seconds=settings.package_build_seconds,
            first_slot=self._slots.first,
        )
        self._control = Control(
            context.db,
            self._loop,
            identity=lambda: self.identity,
            settings=ControlSettings(
                lease_seconds=settings.lease_seconds,
                per_account=settings.max_concurrent_scripts,
                capacity=settings.runs_per_worker,
            ),
            cipher=Cipher(context.settings.security.encryption_key),
        )
        self._stopping = threading.Event()
        self._listener = threading.Thread(target=self._listen, name="run-nudges", daemon=True)

    def start(self) -> None:
        """Begin to claim and run; returns at once."""
        try:
            self._store.base()
        except BuildFailed as error:
            _log.error("base_environment_failed", reason=error.message)
        self._loop.begin()
        self._writer.start()
        self._control.start()
        self._listener.start()
        _log.info("supervisor_started", worker=self.identity.id, sandbox=self.identity.facts["sandbox"])

    def nudge(self, run_id: UUID) -> None:
        """This run, or a place for another, may be there to be claimed."""
        if run_id not in self._loop.held:
            self._control.wake(to_claim=True)

    def stop(self) -> None:
        """End all runs in order (TERM, grace, KILL), store their ends, leave."""
        self._stopping.set()
        self._control.stop_claiming()
        self._loop.cancel_all()
        deadline = time.monotonic() + self._grace + 10
        while self._loop.held and time.monotonic() < deadline:
            self._loop.cancel_all()
            time.sleep(0.02)
        self._control.stop(2)
        self._loop.end(2)
        self._writer.stop(5)
        self._slots.close()
        try:
            with self._context.db.transaction() as session:
                presence.leave(session, self.identity.id)
        except SQLAlchemyError as error:
            _log.warning("leave_not_stored", error=type(error).__name__)

    def _facts(self) -> dict[str, object]:
        capacity = self._context.settings.scripts.runs_per_worker
        if isinstance(self._sandbox, str):
            return {"capacity": capacity, "sandbox": "none", "promises": [self._sandbox]}
        report = self._sandbox.report
        return {
            "capacity": capacity,
            "sandbox": report.tier.value,
            "promises": list(report.promises),
            "limits_by": report.limits_by,
        }

    def _finished(self, run_id: UUID) -> None:
        self._loop.finished(run_id)

    def _disowned(self, run_id: UUID) -> None:
        self._loop.disown(run_id)

    def _listen(self) -> None:
        """Hear what was queued or is to be cancelled at once while Redis is there; polling hears it anyway."""
        url = self._context.settings.redis.url.get_secret_value()
        while not self._stopping.is_set():
            try:
                with connect(url, socket_timeout=None) as client, client.pubsub() as pubsub:
                    pubsub.subscribe(CONTROL_CHANNEL)
                    while not self._stopping.is_set():
                        message = pubsub.get_message(ignore_subscribe_messages=True, timeout=1.0)
                        if message is not None:
                            self._control.wake(to_claim=b"queued" in message["data"])
            except (RedisError, OSError):
                self._stopping.wait(1.0)


class SlotRange:
    """A range of run slots that no other worker of this folder uses, held by a file lock."""

    def __init__(self, folder: Path, size: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for number in range(SLOTS // size):
            descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                continue
            self._descriptor = descriptor
            self.first = number * size
            return
        raise SandboxUnavailable("Too many workers share one data folder.")

    def close(self) -> None:
        os.close(self._descriptor)


def _choose(context: Context, runtime: Path) -> Sandbox | str:
    """The sandbox, or a sentence why there is none."""
    try:
        sandbox = choose(context.settings.scripts.sandbox, runtime)
    except SandboxUnavailable as error:
        _log.error("sandbox_unavailable", reason=str(error))
        return str(error)
    if not sandbox.report.holds or sandbox.report.tier.value == "off":
        _log.warning(
            "sandbox_off", reason="SANDBOX=off: scripts run without walls between them and this machine"
        )
    return sandbox
