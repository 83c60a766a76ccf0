"""The command line against a real database."""

import io
import json
import stat
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from dollarclub.core.db import Database
from dollarclub.core.settings import load_settings
from dollarclub.entry.cli import app as cli
from dollarclub.scripts.flows import bounds, upload
from dollarclub.scripts.service.runs import claim, enqueue
from tests.support.paper import paper_site
from tests.support.servers import Servers

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command on an installation with an own database; gives exit code and output."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SECRET_KEY", "k" * 40)
    monkeypatch.setenv("ENCRYPTION_KEY", "a" * 43 + "=")
    monkeypatch.setenv("REDIS_URL", servers.redis.url)

    def command(*words: str, text: str = "") -> tuple[int, str]:
        load_settings.cache_clear()
        monkeypatch.setattr("sys.argv", ["dollarclub", *words])
        result = CliRunner().invoke(cli.app, list(words), input=text)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            return 1, str(result.exception)
        return result.exit_code, result.output

    with servers.fresh_database() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        yield command
    load_settings.cache_clear()


def test_an_account_is_made_listed_promoted_and_given_a_new_password(run: Run) -> None:
    code, text = run("users", "create", "Ann@Example.org", "--role", "admin", "--json")
    made = json.loads(text)
    assert code == 0
    assert made["email"] == "ann@example.org"
    assert len(made["password"]) >= 20
    assert run("users", "create", "bob@example.org", "--password-stdin", text="correct horse\n")[0] == 0
    assert run("users", "set-role", "bob@example.org", "viewer")[0] == 0
    assert run("users", "reset-password", "BOB@example.org")[0] == 0
    listed = json.loads(run("users", "list", "--json")[1])
    assert {user["email"]: user["role"] for user in listed["users"]} == {
        "ann@example.org": "admin",
        "bob@example.org": "viewer",
    }


def test_the_last_administrator_cannot_be_demoted(run: Run) -> None:
    run("users", "create", "ann@example.org", "--role", "admin")
    code, text = run("users", "set-role", "ann@example.org", "viewer")
    assert code == 1
    assert "last active administrator" in text


def test_preparing_shows_a_code_until_the_first_account_exists(run: Run) -> None:
    first = json.loads(run("prepare", "--json")[1])
    assert first["setup_code"]
    run("users", "create", "ann@example.org", "--role", "admin")
    assert json.loads(run("prepare", "--json")[1])["setup_code"] is None


