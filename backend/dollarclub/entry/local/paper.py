"""The paper exchange of one installation: a program of its own on two ports of this machine, its state in a folder."""

import json
import os
import socket
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from dollarclub.entry.local.layout import private_folder

HOST = "127.0.0.1"
# Below the ports that the kernel gives to outgoing connections, so that nothing takes one between two starts.
FIRST_PORT, PORTS = 18_000, 10_000
PAIRS_TRIED = 500


class PaperFailed(Exception):
    """The paper exchange cannot be prepared; the message says why."""


@dataclass(frozen=True)
class EmbeddedPaper:
    """`ports` are the exchange's and its admin API's; (0, 0) before the first `prepare`."""

    folder: Path
    record: Path
    token: str

    @property
    def ports(self) -> tuple[int, int]:
        """What the last `prepare` wrote down."""
        try:
            facts = json.loads(self.record.read_text())
            return int(facts["port"]), int(facts["admin_port"])
        except (OSError, ValueError, KeyError, TypeError):
            return (0, 0)

    @property
    def environment(self) -> dict[str, str]:
        """Where it is and the operator's token, as the platform's settings; empty before the first `prepare`."""
        port, admin_port = self.ports
        if not port:
            return {}
        return {
            "PAPER_EXCHANGE_URL": f"http://{HOST}:{port}",
            "PAPER_ADMIN_URL": f"http://{HOST}:{admin_port}",
            "PAPER_ADMIN_TOKEN": self.token,
        }

    def command(self) -> tuple[str, ...]:
        """What runs it in the foreground; the token is taken from the environment. TERM ends it orderly."""
        port, admin_port = self.ports
        where = ("--data", str(self.folder), "--host", HOST)
        return (
            sys.executable, "-m", "paper_exchange", "serve", *where, "--port", str(port), "--admin-port", str(admin_port)
        )  # fmt: skip

    def prepare(self) -> None:
        """Make the folder and settle on two free ports: those of the last start when nobody has taken them."""
        private_folder(self.folder)
        kept = self.ports
        if all(kept) and all(_is_free(port) for port in kept):
            return
        start = zlib.crc32(os.fsencode(self.folder.absolute())) % PORTS
        for number in range(PAIRS_TRIED):
            port = FIRST_PORT + (start + 2 * number) % PORTS
            if _is_free(port) and _is_free(port + 1):
                fresh = self.record.with_suffix(".new")
                fresh.write_text(json.dumps({"port": port, "admin_port": port + 1}))
                fresh.replace(self.record)
                return
        raise PaperFailed(
            f"There are no two free ports from {FIRST_PORT} on for the paper exchange; PAPER_EXCHANGE=off goes without it."
        )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True
