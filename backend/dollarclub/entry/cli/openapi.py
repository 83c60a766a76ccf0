"""`dollarclub openapi`: the contract that the frontend's client is generated from."""

import base64
import json
import os
from pathlib import Path
from typing import Annotated

import typer

from dollarclub.entry.cli.output import JsonFlag, show

UNUSED = {
    "DATABASE_URL": "postgresql://nowhere/nothing",
    "REDIS_URL": "redis://nowhere",
    "SECRET_KEY": "never used to sign anything at all",
    "ENCRYPTION_KEY": base64.urlsafe_b64encode(bytes(32)).decode(),
}
Target = Annotated[Path | None, typer.Option("--write", help="File to write instead of printing.")]


def contract() -> str:
    """The document as text. Nothing is connected to, so it needs no installation."""
    from dollarclub.core.settings import load_settings
    from dollarclub.entry.http import create_app

    for name, value in UNUSED.items():
        os.environ.setdefault(name, value)
    load_settings.cache_clear()
    return json.dumps(create_app().openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def openapi(*, write: Target = None, as_json: JsonFlag = False) -> None:
    """Print the API's OpenAPI document, or write it to a file."""
    document = contract()
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
