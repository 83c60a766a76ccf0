"""Answers the wishes for candles of those who serve charts; part of the process `stream`."""

import threading

from redis.exceptions import RedisError

from dollarclub.core.context import Context
from dollarclub.core.logging import logger
from dollarclub.exchanges.charts import CandleWish, answer_next
from dollarclub.exchanges.gateway import Candle, Catalog, Gateway, GatewayFactory

AT_ONCE = 2
PAUSE_SECONDS = 1.0

_log = logger(__name__)


class ChartDesk:
    """A few threads that wait for wishes for ever."""

    def __init__(self, context: Context, factory: GatewayFactory) -> None:
        self._context, self._factory = context, factory
        self._gateways: dict[Catalog, Gateway] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"charts-{number}", daemon=True)
            for number in range(1, AT_ONCE + 1)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """They end within a second; nobody waits for what they are at."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                answer_next(self._context.redis, self._read)
            except RedisError:
                self._stopping.wait(PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001 one wish must not end the answering of all others
                _log.warning("candles_failed", error=type(error).__name__)

    def _read(self, wish: CandleWish) -> list[Candle]:
        with self._lock:
            if wish.catalog not in self._gateways:
                self._gateways[wish.catalog] = self._factory.public(wish.catalog)
            gateway = self._gateways[wish.catalog]
        return list(gateway.candles(wish.symbol, wish.timeframe, limit=wish.limit))
