"""`python -m paper_exchange serve`."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from paper_exchange.server import Options, serve

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def root() -> None:
    """A paper exchange that speaks Binance's wire format."""


@app.command("serve")
def serve_command(
    data: Annotated[Path, typer.Option(help="folder of the exchange's state")],
    port: Annotated[int, typer.Option(help="port of the exchange; 0 takes a free one")] = 9000,
    admin_port: Annotated[int, typer.Option(help="port of the admin API; 0 takes a free one")] = 9001,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    seed: Annotated[int, typer.Option(help="seed of prices and books, for a new data folder")] = 1,
    admin_token: Annotated[
        str | None, typer.Option(envvar="PAPER_ADMIN_TOKEN", help="kept in DATA/admin.token when not given")
    ] = None,
    virtual_ms: Annotated[
        int | None, typer.Option(help="start a virtual clock at this time (ms UTC)")
    ] = None,
) -> None:
    """Serve until TERM or INT; the state is in DATA/exchange.sqlite3."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    serve(Options(data, host, port, admin_port, seed, admin_token, virtual_ms))


if __name__ == "__main__":
    app()
