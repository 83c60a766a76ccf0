"""Baselines: the same script under `python -u` alone, with the interpreter and the variables that runs get."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

VARIABLES = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONUTF8": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}


@contextlib.contextmanager
def script_file(source: str) -> Iterator[Path]:
    """`source` as a file for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="dollarclub-bench-") as folder:
        path = Path(folder) / "script.py"
        path.write_text(source)
        yield path


def start(
    python: str, script: Path, stdout: "int | IO[bytes]" = subprocess.PIPE
) -> "subprocess.Popen[bytes]":
    """`python -u script` with nothing around it."""
    return subprocess.Popen(
        [python, "-u", str(script)], env=VARIABLES, stdin=subprocess.DEVNULL, stdout=stdout
    )
