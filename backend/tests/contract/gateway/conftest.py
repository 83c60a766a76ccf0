"""One paper exchange for the suite; every test runs on spot and on USDT-M futures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dollarclub.core.settings import Settings
from tests.support.gateways import SPOT, USDM, Desk, desk_at
from tests.support.paper import PaperSite, paper_site
from tests.support.servers import Servers, settings_for


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("paper")) as running:
        yield running


@pytest.fixture
def trading_settings(servers: Servers, site: PaperSite, tmp_path: Path) -> Settings:
    """Patience of one second, so that a late answer is late soon."""
    return settings_for(
        "postgresql:///unused",
        servers.redis.url,
        tmp_path,
        PAPER_EXCHANGE_URL=site.url,
        TRADING_ANSWER_SECONDS="1",
    )


@pytest.fixture(params=[SPOT, USDM], ids=["spot", "usdm"])
def desk(request: pytest.FixtureRequest, site: PaperSite, trading_settings: Settings) -> Iterator[Desk]:
    site.price("96000")
    with desk_at(site, trading_settings, request.param) as opened:
        yield opened