def test_preparing_makes_the_administrator_of_the_settings_once(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INITIAL_SUPERUSER_EMAIL", "root@example.org")
    monkeypatch.setenv("INITIAL_SUPERUSER_PASSWORD", "a long enough one")
    assert json.loads(run("prepare", "--json")[1]) == {
        "setup_code": None,
        "made_administrator": "root@example.org",
    }
    assert json.loads(run("prepare", "--json")[1])["made_administrator"] is None


def test_the_database_is_compared_and_emptied_only_with_consent(run: Run) -> None:
    run("users", "create", "ann@example.org")
    assert run("db", "check")[0] == 0
    assert run("db", "reset")[0] != 0
    assert json.loads(run("users", "list", "--json")[1])["total"] == 1
    assert run("db", "reset", "--yes")[0] == 0
    assert json.loads(run("users", "list", "--json")[1])["total"] == 0
    assert run("db", "check")[0] == 0


def test_a_backup_brings_everything_back(run: Run, tmp_path: Path) -> None:
    run("users", "create", "ann@example.org", "--role", "admin")
    made = json.loads(run("backup", "--to", str(tmp_path / "backups"), "--json")[1])
    assert stat.S_IMODE(Path(made["file"]).stat().st_mode) == 0o600
    run("db", "reset", "--yes")
    assert run("restore", made["file"])[0] != 0
    assert run("restore", made["file"], "--yes")[0] == 0
    assert [user["email"] for user in json.loads(run("users", "list", "--json")[1])["users"]] == [
        "ann@example.org"
    ]
    assert run("db", "check")[0] == 0


def test_a_backup_holds_the_paper_exchange_as_it_is_while_it_runs(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "paper"
    with paper_site(folder) as site:
        keys = site.account(spot={"USDT": "77"})
        made = json.loads(run("backup", "--to", str(tmp_path / "backups"), "--json")[1])
        site.admin.post(f"/accounts/{keys.account}/deposit", json={"asset": "USDT", "amount": "1"})
        code, text = run("restore", made["file"], "--yes")
        assert code == 1
        assert "stop it first" in text
    assert run("restore", made["file"], "--yes")[0] == 0
    assert stat.S_IMODE((folder / "exchange.sqlite3").stat().st_mode) == 0o600
    with paper_site(folder) as again:
        assert again.spot_balance(keys.account, "USDT")[0] == 77


def test_only_the_wanted_number_of_backups_is_kept(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"dollarclub-2020010{day}T000000Z.tar").touch()
    assert run("backup", "--to", str(folder), "--keep", "2")[0] == 0
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) == 2
    assert left[0] == "dollarclub-20200103T000000Z.tar"


def test_a_sample_secret_in_production_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("env", "check")[0] == 0
    monkeypatch.setenv("STAGE", "production")
    monkeypatch.setenv("SECRET_KEY", "change-me-change-me-change-me-change-me")
    code, text = run("env", "check")
    assert code == 1
    assert "SECRET_KEY" in text


def test_a_failure_is_one_line_and_with_json_one_document(
    run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load_settings.cache_clear()
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setenv("DOLLARCLUB_CALLER_FOLDER", str(Path.cwd()))
    for words, check in (
        (["users", "set-role", "nobody@example.org", "admin"], lambda line: line.startswith("error: ")),
        (
            ["users", "reset-password", "nobody@example.org", "--json"],
            lambda line: "message" in json.loads(line),
        ),
    ):
        monkeypatch.setattr("sys.argv", ["dollarclub", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO())
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1
        assert check(lines[0])


def test_the_contract_is_written_without_an_installation(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "openapi.json"
    assert run("openapi", "--write", str(target))[0] == 0
    assert "/api/auth/login" in json.loads(target.read_text())["paths"]


def test_scripts_are_listed_diagnosed_and_reset_only_with_consent(run: Run) -> None:
    account = json.loads(run("users", "create", "ann@example.org", "--json")[1])["id"]
    database = Database(load_settings().database.url.get_secret_value())
    try:
        upload(database, account_id=UUID(account), filename="one.py", content=b"print(1)\n", max_bytes=1000)
    finally:
        database.close()
    listed = json.loads(run("scripts", "list", "--user", "ann@example.org", "--json")[1])["scripts"]
    assert [(script["name"], script["owner"]) for script in listed] == [("one.py", "ann@example.org")]
    code, text = run("scripts", "diagnose", "--json")
    assert code == 1
    assert "No worker" in json.loads(text)["problems"][0]
    assert run("scripts", "reset")[0] != 0
    assert json.loads(run("scripts", "reset", "--yes", "--json")[1]) == {"stopped": 0, "deleted": 1}
    assert json.loads(run("scripts", "list", "--json")[1])["scripts"] == []
    assert json.loads(run("scripts", "purge-logs", "--yes", "--json")[1]) == {"deleted": 0}


def test_a_run_whose_worker_is_gone_is_found_and_ended(run: Run) -> None:
    account = UUID(json.loads(run("users", "create", "ann@example.org", "--json")[1])["id"])
    database = Database(load_settings().database.url.get_secret_value())
    try:
        script = upload(
            database, account_id=account, filename="one.py", content=b"print(1)\n", max_bytes=1000
        )
        with database.transaction() as session:
            enqueue(
                session, account_id=account, script_id=script, bounds=bounds(load_settings().scripts), grace=5
            )
        with database.transaction() as session:
            claimed = claim(session, worker="gone", lease=timedelta(seconds=-1), per_account=5, capacity=5)
            assert len(claimed) == 1
    finally:
        database.close()
    found = json.loads(run("scripts", "diagnose", "--json")[1])
    assert len(found["orphans"]) == 1
    assert found["runs"]["starting"] == 1
    repaired = json.loads(run("scripts", "diagnose", "--repair", "--json")[1])
    assert repaired["runs"]["lost"] == 1
    assert json.loads(run("scripts", "diagnose", "--json")[1])["orphans"] == []


def test_stored_secrets_move_under_the_first_encryption_key(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("users", "create", "ann@example.org", "--role", "admin")
    code, text = run("env", "reencrypt", "--json")
    assert code == 0
    assert json.loads(text)["reencrypted"]["exchange keys"] == 0
    monkeypatch.setenv("ENCRYPTION_KEY", "no key at all")
    assert run("env", "reencrypt")[0] != 0
