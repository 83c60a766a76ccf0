"""The platform's hands on a running paper exchange."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from dollarclub.core.errors import Conflict, Invalid, Unavailable
from dollarclub.core.settings import PaperSettings
from dollarclub.vault.paper import PaperAdmin
from tests.support.paper import Keys, PaperSite, paper_site, spot_client, usdm_client


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperSite]:
    with paper_site(tmp_path_factory.mktemp("paper")) as running:
        yield running


def settings_of(site: PaperSite, **changes: str) -> PaperSettings:
    given = {
        "PAPER_EXCHANGE_URL": site.url,
        "PAPER_ADMIN_URL": str(site.admin.base_url),
        "PAPER_ADMIN_TOKEN": site.admin.headers["Authorization"].removeprefix("Bearer "),
    }
    return PaperSettings.model_validate({**given, **changes})


@pytest.fixture
def paper(site: PaperSite) -> PaperAdmin:
    opened = PaperAdmin.from_settings(settings_of(site))
    assert opened is not None
    return opened


def test_a_new_key_trades_on_both_markets_with_the_opening_funds(site: PaperSite, paper: PaperAdmin) -> None:
    paper.open_account("ann", Decimal("100000"))
    key, secret = paper.new_key("ann")
    keys = Keys("ann", key.get_secret_value(), secret.get_secret_value())
    assert Decimal(spot_client(site, keys).fetch_balance()["USDT"]["free"]) == 100_000
    assert Decimal(usdm_client(site, keys).fetch_balance()["USDT"]["total"]) == 100_000
    assert secret.get_secret_value() not in repr(secret)


def test_opening_an_account_again_leaves_it_as_it_is(site: PaperSite, paper: PaperAdmin) -> None:
    paper.open_account("ben", Decimal("10"))
    paper.open_account("ben", Decimal("500"))
    assert site.spot_balance("ben", "USDT") == (Decimal(10), Decimal(0))


def test_a_key_of_nobody_is_refused(paper: PaperAdmin) -> None:
    with pytest.raises(Conflict):
        paper.new_key("nobody")


def test_a_price_that_was_set_is_told(paper: PaperAdmin) -> None:
    paper.set_price("BTCUSDT", Decimal("54321.10"), hold=True)
    assert paper.prices()["BTCUSDT"] == Decimal("54321.10")
    with pytest.raises(Conflict):
        paper.set_price("NOSUCH", Decimal(1), hold=True)
    with pytest.raises(Invalid):
        paper.set_price("btcusdt", Decimal(1), hold=True)


def test_faults_go_on_and_off(paper: PaperAdmin) -> None:
    first = paper.add_fault({"kind": "disconnect", "symbol": "XRPUSDT"})
    paper.add_fault({"kind": "stream_drop", "symbol": "XRPUSDT"})
    assert [fault["kind"] for fault in paper.faults()] == ["disconnect", "stream_drop"]
    assert paper.remove_fault(first["id"])
    assert not paper.remove_fault(first["id"])
    assert paper.remove_faults() == 1


def test_without_its_address_or_token_there_is_no_paper_exchange(site: PaperSite) -> None:
    for name in ("PAPER_EXCHANGE_URL", "PAPER_ADMIN_URL", "PAPER_ADMIN_TOKEN"):
        assert PaperAdmin.from_settings(settings_of(site, **{name: ""})) is None


def test_one_that_is_away_or_refuses_the_token_is_unavailable(site: PaperSite) -> None:
    for changes in ({"PAPER_ADMIN_URL": "http://127.0.0.1:9"}, {"PAPER_ADMIN_TOKEN": "wrong"}):
        opened = PaperAdmin.from_settings(settings_of(site, **changes))
        assert opened is not None
        with pytest.raises(Unavailable) as caught:
            opened.prices()
        assert caught.value.code == "paper_unavailable"
        assert "wrong" not in caught.value.message


def test_what_is_no_admin_api_is_unavailable(site: PaperSite) -> None:
    opened = PaperAdmin.from_settings(settings_of(site, PAPER_ADMIN_URL=site.url))
    assert opened is not None
    with pytest.raises(Unavailable):
        opened.status()
