"""ccxt.pro's objects: how one is set up for a catalog, and when its sockets were last heard."""

from typing import Any

import ccxt.pro

from dollarclub.core.settings import Settings
from dollarclub.exchanges.ccxt_clients import address
from dollarclub.exchanges.gateway import Catalog, Credentials
from dollarclub.exchanges.venues.venue import Venue

PINGS_PER_SILENCE = 4
"""So many pings fit into the longest silence: a dead socket has missed two of them before."""

_SOCKETS = {"spot": 4, "linear": 4}
"""Of market streams ccxt opens a socket for each list of symbols; so many carry them all."""


class StreamLost(Exception):
    """The stream ended; `refused` when the exchange does not take the key, or has no such stream."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.refused = refused


def pro_client(
    venue: Venue,
    catalog: Catalog,
    settings: Settings,
    *,
    silence: float,
    credentials: Credentials | None = None,
) -> Any:
    """An unmodified ccxt.pro object, set up by documented properties, options and URLs only.

    `silence`: seconds without a word after which a socket is dead. Raises StreamLost for a venue that has no streams.
    """
    kind = getattr(ccxt.pro, venue.ccxt_id, None)
    if kind is None:
        raise StreamLost("This venue has no stream.", refused=True)
    keys: dict[str, str] = {}
    if credentials is not None:
        keys = {
            "apiKey": credentials.key.get_secret_value(),
            "secret": credentials.secret.get_secret_value(),
            "password": credentials.passphrase.get_secret_value() if credentials.passphrase else "",
        }
    client = kind(
        {
            **keys,
            "enableRateLimit": False,
            "timeout": int(settings.trading.answer_seconds * 1000),
            "newUpdates": True,
            "streaming": {"keepAlive": silence * 1000 / PINGS_PER_SILENCE, "maxPingPongMisses": 2},
            "options": {
                "recvWindow": settings.trading.receive_window_ms,
                "watchPositions": {"fetchPositionsSnapshot": False, "awaitPositionsSnapshot": False},
                "streamLimits": dict(_SOCKETS),
                **venue.options_of(catalog.market_type),
            },
        }
    )
    client.number = str
    address(client, venue, catalog, settings)
    return client


def sockets(client: Any) -> list[Any]:
    """ccxt keeps places of sign-in among its sockets that are never connected."""
    return [socket for url, socket in client.clients.items() if "://" in url]


def heard_ms(socket: Any) -> int:
    return max(int(socket.last_message_at or 0), int(socket.lastPong or 0))
