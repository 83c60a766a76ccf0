"""Installations of the accounts API."""

from collections.abc import Callable, Iterator

import pytest

from dollarclub.core.settings import Settings
from tests.support.accounts_site import Site


@pytest.fixture
def make_site(make_settings: Callable[..., Settings]) -> Iterator[Callable[..., Site]]:
    """Builds sites on one empty database; keywords are environment variables such as `REGISTRATION="closed"`."""
    sites: list[Site] = []

    def make(**environment: str) -> Site:
        site = Site(make_settings(**environment))
        site.context.redis.flushdb()
        sites.append(site)
        return site

    yield make
    for site in sites:
        site.context.close()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """An installation in which nobody has an account yet."""
    return make_site()
