"""Who listens to what, and the handing out."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from paper_exchange.engine.events import Event, KeyRemoved, OrderEvent
from paper_exchange.exchange import Exchange
from paper_exchange.faults.plan import Subject
from paper_exchange.streams.market_events import MarketEvents
from paper_exchange.streams.names import Channel, Kind
from paper_exchange.streams.sockets import Socket
from paper_exchange.streams.user_events import futures_event, spot_event
from paper_exchange.wire.market_data import Wire


def as_text(message: object) -> str:
    return json.dumps(message, separators=(",", ":"))


@dataclass(slots=True)
class Hub:
    """All open sockets of the exchange."""

    exchange: Exchange
    sockets: set[Socket] = field(default_factory=set)
    channels: dict[Channel, set[Socket]] = field(default_factory=dict)
    _events: MarketEvents = field(init=False)
    _ticks: int = 0

    def __post_init__(self) -> None:
        self._events = MarketEvents(self.exchange)

    def subscribe(self, socket: Socket, channel: Channel) -> None:
        socket.streams.add(channel.name)
        self.channels.setdefault(channel, set()).add(socket)
        self._events.begin(channel)

    def unsubscribe(self, socket: Socket, names: Iterable[str]) -> None:
        wanted = set(names)
        socket.streams -= wanted
        for channel in [one for one in self.channels if one.name in wanted and one.market is socket.market]:
            self._leave(channel, socket)

    def drop(self, socket: Socket) -> None:
        """The socket is gone."""
        self.sockets.discard(socket)
        for channel in list(self.channels):
            self._leave(channel, socket)

    def _leave(self, channel: Channel, socket: Socket) -> None:
        listeners = self.channels[channel]
        listeners.discard(socket)
        if not listeners:
            del self.channels[channel]
            self._events.forget(channel)

    def tick(self) -> None:
        """Hand out the market events that are due; once every 250 ms."""
        self._ticks += 1
        self._expire_listen_keys()
        for channel, listeners in list(self.channels.items()):
            if self._ticks % channel.every:
                continue
            for event in self._events.events(channel):
                self._hand_out(channel, listeners, event)

    def moved(self, name: str) -> None:
        """The operator moved a pair's price: it was traded there, and whoever follows trades hears of it at once."""
        for channel, listeners in list(self.channels.items()):
            if channel.symbol == name and channel.kind in (Kind.trade, Kind.aggregate):
                for event in self._events.events(channel):
                    self._hand_out(channel, listeners, event)

    @staticmethod
    def _hand_out(channel: Channel, listeners: set[Socket], event: object) -> None:
        plain, wrapped = as_text(event), as_text({"stream": channel.name, "data": event})
        subject = Subject(channel.name, symbol=channel.symbol)
        for socket in listeners:
            socket.put_event(wrapped if socket.combined else plain, subject)

    def publish(self, events: list[Event]) -> None:
        """Hand out what happened to accounts."""
        for event in events:
            if isinstance(event, KeyRemoved):
                self._end_key(event)
                continue
            listening = [
                socket
                for socket in self.sockets
                if socket.account == event.account or _subscribed(socket, event)
            ]
            if not listening:
                continue
            symbol = event.order.symbol if isinstance(event, OrderEvent) else None
            view = spot_event(event)
            futures = futures_event(event)
            for socket in listening:
                if view is not None:
                    self._to_subscriptions(socket, event.account, view, symbol)
                if futures is not None and socket.account == event.account:
                    self._to_listen_key(socket, futures, symbol)

    @staticmethod
    def _to_subscriptions(socket: Socket, account: str, view: Wire, symbol: str | None) -> None:
        for number, (key, owner) in socket.users.items():
            if owner == account:
                subject = Subject(str(view["e"]), key, account, symbol)
                socket.put_event(as_text({"subscriptionId": number, "event": view}), subject)

    @staticmethod
    def _to_listen_key(socket: Socket, view: Wire, symbol: str | None) -> None:
        subject = Subject(str(view["e"]), socket.key, socket.account, symbol)
        socket.put_event(
            as_text({"stream": socket.listen_key, "data": view} if socket.combined else view), subject
        )

    def _expire_listen_keys(self) -> None:
        for socket in self.sockets:
            if socket.listen_key and self.exchange.listen_keys.owner(socket.listen_key) is None:
                event = {
                    "e": "listenKeyExpired",
                    "E": self.exchange.clock.now_ms(),
                    "listenKey": socket.listen_key,
                }
                socket.put({"stream": socket.listen_key, "data": event} if socket.combined else event)
                socket.listen_key, socket.account = "", None

    def _end_key(self, removed: KeyRemoved) -> None:
        """Streams of a deleted key end."""
        for socket in list(self.sockets):
            for number in [number for number, (name, _) in socket.users.items() if name == removed.key]:
                del socket.users[number]
                event = {"e": "eventStreamTerminated", "E": removed.at_ms}
                socket.put({"subscriptionId": number, "event": event})


def _subscribed(socket: Socket, event: Event) -> bool:
    return any(owner == event.account for _, owner in socket.users.values())
