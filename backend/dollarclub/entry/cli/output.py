"""What every command shares: the `--json` switch, printing a result, asking before something is destroyed."""

import json
import sys
from typing import Annotated, Any

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]
YesFlag = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def show(facts: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print `facts` as JSON or `text` for a person."""
    print(json.dumps(facts, default=str) if as_json else text, flush=True)


def complain(message: str, *, code: str, as_json: bool) -> None:
    """Print why a command failed, in one line, to standard error."""
    print(
        json.dumps({"error": code, "message": message}) if as_json else f"error: {message}",
        file=sys.stderr,
        flush=True,
    )


def table(headings: list[str], rows: list[list[object]]) -> str:
    """Aligned columns under `headings`."""
    cells = [headings, *[["" if cell is None else str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def confirm(question: str, *, yes: bool, as_json: bool) -> None:
    """Go on only when the person agrees; without a terminal, or with `--json`, only `--yes` agrees."""
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise typer.BadParameter(f"{question} Repeat with --yes to do it.")
    typer.confirm(question, abort=True)
