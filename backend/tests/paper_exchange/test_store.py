"""An order that was answered is there afterwards: kill -9, restart, snapshot."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.paper import PaperSite, paper_site, spot_client
from tests.support.waiting import eventually

PAIR = "BTC/USDT"
BACKEND = Path(__file__).resolve().parents[2]


@contextmanager
def process(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], PaperSite]]:
    """The program as one runs it; killed at the end."""
    log = data.parent / f"log-{time.monotonic_ns()}"
    command = [
        sys.executable,
        "-m",
        "paper_exchange",
        "serve",
        "--data",
        str(data),
        "--port",
        "0",
        "--admin-port",
        "0",
    ]
    with log.open("wb") as output:
        running = subprocess.Popen(
            command, cwd=BACKEND, stderr=output, env={**os.environ, "PAPER_ADMIN_TOKEN": "operator"}
        )
    try:
        said = eventually(
            lambda: re.search(r"on [\d.]+:(\d+), admin on (\d+)", log.read_text()), what=str(log)
        )
        headers = {"Authorization": "Bearer operator"}
        with httpx.Client(base_url=f"http://127.0.0.1:{said[2]}", headers=headers, timeout=30) as admin:
            yield running, PaperSite(int(said[1]), admin, made=0)
    finally:
        running.kill()
        running.wait()


def order(client: Any, name: str) -> None:
    client.private_post_order(
        {
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001", "price": "90000",
            "newClientOrderId": name, "recvWindow": 60000,
        }
    )  # fmt: skip


def test_every_answered_order_outlives_kill_9(tmp_path: Path) -> None:
    """Killed while requests are on their way, three times; what was answered exists once, with its money locked."""
    answered: set[str] = set()
    keys = None
    for life in range(3):
        with process(tmp_path / "data") as (running, site):
            site.calm()
            site.price(100_000)
            keys = keys or site.account()
            client = spot_client(site, keys)
            for number in range(40):
                order(client, f"life-{life}-{number}")
                answered.add(f"life-{life}-{number}")
            os.kill(running.pid, signal.SIGKILL)
    with process(tmp_path / "data") as (_, site):
        assert keys is not None
        found = spot_client(site, keys).private_get_openorders({"symbol": "BTCUSDT"})
        assert sorted(one["clientOrderId"] for one in found) == sorted(answered)
        assert site.spot_balance(keys.account, "USDT")[1] == 90 * len(answered)


def test_a_snapshot_brings_back_balances_orders_history_and_prices(tmp_path: Path) -> None:
    with paper_site(tmp_path) as site:
        site.calm()
        site.price(100_000)
        keys = site.account()
        client = spot_client(site, keys)
        client.load_markets()
        resting = client.create_order(PAIR, "limit", "buy", 0.01, 99000)
        before = site.spot_balance(keys.account, "USDT")
        assert site.admin.post("/snapshots/morning").status_code == 201
        client.cancel_order(resting["id"], PAIR)
        client.create_order(PAIR, "market", "buy", 0.01)
        site.price(98_000)
        assert site.admin.post("/snapshots/morning/restore").status_code == 200
        assert site.spot_balance(keys.account, "USDT") == before
        assert [one["id"] for one in client.fetch_open_orders(PAIR)] == [resting["id"]]
        assert client.fetch_my_trades(PAIR) == []
        assert float(client.fetch_ticker(PAIR)["last"]) == 100_000
        assert site.admin.get("/snapshots").json() == ["morning"]
        assert site.admin.post("/snapshots/evening/restore").status_code == 404


def test_a_second_process_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with paper_site(tmp_path / "data"):
        command = [
            sys.executable,
            "-m",
            "paper_exchange",
            "serve",
            "--data",
            str(tmp_path / "data"),
            "--port",
            "0",
        ]
        second = subprocess.run(command, cwd=BACKEND, capture_output=True, timeout=60, check=False)
    assert second.returncode == 1
    assert "another paper exchange uses" in second.stderr.decode()


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with paper_site(tmp_path / "one") as site:
        command = [
            sys.executable, "-m", "paper_exchange", "serve", "--data", str(tmp_path / "two"), "--port", str(site.port),
        ]  # fmt: skip
        second = subprocess.run(command, cwd=BACKEND, capture_output=True, timeout=60, check=False)
    assert second.returncode == 1
    assert f"port {site.port} is taken" in second.stderr.decode()


@pytest.mark.parametrize("token", ["", "Bearer wrong"])
def test_the_admin_port_wants_its_token(tmp_path: Path, token: str) -> None:
    with paper_site(tmp_path) as site:
        refused = httpx.get(
            f"{site.admin.base_url}/accounts", headers={"Authorization": token} if token else {}
        )
        assert refused.status_code == 401
