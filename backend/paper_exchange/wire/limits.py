"""Request weights by address and order counts by account, in fixed windows of the wall's clock, as Binance counts them."""

from dataclasses import dataclass, field

from paper_exchange.engine.model import Market
from paper_exchange.engine.refusal import Refusal

MINUTE_MS = 60_000
OFFENCES_TO_BAN = 10
FIRST_BAN_S = 120
LONGEST_BAN_S = 3 * 86_400


@dataclass(slots=True)
class Limits:
    """How much is allowed; zero is no limit."""

    spot_weight: int = 6_000
    usdm_weight: int = 2_400
    spot_orders_10s: int = 100
    usdm_orders_10s: int = 300
    usdm_orders_1m: int = 1_200

    def weight(self, market: Market) -> int:
        return self.spot_weight if market is Market.spot else self.usdm_weight

    def orders(self, market: Market) -> list[tuple[int, str, int]]:
        """(milliseconds, how the window is called, orders)."""
        if market is Market.spot:
            return [(10_000, "10S", self.spot_orders_10s)]
        return [(10_000, "10S", self.usdm_orders_10s), (MINUTE_MS, "1M", self.usdm_orders_1m)]


@dataclass(slots=True)
class Meter:
    """Counts of the present windows, in memory; a restart forgives."""

    limits: Limits
    _windows: dict[tuple[str, ...], tuple[int, int]] = field(default_factory=dict)
    _offences: dict[str, int] = field(default_factory=dict)
    _bans: dict[str, tuple[int, int]] = field(default_factory=dict)

    def spend(self, market: Market, address: str, weight: int, now_ms: int) -> dict[str, str]:
        """Count a request; gives the header that tells the used weight. Raises 429, and 418 for who does not listen."""
        self._refuse_banned(address, now_ms)
        used = self._add(("weight", market, address), MINUTE_MS, weight, now_ms)
        header = {"X-MBX-USED-WEIGHT": str(used), "X-MBX-USED-WEIGHT-1M": str(used)}
        allowed = self.limits.weight(market)
        if allowed and used > allowed:
            raise self._offence(address, allowed, now_ms, header)
        return header

    def count_order(self, market: Market, account: str, now_ms: int) -> dict[str, str]:
        """Count an order; gives the headers that tell the counts."""
        headers = {}
        for length, name, allowed in self.limits.orders(market):
            used = self._add(("orders", market, account, name), length, 1, now_ms)
            headers[f"X-MBX-ORDER-COUNT-{name}"] = str(used)
            if allowed and used > allowed:
                text = f"Too many new orders; current limit is {allowed} orders per {name}."
                raise Refusal(-1015, text, status=429, headers=headers)
        return headers

    def forgive(self) -> None:
        """Forget every count and ban."""
        self._windows.clear()
        self._offences.clear()
        self._bans.clear()

    def _add(self, name: tuple[str, ...], length_ms: int, amount: int, now_ms: int) -> int:
        window, used = self._windows.get(name, (0, 0))
        used = used + amount if window == now_ms // length_ms else amount
        self._windows[name] = (now_ms // length_ms, used)
        return used

    def _refuse_banned(self, address: str, now_ms: int) -> None:
        until, _ = self._bans.get(address, (0, 0))
        if now_ms < until:
            text = f"Way too much request weight used; IP banned until {until}. Please use WebSocket Streams for live updates to avoid bans."
            raise Refusal(-1003, text, status=418, headers={"Retry-After": str((until - now_ms) // 1000 + 1)})

    def _offence(self, address: str, allowed: int, now_ms: int, header: dict[str, str]) -> Refusal:
        self._offences[address] = self._offences.get(address, 0) + 1
        if self._offences[address] % OFFENCES_TO_BAN == 0:
            times = self._bans.get(address, (0, 0))[1]
            seconds = min(FIRST_BAN_S * 4**times, LONGEST_BAN_S)
            self._bans[address] = (now_ms + seconds * 1000, times + 1)
        wait = (MINUTE_MS - now_ms % MINUTE_MS) // 1000 + 1
        text = (
            f"Too much request weight used; current limit is {allowed} request weight per 1 MINUTE. "
            "Please use WebSocket Streams for live updates to avoid polling the API."
        )
        return Refusal(-1003, text, status=429, headers={**header, "Retry-After": str(wait)})
