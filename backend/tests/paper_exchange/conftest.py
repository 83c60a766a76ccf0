"""One paper exchange for a module's tests; each test has its own account."""

from collections.abc import Iterator

import pytest

from tests.support.paper import PaperSite, paper_site


@pytest.fixture(scope="module")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("paper")) as running:
        yield running


@pytest.fixture
def site(running_site: PaperSite) -> PaperSite:
    """The exchange without faults and limits, with bitcoin at 100,000."""
    running_site.calm()
    running_site.price(100_000)
    return running_site
