"""What a script finds around it: its packages, its secrets, and nothing of the platform."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet

from dollarclub.core.context import Context
from dollarclub.scripts.rules.states import RunStatus
from dollarclub.scripts.service import secrets
from tests.scripts.environments.conftest import index  # noqa: F401
from tests.support.station import new_trader, supervising

TELL = "import json, os\nprint(json.dumps(dict(os.environ)))\n"
OURS = {
    "PATH",
    "LANG",
    "HOME",
    "TMPDIR",
    "PWD",
    "PYTHONUNBUFFERED",
    "PYTHONUTF8",
    "PYTHONDONTWRITEBYTECODE",
    "VIRTUAL_ENV",
    "DOLLARCLUB_RUN_ID",
}
BY_SHELLS = {"OLDPWD", "SHLVL", "_", "LC_CTYPE", "DOLLARCLUB_RUN"}


def test_a_script_sees_the_secrets_it_asked_for_and_nothing_of_the_platform(
    station: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAKED_BY_THE_WORKER", "platform-only")
    trader = new_trader(station)
    trader.keep_secret("API_KEY", "s3cr3t-é€")
    trader.keep_secret("OTHER_KEY", "not asked for")
    run = trader.run(TELL, secrets=["API_KEY"])
    assert run.end().status is RunStatus.completed

    seen = json.loads(run.text())
    assert seen["API_KEY"] == "s3cr3t-é€"
    assert set(seen) - BY_SHELLS == OURS | {"API_KEY"}
    settings = station.settings
    for hidden in (
        "platform-only",
        settings.database.url.get_secret_value(),
        settings.redis.url.get_secret_value(),
        settings.security.secret_key.get_secret_value(),
        settings.security.encryption_key.get_secret_value(),
    ):
        assert hidden not in run.text()


def test_a_new_value_is_seen_by_the_next_run_and_another_account_has_none(station: Context) -> None:
    trader, other = new_trader(station), new_trader(station)
    trader.keep_secret("API_KEY", "old")
    source = "import os\nprint(os.environ.get('API_KEY', 'none'))\n"
    script = trader.script(source, secrets=["API_KEY"])
    first = trader.execute(script)
    first.end()
    trader.keep_secret("API_KEY", "new")
    second = trader.execute(script)
    foreign = other.run(source, secrets=["API_KEY"])

    assert first.text() == "old\n"
    assert (second.end().status, second.text()) == (RunStatus.completed, "new\n")
    assert (foreign.end().status, foreign.text()) == (RunStatus.completed, "none\n")


def test_secrets_that_cannot_be_opened_fail_the_run_and_say_which_setting_is_wrong(
    make_context: Callable[..., Context],
) -> None:
    trader = new_trader(make_context())
    trader.keep_secret("API_KEY", "sealed with the lost key")
    script = trader.script("print('never')\n", secrets=["API_KEY"])
    plain = trader.script("print('fine')\n")
    with supervising(make_context(ENCRYPTION_KEY=Fernet.generate_key().decode())):
        run, harmless = trader.execute(script), trader.execute(plain)
        ended = run.end()
        assert harmless.end().status is RunStatus.completed

    assert (ended.status, ended.reason) == (RunStatus.failed, "secrets_unreadable")
    assert "ENCRYPTION_KEY" in (ended.explanation or "")
    assert run.stream("stdout") == ""
    assert "ENCRYPTION_KEY" in run.stream("system")


def test_packages_are_installed_visibly_once_and_then_at_hand(
    make_context: Callable[..., Context],
    index: Any,  # noqa: F811
) -> None:
    index.add_wheel("alpha-tool", "1.2", {"alphatool.py": "NAME = 'alpha'\n"})
    context = make_context()
    trader = new_trader(context)
    with context.db.transaction() as session:
        secrets.allow_package(session, name="alpha-tool", note="")
    script = trader.script(
        '# /// script\n# dependencies = ["alpha-tool"]\n# ///\nimport alphatool\nprint(alphatool.NAME)\n'
    )
    with supervising(context):
        first, second = trader.execute(script), None
        assert first.end(seconds=60).status is RunStatus.completed
        asked = len(index.asked)
        second = trader.execute(script)
        assert second.end().status is RunStatus.completed

    assert first.stream("stdout") == second.stream("stdout") == "alpha\n"
    assert "alpha-tool" in first.stream("system")
    assert "1.2" in first.stream("system")
    assert second.stream("system") == ""
    assert len(index.asked) == asked


def test_packages_that_cannot_be_had_fail_the_run_by_name(
    make_context: Callable[..., Context],
    index: Any,  # noqa: F811
) -> None:
    context = make_context()
    trader = new_trader(context)
    with context.db.transaction() as session:
        secrets.allow_package(session, name="no-such-tool", note="")
    with supervising(context):
        run = trader.run("print('never')\n", packages=["no-such-tool"])
        ended = run.end(seconds=60)

    assert (ended.status, ended.reason) == (RunStatus.failed, "packages_unavailable")
    assert "no-such-tool" in (ended.explanation or "") + run.text()
    assert run.stream("stdout") == ""


def test_an_installation_can_be_cancelled(
    make_context: Callable[..., Context],
    index: Any,  # noqa: F811
) -> None:
    index.add_wheel("alpha-tool", "1.2", {"alphatool.py": "NAME = 'alpha'\n"})
    index.gate.clear()
    context = make_context()
    trader = new_trader(context)
    with context.db.transaction() as session:
        secrets.allow_package(session, name="alpha-tool", note="")
    with supervising(context):
        run = trader.run("print('never')\n", packages=["alpha-tool"])
        assert index.reached_gate.wait(30)
        run.cancel()
        ended = run.end()

    assert (ended.status, ended.reason) == (RunStatus.cancelled, "cancelled_by_user")
    assert run.stream("stdout") == ""
