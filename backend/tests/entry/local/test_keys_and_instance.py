"""Secrets of an installation and what wins: environment, `.env`, generated."""

import socket
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from dollarclub.core.settings import Settings
from dollarclub.entry.local import keys
from dollarclub.entry.local.instance import Instance, InstanceInUse, compose, hold
from dollarclub.entry.local.layout import Layout
from dollarclub.entry.local.programs import paper_table

NAMES = (
    "STAGE", "SECRET_KEY", "ENCRYPTION_KEY", "DATABASE_URL", "REDIS_URL", "PAPER_EXCHANGE", "PAPER_EXCHANGE_URL",
    "PAPER_ADMIN_URL", "PAPER_ADMIN_TOKEN",
)  # fmt: skip


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def composed(tmp_path: Path, *, create: bool = True) -> Instance:
    return compose(Settings(), Layout(tmp_path / "data"), create=create)


def test_a_first_start_makes_good_secrets_that_only_the_owner_reads(tmp_path: Path) -> None:
    instance = composed(tmp_path)
    Fernet(instance.environment["ENCRYPTION_KEY"])
    assert len(instance.environment["SECRET_KEY"]) >= 32
    assert stat.S_IMODE(instance.layout.secrets.stat().st_mode) == 0o600


def test_later_starts_and_commands_use_the_same_secrets(tmp_path: Path) -> None:
    first = composed(tmp_path).environment
    assert composed(tmp_path).environment == first
    assert composed(tmp_path, create=False).environment == first


def test_a_command_before_the_first_start_makes_nothing(tmp_path: Path) -> None:
    instance = composed(tmp_path, create=False)
    assert set(instance.environment) == {"DATA_DIR"}
    assert not instance.layout.secrets.exists()


def test_the_environment_wins_over_the_file_and_the_file_over_what_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=from-the-file\nDATABASE_URL=postgresql://file/x\n")
    monkeypatch.setenv("DATABASE_URL", "postgresql://environment/x")
    settings = Settings()
    instance = compose(settings, Layout(tmp_path / "data"), create=True)
    assert settings.database.url.get_secret_value() == "postgresql://environment/x"
    assert settings.security.secret_key.get_secret_value() == "from-the-file"
    assert "SECRET_KEY" not in instance.environment
    assert instance.postgres is None
    assert instance.redis is not None


def test_production_never_makes_its_keys_silently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "production")
    environment = composed(tmp_path).environment
    assert "SECRET_KEY" not in environment
    assert "ENCRYPTION_KEY" not in environment
    assert "DATABASE_URL" in environment


def test_the_paper_exchange_gets_two_free_ports_and_keeps_them(tmp_path: Path) -> None:
    first = composed(tmp_path)
    with socket.create_server(("127.0.0.1", port_of(first.environment["PAPER_ADMIN_URL"]))):
        second = composed(tmp_path)
    assert second.environment["PAPER_EXCHANGE_URL"] != first.environment["PAPER_EXCHANGE_URL"]
    assert composed(tmp_path).environment == second.environment
    assert composed(tmp_path, create=False).environment == second.environment
    assert second.environment["PAPER_ADMIN_TOKEN"] == first.environment["PAPER_ADMIN_TOKEN"]


def test_whose_prices_to_follow_is_handed_to_the_paper_exchange(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("PAPER_MIRROR=binance\n")
    monkeypatch.delenv("PAPER_MIRROR", raising=False)
    assert composed(tmp_path).environment["PAPER_MIRROR"] == "binance"


@pytest.mark.parametrize(
    ("name", "value"), [("PAPER_EXCHANGE", "off"), ("PAPER_EXCHANGE_URL", "http://elsewhere:9000")]
)
def test_no_own_paper_exchange_where_none_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    instance = composed(tmp_path)
    assert instance.paper is None
    assert not {"PAPER_EXCHANGE_URL", "PAPER_ADMIN_TOKEN"} & set(instance.environment)
    assert paper_table(instance) == []


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_a_damaged_line_of_the_secrets_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    path.write_text("SECRET_KEY=kept\nENCRYPTION_KEY=\n")
    stored = keys.complete(path, keys.APPLICATION)
    assert stored["SECRET_KEY"] == "kept"
    assert stored["ENCRYPTION_KEY"]
    assert keys.read(path) == stored


def test_a_data_folder_serves_one_start_at_a_time(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "data")
    layout.lock.write_text("4194000\n")
    hold(layout)
    with pytest.raises(InstanceInUse, match="pid"):
        hold(layout)
