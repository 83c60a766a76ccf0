"""Where one instance keeps its files: everything below `DATA_DIR`, nothing readable by other users."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

# sun_path holds 107 bytes; the longest name put into the folder is the supervisor's temporary `supervisor.sock.<pid>`.
LONGEST_SOCKET_FOLDER = 107 - len("/supervisor.sock.4194304")


class UnsafeFolder(Exception):
    """A folder that has to be ours alone belongs to somebody else or is a link."""


def private_folder(folder: Path) -> Path:
    """Create `folder` (and missing parents) and leave it readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise UnsafeFolder(f"{folder} is not a folder of this user.")
    if status.st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def socket_folder(preferred: Path) -> Path:
    """A 0700 folder for unix sockets: `preferred`, or a short runtime folder when its path is too long for a socket."""
    preferred = preferred.absolute()
    if len(os.fsencode(preferred)) <= LONGEST_SOCKET_FOLDER:
        return private_folder(preferred)
    digest = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:16]
    session = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}")
    base = session if session.is_dir() and os.access(session, os.W_OK) else Path(tempfile.gettempdir())
    folder = base / f"dollarclub-{os.geteuid()}-{digest}"
    if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
        folder = Path("/tmp") / folder.name  # noqa: S108 (0700 and checked to be ours)
    return private_folder(folder)


class Layout:
    """Paths of one instance. Building it creates `DATA_DIR` and its folders with mode 0700."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = private_folder(data_dir.absolute())
        self.postgres = self.data_dir / "postgres"
        self.redis = self.data_dir / "redis"
        self.paper = self.data_dir / "paper"
        self.beat = private_folder(self.data_dir / "beat")
        self.logs = private_folder(self.data_dir / "logs")
        self.run = private_folder(self.data_dir / "run")
        self.sockets = socket_folder(self.run)
        self.lock = self.data_dir / "lock"
        self.secrets = self.data_dir / "secrets.env"
        self.instance = self.run / "instance.json"
        self.paper_ports = self.run / "paper.json"
        self.supervisor_config = self.run / "supervisord.conf"
        self.supervisor_socket = self.sockets / "supervisor.sock"
