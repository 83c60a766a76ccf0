"""The request budget of a venue, shared by all processes in Redis, or counted in this process while Redis is away.

Sliding windows, weighed as the venue weighs; a share of each is kept for exits. One round trip a call: the script counts
all limits of a call or none of them, and sees the pause that a 429 or 418 has set.
"""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis

from dollarclub.core.logging import logger
from dollarclub.core.redis import connect
from dollarclub.core.settings import Settings
from dollarclub.exchanges.errors import RateLimited
from dollarclub.exchanges.venues.venue import Call, Limit, Traffic
from dollarclub.kit.clock import Clock, utc_now

_log = logger(__name__)
_ANSWER_SECONDS = 0.3
_CIRCUIT_SECONDS = 5.0
_PREFIX = "budget"
_LONGEST_PAUSE = timedelta(days=3)
_OBSERVING = frozenset(
    {Call.open_orders, Call.all_open_orders, Call.my_trades, Call.balances, Call.positions, Call.markets}
)
_OBSERVING_SHARE = 0.6
"""Of what is not kept for exits: comparing many keys with their exchange must not keep an order from going out."""

# KEYS: the pause, then one per limit. ARGV: window in ms, allowed, cost for each limit.
# Gives 0 when counted, the ms to wait when a limit is used up, minus the ms when there is a pause.
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local paused = tonumber(redis.call('GET', KEYS[1]) or 0)
if paused > now then return now - paused end
local states = {}
local longest = 0
for i = 2, #KEYS do
  local a = (i - 2) * 3
  local window, allowed, cost = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local index = math.floor(now / window)
  local passed = (now % window) / window
  local found = redis.call('HMGET', KEYS[i], 'i', 'c', 'p')
  local at, current, previous = tonumber(found[1] or -2), tonumber(found[2] or 0), tonumber(found[3] or 0)
  if at == index - 1 then previous = current; current = 0
  elseif at ~= index then previous = 0; current = 0 end
  if previous * (1 - passed) + current + cost > allowed then
    local wait
    if current + cost <= allowed then
      wait = (1 - (allowed - current - cost) / previous - passed) * window
    else
      wait = (1 - passed) * window + math.max(0, 1 - (allowed - cost) / current) * window
    end
    longest = math.max(longest, math.ceil(wait) + 1)
  end
  states[i] = {index, current + cost, previous, window}
end
if longest > 0 then return longest end
for i = 2, #KEYS do
  local s = states[i]
  redis.call('HSET', KEYS[i], 'i', s[1], 'c', s[2], 'p', s[3])
  redis.call('PEXPIRE', KEYS[i], s[4] * 2)
end
return 0
"""


@dataclass(frozen=True)
class Spender:
    """Whose budget: a venue's (with its environment), seen from our address, for one key (empty: public calls)."""

    venue: str
    key: str
    traffic: Traffic
    address: str = "here"


@dataclass
class _Window:
    index: int = -2
    current: float = 0
    previous: float = 0


