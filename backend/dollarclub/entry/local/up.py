"""`dollarclub up`: the whole platform in the foreground of one terminal, until it is asked to stop."""

import errno
import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from dollarclub.core.settings import Settings, load_settings
from dollarclub.entry.local import procfs
from dollarclub.entry.local.instance import Instance, compose, hold, project_root
from dollarclub.entry.local.layout import Layout
from dollarclub.entry.local.programs import paper_table, process_table, server_table
from dollarclub.entry.local.supervisor import Supervisor

Say = Callable[[str], None]
HEALTH_HINT_SECONDS = 20.0


class CannotStart(Exception):
    """The start is refused or failed; the message is one line for a person."""


class Stopped(Exception):
    """The person asked to stop before everything was up."""


class StopSignals:
    """SIGINT, SIGTERM and SIGHUP as something one can wait for; inherited "ignore" of a background job is overridden."""

    WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __enter__(self) -> Self:
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, lambda *_: None) for number in self.WATCHED}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(-1)
        self._read.close()
        self._write.close()

    def wait(self, seconds: float) -> bool:
        """Whether a stop is asked for within `seconds`."""
        if not select.select([self._read], [], [], seconds)[0]:
            return False
        return any(number in self.WATCHED for number in self._read.recv(64))

    def pause(self, seconds: float) -> None:
        """Sleep, but raise `Stopped` as soon as a stop is asked for."""
        if self.wait(seconds):
            raise Stopped


class Up:
    """One run of the platform."""

    def __init__(self, instance: Instance, *, say: Say, announce: Callable[[dict[str, Any]], None]) -> None:
        self._instance = instance
        self._say = say
        self._announce = announce
        self._root = project_root()
        self._first_sign_in: dict[str, Any] = {}
        self._servers = server_table(instance)
        self._platform = [*paper_table(instance), *process_table(instance.settings)]
        environment = {**os.environ, **instance.environment, "PYTHONUNBUFFERED": "1"}
        self._supervisor = Supervisor(
            instance, [*self._servers, *self._platform], root=self._root, environment=environment
        )

    def run(self) -> None:
        """Start everything, watch it, and return when it was stopped on request."""
        with StopSignals() as signals:
            if self._supervisor.clear(patience=40):
                self._say("Ended what an earlier start had left behind.")
            check_port(self._instance.settings)
            self._prepare_servers()
            try:
                self._start(signals, first=True)
                self._announce({**self._write_down(), **self._first_sign_in})
                self._watch(signals)
            except Stopped:
                pass
            finally:
                self._instance.layout.instance.unlink(missing_ok=True)
                self._stop(signals)

    def _prepare_servers(self) -> None:
        for server in (self._instance.postgres, self._instance.redis):
            if server is not None:
                server.release()
                server.prepare()

    def _start(self, signals: StopSignals, *, first: bool) -> None:
        self._supervisor.start()
        if not self._supervisor.wait_for_socket():
            raise CannotStart(
                f"The supervisor did not start; see {self._instance.layout.logs / 'supervisord.err'}."
            )
        for name, server in (("postgres", self._instance.postgres), ("redis", self._instance.redis)):
            self._wait_until(signals, name, server.is_ready if server else None)
        if first:
            self._first_sign_in = self._prepare_database()
        for program in (one for one in self._platform if one.eager):
            self._supervisor.launch(program)
        self._wait_for_health(signals)
        for program in (one for one in self._platform if not one.eager):
            self._supervisor.launch(program)

    def _wait_until(self, signals: StopSignals, name: str, ready: Callable[[], bool] | None) -> None:
        deadline = time.monotonic() + 120
        while ready is not None and not ready():
            self._supervisor.revive()
            if time.monotonic() > deadline:
                raise CannotStart(f"{name} does not start: {self._last_line(name)}")
            signals.pause(0.03)

    def _prepare_database(self) -> dict[str, Any]:
        """Migrate in a process of its own: what that imports must not stay in memory for as long as the platform runs."""
        command = [sys.executable, "-m", "dollarclub.entry.cli", "prepare", "--json"]
        done = subprocess.run(
            command, cwd=self._root, capture_output=True, text=True, check=False, start_new_session=True
        )
        lines = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        if done.returncode != 0:
            raise CannotStart(f"The database could not be prepared: {explained(lines[-1])}")
        facts: dict[str, Any] = json.loads(done.stdout)
        return facts

    def _wait_for_health(self, signals: StopSignals) -> None:
        began, hinted = time.monotonic(), False
        while not answers(self._instance.settings):
            self._supervisor.revive()
            if not hinted and time.monotonic() - began > HEALTH_HINT_SECONDS:
                hinted = True
                self._say(
                    f"The api does not answer yet (its last line: {self._last_line('api')}); still trying."
                )
            signals.pause(0.05)

    def _watch(self, signals: StopSignals) -> None:
        while not signals.wait(1.0):
            if self._supervisor.alive:
                self._supervisor.revive()
                continue
            self._say("The supervisor died; starting everything again.")
            self._supervisor.clear(patience=10)
            self._prepare_servers()
            self._start(signals, first=False)

    def _stop(self, signals: StopSignals) -> None:
        if self._supervisor.alive:
            self._say("Stopping (once more to stop at once) …")
        self._supervisor.ask_to_stop()
        while self._supervisor.alive:
            if signals.wait(0.05):
                self._supervisor.kill()
        self._supervisor.clear(patience=5)
        for server in (self._instance.postgres, self._instance.redis):
            if server is not None:
                server.release()
        self._say("Stopped.")

    def _write_down(self) -> dict[str, Any]:
        layout = self._instance.layout
        facts = {
            "pid": os.getpid(),
            "started": procfs.started_at(os.getpid()),
            "url": address(self._instance.settings),
            "data_dir": str(layout.data_dir),
        }
        layout.instance.write_text(json.dumps(facts))
        return facts

    def _last_line(self, program: str) -> str:
        return last_line(self._instance.layout.logs / f"{program}.log")


