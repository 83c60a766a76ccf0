"""Every operation of the API with generated requests, valid and invalid: no 5xx, and answers as the contract says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dollarclub.accounts import service
from dollarclub.core.context import build_context
from dollarclub.entry.http import create_app
from tests.support.served import served
from tests.support.servers import Servers, settings_for

EXAMPLES = 8
ADMIN = {"email": "admin@example.com", "username": "admin", "password": "correct horse battery staple"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
NOT_READY_HERE = ("/api/health/ready", "/api/paper")
"""Where 503 is the right answer of a site without workers and without a paper exchange."""


def document() -> dict[str, Any]:
    unused = settings_for("postgresql:///unused", "redis://unused", Path("unused"))
    return create_app(unused).openapi()


@dataclass
class Site:
    """The API at an address, with the administrator's sign-in as long as it holds."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)

    def post(self, path: str, **options: Any) -> dict[str, Any]:
        answer = httpx.post(f"http://{self.address}{path}", timeout=30, **options)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def signed_in(self) -> dict[str, str]:
        """Headers that authenticate; some operations end a session."""
        me = f"http://{self.address}/api/auth/me"
        if not self.headers or httpx.get(me, headers=self.headers).status_code != 200:
            body = {"email": ADMIN["email"], "password": ADMIN["password"]}
            token = self.post("/api/auth/login", json=body)["access_token"]
            self.headers = {"Authorization": f"Bearer {token}"}
        return self.headers


@pytest.fixture(scope="module")
def site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with servers.fresh_database() as url:
        chosen = settings_for(url, servers.redis.url, tmp_path_factory.mktemp("contract"))
        context = build_context(chosen)
        with context.db.transaction() as session:
            code = service.ensure_setup_code(session)
        with served(create_app(chosen, context)) as address:
            opened = Site(address)
            opened.post("/api/auth/register", json={**ADMIN, "setup_code": code})
            yield opened
        context.close()


@pytest.fixture
def headers(site: Site) -> dict[str, str]:
    return site.signed_in()


@pytest.fixture
def things(site: Site, headers: dict[str, str]) -> dict[str, str]:
    """Ids that exist, for path parameters of these names."""
    files = {"file": ("bot.py", b"print('hello')\n")}
    script = site.post("/api/scripts/upload", files=files, headers=headers)["id"]
    run = site.post(f"/api/scripts/{script}/execute", headers=headers)["id"]
    site.post(f"/api/runs/{run}/cancel", headers=headers)
    key = {"label": f"k{run}", "venue": "binance", "market_type": "spot", "environment": "live"}
    secrets = {"key": "k" * 40, "secret": "s" * 40}
    key_id = site.post("/api/keys", json={**key, **secrets}, headers=headers)["id"]
    strategy = {"name": f"s{run}", "market_type": "spot", "order_type": "market"}
    strategy_id = site.post("/api/strategies", json=strategy, headers=headers)["id"]
    webhook = httpx.get(f"http://{site.address}/api/strategies/{strategy_id}/webhook", headers=headers).json()
    alert = {"secret": webhook["secret"], "symbol": "BTCUSDT", "action": "buy", "amount": "1"}
    token = webhook["urls"]["token"].rsplit("/", 1)[1]
    signal_id = site.post(f"/api/webhook/t/{token}", json=alert)["signal_id"]
    return {
        "script_id": script,
        "run_id": run,
        "key_id": key_id,
        "strategy_id": strategy_id,
        "signal_id": signal_id,
        "token": token,
    }


schema = schemathesis.openapi.from_dict(document())
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@schema.parametrize()
@bounded
def test_any_request_is_answered_as_documented(
    case: schemathesis.Case, site: Site, headers: dict[str, str]
) -> None:
    checks = CHECKS[1:] if case.operation.path.startswith(NOT_READY_HERE) else CHECKS
    case.call_and_validate(base_url=f"http://{site.address}", headers=headers, checks=checks)


@schema.include(path_regex=r"\{((script|run|key|strategy|signal)_id|token)\}").parametrize()
@bounded
def test_any_request_about_things_that_exist_is_answered_as_documented(
    case: schemathesis.Case, site: Site, headers: dict[str, str], things: dict[str, str]
) -> None:
    case.path_parameters |= {name: things[name] for name in case.path_parameters if name in things}
    case.call_and_validate(base_url=f"http://{site.address}", headers=headers, checks=CHECKS)


def test_no_operation_but_signing_in_answers_a_stranger(site: Site) -> None:
    open_to_all = set()
    for path, operations in schema.raw_schema["paths"].items():
        for method in operations:
            url = f"http://{site.address}{path.replace('{', '').replace('}', '')}"
            if httpx.request(method, url, timeout=30).status_code != 401:
                open_to_all.add(f"{method.upper()} {path}")
    assert open_to_all == {
        "GET /api/auth/setup",
        "POST /api/auth/register",
        "POST /api/auth/login",
        "POST /api/auth/logout",
        "POST /api/webhook/{user_id}",
        "POST /api/webhook/webhook/{user_id}",
        "POST /api/v1/webhooks/{user_id}/tradingview",
        "POST /api/webhook/t/{token}",
        "GET /api/health",
        "GET /api/health/ready",
    }
