"""One supervisor for all tests that need no other, each with accounts of its own; and what others are made of."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dollarclub.core.context import Context, build_context
from dollarclub.core.settings import Settings
from dollarclub.scripts.environments import EnvironmentStore
from tests.support.sandboxes import strongest
from tests.support.servers import Servers, settings_for
from tests.support.station import Trader, new_trader, supervising

QUICK = {"CANCEL_GRACE_SECONDS": "1"}


@pytest.fixture(scope="session")
def sandbox_choice(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The strongest sandbox that this machine allows."""
    return strongest(tmp_path_factory.mktemp("probe"))


@pytest.fixture(scope="session")
def base_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bare environment, built once and copied into every data folder."""
    folder = tmp_path_factory.mktemp("base") / "packages"
    EnvironmentStore(folder).base()
    return folder


@pytest.fixture(scope="package")
def station(
    servers: Servers, sandbox_choice: str, base_packages: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Context]:
    """A database on which a supervisor is at work."""
    folder = tmp_path_factory.mktemp("station")
    shutil.copytree(base_packages, folder / "packages", symlinks=True)
    with servers.fresh_database() as url:
        settings = settings_for(url, servers.redis.url, folder, SANDBOX=sandbox_choice, **QUICK)
        context = build_context(settings)
        with supervising(context):
            yield context
        context.close()


@pytest.fixture
def trader(station: Context) -> Trader:
    """A new account on the shared station."""
    return new_trader(station)


@pytest.fixture
def make_context(
    make_settings: Callable[..., Settings], sandbox_choice: str, base_packages: Path, tmp_path: Path
) -> Iterator[Callable[..., Context]]:
    """Contexts on a database of this test; keyword arguments are environment variables."""
    made: list[Context] = []
    shutil.copytree(base_packages, tmp_path / "data" / "packages", symlinks=True)

    def make(**overrides: str) -> Context:
        settings = make_settings(**{"SANDBOX": sandbox_choice, **QUICK, **overrides})
        made.append(build_context(settings))
        return made[-1]

    yield make
    for context in made:
        context.close()