class Budget:
    """Spends before a call is made; raises RateLimited (`budget`, `rate_limited`) with the time to ask again."""

    def __init__(self, client: redis.Redis, *, exit_share: float, clock: Clock = utc_now) -> None:
        """`client` should have short time-outs; `exit_share` of every limit is for calls that may exit."""
        self._redis = client
        self._script = client.register_script(_SCRIPT)
        self._exit_share = exit_share
        self._clock = clock
        self._own: dict[str, _Window] = {}
        self._pauses: dict[str, datetime] = {}
        self._lock = threading.Lock()
        self._away_until = 0.0

    @classmethod
    def at(cls, settings: Settings, clock: Clock = utc_now) -> "Budget":
        """A budget on the installation's Redis."""
        client = connect(settings.redis.url.get_secret_value(), socket_timeout=_ANSWER_SECONDS)
        return cls(client, exit_share=settings.trading.exit_share, clock=clock)

    def spend(self, spender: Spender, call: Call, *, exit: bool = False) -> None:
        """Count one call. Raises RateLimited when a limit is used up or the venue told us to pause."""
        pause = f"{_PREFIX}:{spender.venue}:{spender.address}:pause"
        self._refuse_pause(pause)
        charges = self._charges(spender, call, exit=exit)
        wait = self._counted(pause, charges)
        if wait:
            code = "rate_limited" if wait < 0 else "budget"
            text = "the exchange asked for a pause" if wait < 0 else "the request budget is used up"
            retry_at = self._clock() + timedelta(milliseconds=abs(wait))
            raise RateLimited(f"Not sent: {text}.", retry_at=retry_at, code=code)

    def pause(self, spender: Spender, until: datetime) -> None:
        """Nobody asks this venue from this address before `until`: it answered 429 or 418."""
        name = f"{_PREFIX}:{spender.venue}:{spender.address}:pause"
        length = min(until - self._clock(), _LONGEST_PAUSE)
        milliseconds = math.ceil(length.total_seconds() * 1000)
        if milliseconds <= 0:
            return
        with self._lock:
            self._pauses[name] = self._clock() + length
        if time.monotonic() < self._away_until:
            return
        try:
            seconds, micros = self._redis.time()
            now_ms = int(seconds) * 1000 + int(micros) // 1000
            self._redis.set(name, now_ms + milliseconds, px=milliseconds)
        except redis.RedisError as error:
            self._open_circuit(error)

    def _charges(self, spender: Spender, call: Call, *, exit: bool) -> "list[tuple[str, Limit, int, int]]":
        """(key, limit, allowed, cost) of each limit that this call counts against."""
        found = []
        for limit in spender.traffic.limits:
            orders = limit.counts == "orders"
            cost = (1 if call is Call.place else 0) if orders else spender.traffic.weight(call)
            if cost == 0 or (limit.per == "key" and not spender.key):
                continue
            allowed = int(limit.amount * self._share(call, exit=exit))
            whose = spender.key if limit.per == "key" else ""
            name = f"{_PREFIX}:{spender.venue}:{spender.address}:{whose}:{limit.name}"
            found.append((name, limit, max(allowed, 1), min(cost, max(allowed, 1))))
        return found

    def _share(self, call: Call, *, exit: bool) -> float:
        if exit:
            return 1
        kept = 1 - self._exit_share
        return kept * _OBSERVING_SHARE if call in _OBSERVING else kept

    def _counted(self, pause: str, charges: "Sequence[tuple[str, Limit, int, int]]") -> int:
        if time.monotonic() >= self._away_until:
            arguments = [part for _, limit, allowed, cost in charges
                         for part in (int(limit.seconds * 1000), allowed, cost)]  # fmt: skip
            try:
                return int(self._script(keys=[pause, *(name for name, *_ in charges)], args=arguments))
            except redis.RedisError as error:
                self._open_circuit(error)
        with self._lock:
            return self._count_here(charges, time.time() * 1000)

    def _count_here(self, charges: "Sequence[tuple[str, Limit, int, int]]", now_ms: float) -> int:
        """The script's counting, for this process alone."""
        longest = 0
        counted = []
        for name, limit, allowed, cost in charges:
            length = limit.seconds * 1000
            index, passed = int(now_ms // length), (now_ms % length) / length
            window = self._own.setdefault(name, _Window())
            current, previous = window.current, window.previous
            if window.index == index - 1:
                current, previous = 0.0, current
            elif window.index != index:
                current = previous = 0.0
            if previous * (1 - passed) + current + cost > allowed:
                if current + cost <= allowed:
                    wait = (1 - (allowed - current - cost) / previous - passed) * length
                else:
                    wait = (1 - passed) * length + max(0.0, 1 - (allowed - cost) / current) * length
                longest = max(longest, math.ceil(wait) + 1)
            counted.append((name, _Window(index, current + cost, previous)))
        if not longest:
            self._own.update(counted)
        return longest

    def _refuse_pause(self, name: str) -> None:
        until = self._pauses.get(name)
        if until is None:
            return
        if until > self._clock():
            raise RateLimited(
                "Not sent: the exchange asked for a pause.", retry_at=until, code="rate_limited"
            )
        with self._lock:
            self._pauses.pop(name, None)

    def _open_circuit(self, error: redis.RedisError) -> None:
        with self._lock:
            now = time.monotonic()
            if now >= self._away_until:
                _log.warning("request_budget_without_redis", error=type(error).__name__)
            self._away_until = now + _CIRCUIT_SECONDS
