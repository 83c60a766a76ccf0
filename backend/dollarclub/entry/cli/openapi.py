"""`dollarclub openapi`: the contract that the frontend's client is generated from."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from dollarclub.entry.cli.output import JsonFlag, show

Target = Annotated[Path | None, typer.Option("--write", help="File to write instead of printing.")]


def openapi(*, write: Target = None, as_json: JsonFlag = False) -> None:
    """Print the API's OpenAPI document, or write it to a file."""
    from dollarclub.entry.http import app

    document = json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if write is None:
        print(document, end="")
        return
    target = Path(os.environ.get("DOLLARCLUB_CALLER_FOLDER", os.getcwd())) / write
    changed = not target.exists() or target.read_text() != document
    if changed:
        target.write_text(document)
    show(
        {"written": str(target), "changed": changed},
        f"{'Wrote' if changed else 'Unchanged:'} {target}",
        as_json=as_json,
    )
