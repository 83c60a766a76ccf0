"""Driving supervisord: it restarts what dies; we hold its configuration, its orderly end and what it left behind."""

import configparser
import contextlib
import http.client
import os
import secrets
import shlex
import signal
import subprocess
import sys
import time
import xmlrpc.client
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport

from dollarclub.entry.local import procfs
from dollarclub.entry.local.instance import MARKER, Instance
from dollarclub.entry.local.programs import Program

# A program that dies at once is tried again after 1, 2, … seconds; supervisord then gives up and `revive` starts over.
QUICK_TRIES = 4


class Supervisor:
    """One supervisord for one instance."""

    def __init__(
        self, instance: Instance, programs: list[Program], *, root: Path, environment: dict[str, str]
    ) -> None:
        self._layout = instance.layout
        self._programs = sorted(programs, key=lambda program: program.order)
        self._root = root
        self._marker = f"{MARKER}={instance.layout.data_dir}"
        self._environment = {**environment, MARKER: str(instance.layout.data_dir)}
        self._password = secrets.token_hex(16)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start supervisord in a session of its own (a terminal's Ctrl-C must not reach the children)."""
        self._write_config()
        self._layout.supervisor_socket.unlink(missing_ok=True)
        command = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "supervisor.supervisord"]
        with (self._layout.logs / "supervisord.err").open("wb") as sink:
            self._process = subprocess.Popen(
                [*command, "-c", str(self._layout.supervisor_config)],
                env=self._environment,
                cwd=self._root,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def launch(self, program: Program) -> None:
        """Start one program; it is no error when it runs already."""
        with contextlib.suppress(xmlrpc.client.Fault):
            self._call("startProcess", program.name, False)

    def states(self) -> dict[str, str]:
        """State of every program as supervisord names it (`RUNNING`, `BACKOFF`, …); empty while supervisord is away."""
        try:
            return {entry["name"]: entry["statename"] for entry in self._call("getAllProcessInfo")}
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return {}

    def revive(self) -> list[str]:
        """Start again what supervisord gave up on; returns the names. Called for ever, so nothing stays down for good."""
        given_up = [name for name, state in self.states().items() if state == "FATAL"]
        for program in self._programs:
            if program.name in given_up:
                self.launch(program)
        return given_up

    def ask_to_stop(self) -> None:
        """Begin the orderly end: one program after the other, in reverse order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def processes(self) -> list[int]:
        """Everything that this instance's supervisord ever started and that still lives, supervisord included."""
        marker = self._marker.encode()
        return [pid for pid in procfs.pids() if procfs.has_environment(pid, marker)]

    def clear(self, *, patience: float) -> bool:
        """End what an earlier start left behind: an orderly stop first, `patience` seconds, then by force.

        Returns whether there was anything.
        """
        left = self.processes()
        if not left:
            return False
        with contextlib.suppress(OSError, ValueError):
            earlier = int((self._layout.run / "supervisord.pid").read_text())
            procfs.send([pid for pid in left if pid == earlier], signal.SIGTERM)
            procfs.wait_gone(lambda: [pid for pid in self.processes() if pid == earlier], patience)
        procfs.end(self.processes, steps=[(signal.SIGTERM, min(patience, 5)), (signal.SIGKILL, 5)])
        return True

    def kill(self) -> None:
        """End everything at once."""
        procfs.end(self.processes, steps=[(signal.SIGKILL, 5)])
        if self._process is not None:
            self._process.wait()

    def _call(self, method: str, *arguments: Any) -> Any:
        transport = SupervisorTransport(
            "dollarclub", self._password, f"unix://{self._layout.supervisor_socket}"
        )
        try:
            proxy = xmlrpc.client.ServerProxy("http://localhost", transport=transport)
            return getattr(proxy.supervisor, method)(*arguments)
        finally:
            transport.close()

    def wait_for_socket(self, seconds: float = 15.0) -> bool:
        """Whether supervisord answers within `seconds`."""
        deadline = time.monotonic() + seconds
        while self.alive and time.monotonic() < deadline:
            if self.states():
                return True
            time.sleep(0.02)
        return False

    def _write_config(self) -> None:
        config = configparser.RawConfigParser()
        config["supervisord"] = {
            "nodaemon": "true",
            "silent": "true",
            "nocleanup": "true",
            "umask": "077",
            "directory": _plain(self._root),
            "logfile": _plain(self._layout.logs / "supervisord.log"),
            "logfile_maxbytes": "5MB",
            "logfile_backups": "2",
            "pidfile": _plain(self._layout.run / "supervisord.pid"),
        }
        if os.geteuid() == 0:
            config["supervisord"]["user"] = "root"  # else it warns that it could have dropped privileges
        config["unix_http_server"] = {
            "file": _plain(self._layout.supervisor_socket),
            "chmod": "0700",
            "username": "dollarclub",
            "password": self._password,
        }
        config["rpcinterface:supervisor"] = {
            "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
        }
        for program in self._programs:
            config[f"program:{program.name}"] = self._section(program)
        path = self._layout.supervisor_config
        path.touch(mode=0o600)
        with path.open("w") as sink:
            config.write(sink)

    def _section(self, program: Program) -> dict[str, str]:
        command = program.command
        if not program.is_server:
            command = ("setpriv", "--pdeathsig", "TERM", "--", *command)
        return {
            "command": _plain(shlex.join(command)),
            "priority": str(program.order),
            "autostart": "true" if program.is_server else "false",
            "autorestart": "true",
            "startsecs": "1",
            "startretries": str(QUICK_TRIES),
            "stopsignal": program.stop_signal,
            "stopwaitsecs": str(program.grace),
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": _plain(self._layout.logs / f"{program.name}.log"),
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "3",
        }


def _plain(value: object) -> str:
    return str(value).replace("%", "%%")
