"""Installations of the accounts API."""

from collections.abc import Callable, Iterator

import pytest

from dollarclub.core.settings import Settings
from tests.support.accounts_site import Site


@pytest.fixture
def make_site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Site]]:
    """Builds sites on one empty database; keywords are settings such as `REGISTRATION='closed'`."""
    sites: list[Site] = []

    def make(**settings: str) -> Site:
        defaults = {
            "DATABASE_URL": database_url,
            "REDIS_URL": "unix:///nonexistent/redis.sock",
            "SECRET_KEY": "0123456789abcdef0123456789abcdef0123456789abcdef",
            "AUTH_RATE_PER_ADDRESS": "1000/minute",
            "AUTH_RATE_PER_ACCOUNT": "1000/minute",
        }
        for name, value in (defaults | settings).items():
            monkeypatch.setenv(name, value)
        sites.append(Site(Settings()))
        return sites[-1]

    yield make
    for site in sites:
        site.context.close()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """An installation in which nobody has an account yet."""
    return make_site()
