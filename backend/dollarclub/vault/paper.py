"""The paper exchange's operator, over its admin API: opens accounts, moves prices, switches faults for a drill."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from dollarclub.core.errors import Conflict, Invalid, Unavailable
from dollarclub.core.settings import PaperSettings
from dollarclub.kit.money import plain

PATIENCE = httpx.Timeout(5.0, connect=1.0)
EXISTS = 409


@dataclass(frozen=True)
class PaperAdmin:
    """One paper exchange. Every method is one or two short requests and raises Unavailable (`paper_unavailable`) when it is away.

    `url` is where clients trade on it.
    """

    url: str
    _client: httpx.Client

    @classmethod
    def from_settings(cls, settings: PaperSettings) -> "PaperAdmin | None":
        """The installation's paper exchange, the same object for the same settings; None where there is none."""
        if not (settings.exchange_url and settings.admin_url and settings.admin_token.get_secret_value()):
            return None
        return _opened(settings.exchange_url, settings.admin_url, settings.admin_token)

    def open_account(self, name: str, usdt: Decimal) -> None:
        """An account with that much spot USDT and as much in its futures wallet; one that exists is left as it is."""
        body = {"name": name, "spot": {"USDT": plain(usdt)}, "futures": plain(usdt)}
        answer = self._send("POST", "/accounts", body)
        if answer.status_code != EXISTS:
            _checked(answer)

    def new_key(self, name: str) -> tuple[SecretStr, SecretStr]:
        """Key and secret, fresh, of an account; they may trade on both markets and cannot withdraw. Raises Conflict without the account."""
        made = _checked(self._send("POST", f"/accounts/{_part(name)}/keys", {}))
        return SecretStr(made["key"]), SecretStr(made["secret"])

    def status(self) -> dict[str, Any]:
        """`now_ms`, `virtual`, `open_orders`, `faults` and `mirror` of the exchange."""
        found: dict[str, Any] = _checked(self._send("GET", "/status"))
        return found

    def symbols(self) -> list[dict[str, Any]]:
        """Every pair with `name`, `base`, `quote`, `spot`, `usdm`, `trading`, `frozen_ms`, `premium`, `spread`."""
        found: list[dict[str, Any]] = _checked(self._send("GET", "/symbols"))
        return found

    def prices(self) -> dict[str, Decimal]:
        """Last price of every pair."""
        return {name: Decimal(price) for name, price in _checked(self._send("GET", "/prices")).items()}

    def courses(self) -> dict[str, str]:
        """How the price of every pair goes on: `walk`, `fixed`, `path` or `mirror`."""
        found: dict[str, str] = _checked(self._send("GET", "/courses"))
        return found

    def set_price(self, symbol: str, price: Decimal, *, hold: bool) -> None:
        """Move a pair on both markets; with `hold` it stays there, else it walks on. Raises Conflict for an unknown pair."""
        body = {"price": plain(price), "hold": hold}
        _checked(self._send("PUT", f"/symbols/{_part(symbol)}/price", body))

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are switched on, oldest first."""
        found: list[dict[str, Any]] = _checked(self._send("GET", "/faults"))
        return found

    def add_fault(self, fault: Mapping[str, Any]) -> dict[str, Any]:
        """Switch a fault on; what is not given is the paper exchange's default."""
        made: dict[str, Any] = _checked(self._send("POST", "/faults", fault))
        return made

    def remove_fault(self, fault_id: int) -> bool:
        """Whether it was on."""
        return bool(_checked(self._send("DELETE", f"/faults/{fault_id}"))["removed"])

    def remove_faults(self) -> int:
        """Switch everything off; how many there were."""
        return int(_checked(self._send("DELETE", "/faults"))["removed"])

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        try:
            return self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise _away(f"The paper exchange does not answer ({type(error).__name__}).") from error


@lru_cache(maxsize=4)
def _opened(url: str, admin_url: str, token: SecretStr) -> PaperAdmin:
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"}
    client = httpx.Client(base_url=admin_url, headers=headers, timeout=PATIENCE, trust_env=False)
    return PaperAdmin(url, client)


def _part(text: str) -> str:
    return quote(text, safe="")


def _checked(answer: httpx.Response) -> Any:
    """The body of a good answer."""
    try:
        body = answer.json()
        if answer.is_success:
            return body
        if answer.status_code == EXISTS:
            raise Conflict(f"The paper exchange refuses: {body['detail']}.", code="paper_refused")
        if answer.status_code == 422:
            raise Invalid(f"The paper exchange does not accept this: {body['detail'][0]['msg']}.")
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _away("What answers at PAPER_ADMIN_URL is no paper exchange.") from error
    if answer.status_code == 401:
        raise _away("The paper exchange refuses PAPER_ADMIN_TOKEN.")
    raise _away(f"The paper exchange answered {answer.status_code}.")


def _away(message: str) -> Unavailable:
    return Unavailable(message, code="paper_unavailable")
