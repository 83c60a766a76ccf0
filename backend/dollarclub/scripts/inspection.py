"""Looks at an uploaded file in a process of its own, with bounds.

Parsing holds the interpreter's lock and can cost far more than the file's size: a 5 MB list takes 2.4 GB and 8 s, a
600 kB f-string 18 s. In the API's own process that would stop every other request, so a short-lived child does it.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dollarclub.scripts.rules.metadata import ScriptMetadata, check_python, read_metadata
from dollarclub.scripts.rules.packages import Requirement
from dollarclub.scripts.rules.problems import ScriptProblem
from dollarclub.scripts.rules.source import check_source, decode_source, too_complex

MEMORY_BYTES = 1024**3
CPU_SECONDS = 10
WALL_SECONDS = 30
PACKAGE_ROOT = Path(__file__).resolve().parents[2]

_turns = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Inspection:
    """What is known of a file that may be saved.

    `text` is without byte order mark, `sha256` the hex digest of the unchanged bytes, `imports` the top-level names
    that it needs to start (standard library left out), `metadata` its PEP 723 block.
    """

    text: str
    sha256: str
    size: int
    imports: frozenset[str]
    metadata: ScriptMetadata


def inspect_source(content: bytes, *, max_bytes: int) -> Inspection:
    """Check encoding, syntax and metadata of an uploaded file; blocks for about 0.1 s. Safe to call from any thread.

    Raises ScriptProblem with the codes of `check_source`, `read_metadata` and `check_python` (against this interpreter).
    """
    text = decode_source(content, max_bytes=max_bytes)
    answer = _ask_child(content)
    if "problem" in answer:
        problem = answer["problem"]
        raise ScriptProblem(problem["code"], problem["message"], **problem["facts"])
    metadata = answer["metadata"]
    return Inspection(
        text=text,
        sha256=answer["sha256"],
        size=len(content),
        imports=frozenset(answer["imports"]),
        metadata=ScriptMetadata(
            dependencies=tuple(
                Requirement(name, tuple(extras), specifier, marker)
                for name, extras, specifier, marker in metadata["dependencies"]
            ),
            requires_python=metadata["requires_python"],
        ),
    )


def _ask_child(content: bytes) -> dict[str, Any]:
    environment = {"PYTHONPATH": str(PACKAGE_ROOT), "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", "")}
    with _turns:
        try:
            child = subprocess.run(
                [sys.executable, "-s", "-P", "-m", __name__],
                input=content,
                capture_output=True,
                env=environment,
                timeout=WALL_SECONDS,
                check=False,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            raise too_complex() from None
    if child.returncode < 0 or b"MemoryError" in child.stderr:
        raise too_complex()
    if child.returncode > 0:
        raise RuntimeError(f"The source check broke: {child.stderr[-2000:].decode(errors='replace')}")
    answer: dict[str, Any] = json.loads(child.stdout)
    return answer


def _answer(content: bytes) -> dict[str, Any]:
    try:
        source = check_source(content, max_bytes=len(content))
        metadata = read_metadata(source.text)
        check_python(metadata, platform.python_version())
    except ScriptProblem as problem:
        return {"problem": {"code": problem.code, "message": problem.message, "facts": problem.facts()}}
    return {
        "sha256": source.sha256,
        "imports": sorted(source.imports),
        "metadata": {
            "dependencies": [
                [wanted.name, wanted.extras, wanted.specifier, wanted.marker]
                for wanted in metadata.dependencies
            ],
            "requires_python": metadata.requires_python,
        },
    }


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(_answer(sys.stdin.buffer.read())))


if __name__ == "__main__":
    _main()
