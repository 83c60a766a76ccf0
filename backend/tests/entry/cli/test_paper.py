"""`dollarclub paper`, as a person runs it from any folder."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.waiting import eventually


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "DATA_DIR": str(tmp_path / "data"), "PAPER_ADMIN_TOKEN": "t" * 40}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "dollarclub.entry.cli", "paper", *words]


def run(environment: dict[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*words), env=environment, cwd=folder, capture_output=True, text=True, check=False
    )


@contextmanager
def exchange(environment: dict[str, str], folder: Path, *words: str) -> Iterator[dict[str, str]]:
    """A paper exchange of its own; gives the environment that names it."""
    log = folder / "log"
    with log.open("w") as sink:
        started = subprocess.Popen(
            command("serve", "--port", "0", "--admin-port", "0", *words),
            env=environment, cwd=folder, stderr=sink,
        )  # fmt: skip
    try:
        found = eventually(lambda: re.search(r"on 127\.0\.0\.1:(\d+), admin on (\d+)", log.read_text()))
        assert found is not None
        yield {
            **environment,
            "PAPER_EXCHANGE_URL": f"http://127.0.0.1:{found[1]}",
            "PAPER_ADMIN_URL": f"http://127.0.0.1:{found[2]}",
        }
    finally:
        started.send_signal(signal.SIGTERM)
        assert started.wait(20) == 0


def test_it_serves_follows_a_recording_and_tells_how_it_is(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "prices.csv").write_text("1700000000,50000\n1700000060,51000\n")
    with exchange(environment, tmp_path, "--data", "own") as at:
        assert (tmp_path / "own" / "exchange.sqlite3").exists()
        assert run(at, tmp_path, "replay", "prices.csv", "--symbol", "BTCUSDT").returncode == 0
        facts = json.loads(run(at, tmp_path, "status", "--json").stdout)
    assert facts["url"] == at["PAPER_EXCHANGE_URL"]
    assert facts["accounts"] == 0
    assert 50_000 <= float(facts["prices"]["BTCUSDT"]) <= 51_000


def test_its_state_is_in_the_data_folder_when_nothing_else_is_said(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with exchange(environment, tmp_path):
        assert (tmp_path / "data" / "paper" / "exchange.sqlite3").exists()


def test_without_one_the_status_says_what_to_do(environment: dict[str, str], tmp_path: Path) -> None:
    done = run(environment, tmp_path, "status", "--json")
    assert done.returncode == 1
    assert "make run" in json.loads(done.stderr)["message"]


def test_the_help_of_the_program_is_its_own(environment: dict[str, str], tmp_path: Path) -> None:
    assert "--seed" in run(environment, tmp_path, "serve", "--help").stdout