def explained(line: str) -> str:
    """The message of a command's failure, which is JSON when the command could explain it."""
    try:
        return str(json.loads(line)["message"])
    except (ValueError, KeyError, TypeError):
        return line


def last_line(log: Path) -> str:
    """The last line of a log that says something, or where the log is."""
    try:
        with log.open("rb") as source:
            source.seek(max(0, log.stat().st_size - 4096))
            lines = source.read().decode(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else f"see {log}"


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the dashboard."""
    host = {"0.0.0.0": "localhost", "::": "localhost"}.get(settings.server.host, settings.server.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.server.port}"


def answers(settings: Settings) -> bool:
    """Whether `GET /api/health` answers 200."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.server.host, settings.server.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.server.port, timeout=2)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def check_port(settings: Settings) -> None:
    """Raise `CannotStart` when the port cannot be listened on."""
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            other = port + 1 if port >= 1024 else 8000
            raise CannotStart(f"Port {port} on {host} {why}: set another, e.g. PORT={other}.") from error


def up(*, say: Say, announce: Callable[[Instance, dict[str, Any]], None]) -> None:
    """Run the platform until SIGINT, SIGTERM or SIGHUP.

    `say` gets progress for a person, `announce` the facts of the instance once it answers. Raises `CannotStart`,
    `InstanceInUse`, `PaperFailed`, `PostgresFailed`, `RedisFailed` or `UnsafeFolder`, each with one line for a person.
    """
    os.umask(0o077)
    settings = load_settings()
    layout = Layout(settings.server.data_dir)
    held = hold(layout)
    try:
        instance = compose(settings, layout, create=True)
        instance.apply()
        problems = load_settings().problems()
        if problems:
            raise CannotStart("Not started: " + " ".join(problems))
        Up(instance, say=say, announce=lambda facts: announce(instance, facts)).run()
    finally:
        os.close(held)
