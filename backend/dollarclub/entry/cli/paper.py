"""`dollarclub paper`: the paper exchange alone, recorded prices for it, and how it is."""

import os
import sys
from pathlib import Path
from typing import Any, Never

import typer

from dollarclub.entry.cli.output import JsonFlag, show, table
from dollarclub.entry.cli.session import NotAvailable

app = typer.Typer(no_args_is_help=True, help="The paper exchange: an exchange with play money.")
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


@app.command("serve", context_settings=PASSED_ON)
def serve(context: typer.Context) -> None:
    """Run a paper exchange in the foreground (`--help` tells its options); without `--data` its state is in DATA_DIR/paper."""
    from dollarclub.core.settings import load_settings

    settings = load_settings()
    given = {
        "PAPER_ADMIN_TOKEN": settings.paper.admin_token.get_secret_value(),
        "PAPER_MIRROR": settings.paper.mirror,
    }
    words = list(context.args)
    if not any(word == "--data" or word.startswith(("--data=", "--help")) for word in words):
        words += ["--data", str(settings.server.data_dir / "paper")]
    _become("serve", words, given)


@app.command("replay", context_settings=PASSED_ON)
def replay(context: typer.Context) -> None:
    """Let a pair's price on this installation's paper exchange follow a CSV file (`--help` tells how)."""
    from dollarclub.core.settings import load_settings
    from dollarclub.entry.local.instance import attach

    attach()
    paper = load_settings().paper
    given = {"PAPER_ADMIN_URL": paper.admin_url, "PAPER_ADMIN_TOKEN": paper.admin_token.get_secret_value()}
    _become("replay", list(context.args), given)


@app.command("status")
def status(*, as_json: JsonFlag = False) -> None:
    """Where the paper exchange is, what goes on in it, and its prices."""
    from dollarclub.core.settings import load_settings
    from dollarclub.entry.local.instance import attach
    from dollarclub.vault.paper import PaperAdmin

    attach()
    settings = load_settings().paper
    paper = PaperAdmin.from_settings(settings)
    if paper is None:
        raise NotAvailable("There is no paper exchange: start with `make run`, or set PAPER_EXCHANGE_URL.")
    found, prices = paper.status(), paper.prices()
    facts: dict[str, Any] = {"url": paper.url, "admin_url": settings.admin_url, **found, "prices": prices}
    rows: list[list[object]] = [["exchange", paper.url], ["admin API", settings.admin_url]]
    rows += [[name.replace("_", " "), found[name]] for name in ("accounts", "open_orders", "faults")]
    rows += [[name, f"{price:f}"] for name, price in prices.items()]
    show(facts, table(["part", "state"], rows), as_json=as_json)


def _become(command: str, words: list[str], environment: dict[str, str]) -> Never:
    """Run the program in this process's place, in the caller's folder, so that paths mean what the caller meant."""
    os.chdir(Path(os.environ.get("DOLLARCLUB_CALLER_FOLDER", os.getcwd())))
    program = [sys.executable, "-P", "-m", "paper_exchange", command, *words]
    given = {name: value for name, value in environment.items() if value}
    os.execve(sys.executable, program, {**os.environ, **given})  # noqa: S606 (no shell wanted)
