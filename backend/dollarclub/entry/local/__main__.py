"""Become the embedded PostgreSQL: `python -m dollarclub.entry.local CLUSTER_FOLDER SOCKET_FOLDER`.

A server that was killed leaves backends that hold the data folder for a moment; the supervisor's next try comes through
here, so that it waits for them and is not refused.
"""

import os
import sys
from pathlib import Path

from dollarclub.entry.local.postgres import EmbeddedPostgres


def main() -> None:
    server = EmbeddedPostgres(Path(sys.argv[1]), password="", sockets=Path(sys.argv[2]))
    server.release()
    command = server.command()
    os.execvp(command[0], command)  # noqa: S606 (no shell wanted)


if __name__ == "__main__":
    main()
