"""Environments as runs meet them: built from an index, reused, locked, refused, shared, evicted."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dollarclub.scripts.environment_usage import EnvironmentGone, disk_usage
from dollarclub.scripts.environments import BuildFailed, Environment, EnvironmentStore, index_environment
from dollarclub.scripts.rules.packages import parse_requirements

Start = Callable[..., "subprocess.Popen[str]"]
BALLAST = "x = '" + "a" * 400_000 + "'\n"


def build(
    store: EnvironmentStore, start: Start, *names: str, refresh: bool = False
) -> tuple[Environment, str]:
    """Build to the end; the environment and what the log said."""
    order = store.build_command(parse_requirements(names), refresh=refresh)
    output, _ = start(order).communicate(timeout=60)
    return store.finish(order), output


def age(environment: Environment, seconds: float) -> None:
    past = time.time() - seconds
    os.utime(environment.path.parent / "in-use", (past, past))


def said(environment: Environment, code: str) -> str:
    done = subprocess.run([environment.python, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_bare_environment_has_no_packages_and_is_built_once(store: EnvironmentStore) -> None:
    base = store.base()

    assert said(base, "import sys; print([p for p in sys.path if 'site-packages' in p])") == str(
        [str(next((base.path / "lib").glob("python*")) / "site-packages")]
    )
    assert base.provided == frozenset()
    assert store.base() == base
    assert EnvironmentStore(store.root).lookup(()) == base


def test_packages_and_what_they_need_can_be_imported(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel(
        "alpha-tool", "1.2", {"alphatool/__init__.py": "import beta\nNAME = 'alpha'\n"}, "beta>=2"
    )
    index.add_wheel("beta", "2.0", {"beta.py": "NAME = 'beta'\n"})
    assert store.lookup(parse_requirements(["alpha-tool"])) is None

    environment, log = build(store, start, "Alpha_Tool")

    assert environment.packages == ("alpha-tool==1.2", "beta==2.0")
    assert environment.provided == {"alphatool", "beta"}
    assert said(environment, "import alphatool, beta; print(alphatool.NAME, beta.NAME)") == "alpha beta"
    assert "Installing alpha-tool==1.2, beta==2.0" in log
    assert str(store.root) not in log
    assert environment.size > 0
    assert not list(store.staging.iterdir())
    assert store.lookup(parse_requirements(["alpha-tool"])) == environment


def test_bytecode_is_ready_since_runs_cannot_write_it(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel("beta", "2.0", {"beta.py": "NAME = 'beta'\n"})

    environment, _ = build(store, start, "beta")

    assert said(environment, "import beta; print(beta.__cached__)").endswith(
        f".{sys.implementation.cache_tag}.pyc"
    )
    assert list(environment.path.rglob("beta.*.pyc"))


def test_versions_stay_locked_until_a_refresh(store: EnvironmentStore, start: Start, index: Any) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})
    first, _ = build(store, start, "beta")
    index.add_wheel("beta", "2.0", {"beta.py": ""})

    assert store.lookup(parse_requirements(["beta"])) == first
    again, _ = build(store, start, "beta")
    assert again.packages == ("beta==1.0",)

    refreshed, _ = build(store, start, "beta", refresh=True)
    assert refreshed.packages == ("beta==2.0",)
    assert store.lookup(parse_requirements(["beta"])) == refreshed
    assert first.python.exists()


def test_requests_that_lock_to_the_same_list_share_an_environment(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})

    assert build(store, start, "beta")[0].key == build(store, start, "beta<2")[0].key


@pytest.mark.parametrize(
    ("wanted", "part"),
    [("no-such-name", "no-such-name was not found"), ("beta==9", "there is no version of beta==9")],
)
def test_unknown_package_is_named(
    store: EnvironmentStore, start: Start, index: Any, wanted: str, part: str
) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})

    with pytest.raises(BuildFailed, match="cannot be resolved") as caught:
        build(store, start, wanted)

    assert part in caught.value.message
    assert "--" not in caught.value.message
    assert store.lookup(parse_requirements([wanted])) is None
    assert not list(store.staging.iterdir())


def test_package_that_needs_building_is_refused(store: EnvironmentStore, start: Start, index: Any) -> None:
    index.add_source_only("gamma", "1.0")

    with pytest.raises(BuildFailed, match=r"gamma.*ready-made \(wheels\)"):
        build(store, start, "gamma")

    assert not [path for path in index.asked if path.endswith(".tar.gz")]


def test_no_code_of_a_wheel_runs_while_it_is_installed(
    store: EnvironmentStore, start: Start, index: Any, tmp_path: Path
) -> None:
    witness = tmp_path / "executed"
    touch = f"import pathlib; pathlib.Path({str(witness)!r}).touch()\n"
    index.add_wheel(
        "evil",
        "1.0",
        {
            "evil.py": touch,
            "evil.pth": touch,
            "sitecustomize.py": touch,
            "usercustomize.py": touch,
            "compileall.py": touch,
        },
    )

    environment, _ = build(store, start, "evil")
    build(store, start, "evil", refresh=True)

    assert not witness.exists()
    assert "evil" in environment.provided
    said(environment, "pass")
    assert witness.exists()


def test_wheel_cannot_forge_the_platforms_own_files(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel(
        "evil",
        "1.0",
        {"evil.py": "", "evil-1.0.data/data/manifest.json": "{}", "evil-1.0.data/data/in-use": "x"},
    )

    environment, _ = build(store, start, "evil")

    assert EnvironmentStore(store.root).lookup(parse_requirements(["evil"])) == environment
    assert environment.packages == ("evil==1.0",)


def test_killed_build_leaves_nothing_that_looks_complete(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})
    index.gate.clear()
    index.reached_gate.clear()
    order = store.build_command(parse_requirements(["beta"]))
    child = start(order)
    assert index.reached_gate.wait(30)

    os.killpg(child.pid, signal.SIGKILL)
    child.wait(10)

    assert store.lookup(parse_requirements(["beta"])) is None
    with pytest.raises(BuildFailed, match="ended before it was complete"):
        store.finish(order)
    assert not list(store.staging.iterdir())
    assert not list(store.environments.iterdir())
    index.gate.set()
    environment, _ = build(store, start, "beta")
    assert environment.provided == {"beta"}


def test_two_builds_of_one_request_end_in_one_environment(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})
    other = EnvironmentStore(store.root)
    index.gate.clear()
    index.reached_gate.clear()
    orders = [
        store.build_command(parse_requirements(["beta"])),
        other.build_command(parse_requirements(["beta"])),
    ]
    first = start(orders[0])
    assert index.reached_gate.wait(30)
    second = start(orders[1])
    assert second.stdout is not None
    assert "waiting for it" in second.stdout.readline()
    index.gate.set()

    first.communicate(timeout=60)
    second.communicate(timeout=60)

    assert store.finish(orders[0]) == other.finish(orders[1])
    assert len(list(store.environments.iterdir())) == 1


def test_two_refreshes_at_once_both_succeed(store: EnvironmentStore, start: Start, index: Any) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})
    orders = [store.build_command(parse_requirements(["beta"]), refresh=True) for _ in range(2)]

    for child in [start(order) for order in orders]:
        child.communicate(timeout=60)

    assert store.finish(orders[0]) == store.finish(orders[1])


def test_eviction_takes_the_least_recently_used_and_never_one_in_use(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    for name in ("aaa", "bbb", "ccc"):
        index.add_wheel(name, "1.0", {f"{name}.py": BALLAST})
    store.base()
    held, idle, fresh = (build(store, start, name)[0] for name in ("aaa", "bbb", "ccc"))
    for seconds, environment in ((600, held), (500, idle), (400, fresh)):
        age(environment, seconds)
    used = store.hold(held)

    hold_of_other_run = store.hold(held)
    used.release()
    assert EnvironmentStore(store.root, cache_bytes=disk_usage(store.root) - 1).evict() == []

    smaller = EnvironmentStore(store.root, cache_bytes=held.size)
    assert smaller.evict(keep={fresh.key}) == [idle.key]
    assert store.lookup(parse_requirements(["bbb"])) is None
    with pytest.raises(EnvironmentGone):
        store.hold(idle)

    hold_of_other_run.release()
    hold_of_other_run.release()
    age(held, 300)
    assert smaller.evict() == [fresh.key, held.key]
    assert store.lookup(()) is not None


def test_evicted_environment_comes_back_with_the_same_versions(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": BALLAST})
    first, _ = build(store, start, "beta")
    index.add_wheel("beta", "2.0", {"beta.py": BALLAST})
    age(first, 300)
    assert EnvironmentStore(store.root, cache_bytes=1).evict() == [first.key]

    assert build(store, start, "beta")[0] == first


def test_hold_ends_with_the_process_that_took_it(store: EnvironmentStore, start: Start, index: Any) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})
    environment, _ = build(store, start, "beta")
    code = (
        "import sys; from pathlib import Path; from dollarclub.scripts.environments import EnvironmentStore;"
        "store = EnvironmentStore(Path(sys.argv[1])); hold = store.hold(store.read(sys.argv[2]));"
        "print('held', flush=True); sys.stdin.read()"
    )
    order = store.build_command(())
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(store.root), environment.key],
        env=dict(order.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    store.abandon(order)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    age(environment, 300)
    tight = EnvironmentStore(store.root, cache_bytes=1)
    assert tight.evict() == []

    holder.kill()
    holder.communicate()

    assert tight.evict() == [environment.key]


def test_build_keeps_the_store_within_its_bound(store: EnvironmentStore, start: Start, index: Any) -> None:
    index.add_wheel("aaa", "1.0", {"aaa.py": BALLAST})
    index.add_wheel("bbb", "1.0", {"bbb.py": BALLAST})
    first, _ = build(store, start, "aaa")
    bounded = EnvironmentStore(store.root, cache_bytes=first.size + 400_000)

    age(first, 300)
    second, _ = build(bounded, start, "bbb")

    assert not first.path.exists()
    assert bounded.lookup(parse_requirements(["bbb"])) == second


def test_what_a_run_has_just_waited_for_is_not_evicted(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": BALLAST})
    environment, _ = build(store, start, "beta")

    assert EnvironmentStore(store.root, cache_bytes=1).evict() == []

    store.hold(environment).release()


def test_sweep_removes_what_dead_builds_left_and_spares_living_ones(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})
    index.gate.clear()
    index.reached_gate.clear()
    dead, living = (store.build_command(parse_requirements(["beta"])) for _ in range(2))
    child = start(living)
    assert index.reached_gate.wait(30)
    for order in (dead, living):
        os.utime(order.staging, (0, 0))

    store.sweep()

    assert not dead.staging.exists()
    assert living.staging.exists()
    index.gate.set()
    child.communicate(timeout=60)
    assert store.finish(living).provided == {"beta"}


def test_requirements_whose_marker_is_false_need_nothing(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    environment, _ = build(store, start, "beta ; sys_platform == 'win32'")

    assert environment.packages == ()


def test_other_users_can_read_an_environment_and_nobody_else_can_write_it(
    store: EnvironmentStore, start: Start, index: Any
) -> None:
    index.add_wheel("beta", "1.0", {"beta.py": ""})
    before = os.umask(0o077)
    try:
        environment, _ = build(store, start, "beta")
    finally:
        os.umask(before)

    for path in [environment.path, *environment.path.rglob("*")]:
        mode = path.lstat().st_mode
        assert path.is_symlink() or (mode & 0o044 == 0o044 and mode & 0o022 == 0)


def test_build_sees_index_settings_but_no_secret_of_the_platform() -> None:
    seen = index_environment(
        {
            "DATABASE_URL": "postgresql://secret",
            "SECRET_KEY": "secret",
            "UV_COMPILE_BYTECODE": "1",
            "UV_CONFIG_FILE": "/x",
            "PYTHONPATH": "/x",
            "PATH": "/bin",
            "https_proxy": "http://proxy",
            "SSL_CERT_FILE": "/certs",
            "UV_INDEX_CORP_PASSWORD": "pw",
            "PIP_INDEX_URL": "https://mirror.example.com/simple",
        }
    )

    assert seen == {
        "https_proxy": "http://proxy",
        "SSL_CERT_FILE": "/certs",
        "UV_INDEX_CORP_PASSWORD": "pw",
        "UV_DEFAULT_INDEX": "https://mirror.example.com/simple",
    }


def test_own_index_of_uv_wins_over_that_of_pip() -> None:
    assert index_environment({"PIP_INDEX_URL": "https://pip", "UV_INDEX_URL": "https://uv"}) == {
        "UV_INDEX_URL": "https://uv"
    }
