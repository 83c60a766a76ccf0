"""`python -m paper_exchange serve` and `replay`."""

import logging
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import httpx
import typer

from paper_exchange.replay import Unreadable, read_prices
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
    mirror: Annotated[
        str | None,
        typer.Option(
            envvar="PAPER_MIRROR",
            help="follow the prices of `binance`, or of an address that answers like it",
        ),
    ] = None,
    mirror_seconds: Annotated[float, typer.Option(help="how often to read them", min=0.05)] = 1.0,
) -> None:
    """Serve until TERM or INT; the state is in DATA/exchange.sqlite3."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    serve(Options(data, host, port, admin_port, seed, admin_token, virtual_ms, mirror, mirror_seconds))


@app.command("replay")
def replay_command(
    file: Annotated[
        Path, typer.Argument(help="CSV: time and price, or candles", exists=True, dir_okay=False)
    ],
    symbol: Annotated[str, typer.Option(help="pair whose price follows the file, like BTCUSDT")],
    admin: Annotated[
        str, typer.Option(envvar="PAPER_ADMIN_URL", help="address of the admin API")
    ] = "http://127.0.0.1:9001",
    admin_token: Annotated[str, typer.Option(envvar="PAPER_ADMIN_TOKEN", help="its token")] = "",
    speed: Annotated[float, typer.Option(help="2 plays twice as fast", min=0.001)] = 1.0,
) -> None:
    """Let a pair's price follow recorded prices from now on."""
    if not admin_token:
        raise typer.Exit(_complain("the admin token is missing: --admin-token or PAPER_ADMIN_TOKEN"))
    try:
        points = read_prices(file, speed=Decimal(str(speed)))
        answer = httpx.post(
            f"{admin}/symbols/{symbol}/path",
            json={"points": [{"after_ms": at, "price": str(price)} for at, price in points]},
            headers={"Authorization": f"Bearer {admin_token}"},
            timeout=60,
            trust_env=False,
        )
    except (Unreadable, httpx.HTTPError) as error:
        raise typer.Exit(_complain(str(error))) from error
    if answer.is_error:
        raise typer.Exit(_complain(answer.text))
    typer.echo(f"{symbol} follows {len(points)} prices for {points[-1][0] / 1000:.0f} s")


def _complain(text: str) -> int:
    typer.echo(f"error: {text}", err=True)
    return 1


if __name__ == "__main__":
    app()
