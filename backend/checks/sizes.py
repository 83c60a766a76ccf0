"""No file and no function grows past what one can hold in mind: Python 400 lines, TypeScript 250, a function 60.

A migration is one list of statements; its functions may be longer.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE_LINES = {".py": 400, ".ts": 250, ".tsx": 250}
FUNCTION_LINES = 60
GENERATED = (".gen.ts",)
SKIPPED = {"node_modules", "dist", ".venv", ".tools", ".git", "__pycache__", "data"}


def sources() -> Iterator[Path]:
    """Every source of the project that is not generated, whether committed yet or not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() or [str(path.relative_to(ROOT)) for path in ROOT.rglob("*")]
    for name in names:
        path = ROOT / name
        if (
            path.suffix in FILE_LINES
            and not name.endswith(GENERATED)
            and not SKIPPED.intersection(path.parts)
            and path.is_file()
        ):
            yield path


def long_functions(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} has {lines} lines, {FUNCTION_LINES} is the limit"


def complaints() -> Iterator[str]:
    """One line for every source that is too long."""
    for path in sources():
        count = len(path.read_text(encoding="utf-8").splitlines())
        limit = FILE_LINES[path.suffix]
        if count > limit:
            yield f"{path.relative_to(ROOT)}: {count} lines, {limit} is the limit"
        if path.suffix == ".py" and "versions" not in path.parts:
            yield from long_functions(path)


if __name__ == "__main__":
    found = list(complaints())
    sys.exit("\n".join(found) if found else 0)
