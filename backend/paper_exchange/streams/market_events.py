"""What market streams say."""

from decimal import Decimal

from paper_exchange.engine.model import Market
from paper_exchange.engine.symbols import Symbol
from paper_exchange.exchange import Exchange
from paper_exchange.market import Sample
from paper_exchange.streams.names import Channel, Kind
from paper_exchange.wire import market_data
from paper_exchange.wire.call import listed_symbols
from paper_exchange.wire.market_data import TRADE_MS, Wire

Levels = dict[Decimal, Decimal]


class MarketEvents:
    """Makes the events of a tick; remembers only what it said last, so that it says what is new."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self._samples: dict[Channel, Sample] = {}
        self._last_trade: dict[Channel, tuple[int, object]] = {}
        self._last_best: dict[tuple[Channel, str], Wire] = {}

    def events(self, channel: Channel) -> list[object]:
        """Payloads that are due on a stream now."""
        if channel.symbol is not None:
            return self._of_symbol(channel, self.exchange.state.symbols[channel.symbol])
        symbols = listed_symbols(self.exchange, channel.market)
        if channel.kind is Kind.best:
            return [event for symbol in symbols for event in self._best(channel, symbol)]
        if channel.kind is Kind.liquidations:
            return []
        return [[event for symbol in symbols for event in self._of_symbol(channel, symbol)]]

    def begin(self, channel: Channel) -> None:
        """Somebody listens from now on: snapshots that are taken later continue in the first event."""
        if channel.kind is Kind.depth and not channel.levels and channel not in self._samples:
            self._difference(channel, self.exchange.state.symbols[channel.symbol or ""])

    def forget(self, channel: Channel) -> None:
        """Nobody listens any more."""
        self._last_trade.pop(channel, None)
        self._samples.pop(channel, None)
        followed = {(one.market, one.symbol) for one in self._samples}
        self.exchange.quotes.followed.intersection_update(followed)

    def _of_symbol(self, channel: Channel, symbol: Symbol) -> list[object]:
        kind = channel.kind
        if kind in (Kind.trade, Kind.aggregate):
            return self._trades(channel, symbol)
        if kind is Kind.depth:
            return self._partial(channel, symbol) if channel.levels else self._difference(channel, symbol)
        if kind is Kind.best:
            return self._best(channel, symbol)
        if kind is Kind.candle:
            return [self._candle(channel, symbol)]
        if kind is Kind.mark:
            return [mark_event(self.exchange, symbol)]
        if kind is Kind.average:
            return [self._average(symbol)]
        return [self._ticker(channel, symbol)] if kind in (Kind.day, Kind.mini) else []

    def _ticker(self, channel: Channel, symbol: Symbol) -> Wire:
        view = market_data.day_view(self.exchange, channel.market, symbol)
        short: Wire = {
            "e": "24hrMiniTicker" if channel.kind is Kind.mini else "24hrTicker",
            "E": self.exchange.quotes.now_ms,
            "s": symbol.name,
        }
        prices: Wire = {
            "o": view["openPrice"], "h": view["highPrice"], "l": view["lowPrice"], "v": view["volume"], "q": view["quoteVolume"],
        }  # fmt: skip
        if channel.kind is Kind.mini:
            return {**short, "c": view["lastPrice"], **prices}
        change: Wire = {
            "p": view["priceChange"], "P": view["priceChangePercent"], "w": view["weightedAvgPrice"], "c": view["lastPrice"],
            "Q": view["lastQty"],
        }  # fmt: skip
        spot_only: Wire = {}
        if channel.market is Market.spot:
            spot_only = {
                "x": view["prevClosePrice"], "b": view["bidPrice"], "B": view["bidQty"], "a": view["askPrice"],
                "A": view["askQty"],
            }  # fmt: skip
        ids: Wire = {
            "O": view["openTime"], "C": view["closeTime"], "F": view["firstId"], "L": view["lastId"], "n": view["count"],
        }  # fmt: skip
        return {**short, **change, **spot_only, **prices, **ids}

    def _trades(self, channel: Channel, symbol: Symbol) -> list[object]:
        """One a second, and one more whenever the price has moved since the last."""
        now = self.exchange.quotes.shown_ms(symbol)
        newest = now // TRADE_MS
        last, told = self._last_trade.get(channel, ((newest - 1) * TRADE_MS, ""))
        seconds = range(max(last // TRADE_MS + 1, newest - 60), newest + 1)
        trades = [
            market_data.market_trade(self.exchange, channel.market, symbol, second * TRADE_MS)
            for second in seconds
        ]
        if trades:
            last, told = newest * TRADE_MS, trades[-1]["price"]
        present = market_data.market_trade(self.exchange, channel.market, symbol, now)
        if now > last and present["price"] != told:
            trades.append(present)
            last, told = now, present["price"]
        self._last_trade[channel] = last, told
        return [self._trade(channel, symbol, trade) for trade in trades]

    def _trade(self, channel: Channel, symbol: Symbol, trade: Wire) -> Wire:
        head: Wire = {"e": channel.kind.value, "E": self.exchange.quotes.now_ms, "s": symbol.name}
        spot = channel.market is Market.spot
        if channel.kind is Kind.aggregate:
            return {**head, **market_data.aggregate_view(trade, best=spot)}
        view: Wire = {"t": trade["id"], "p": trade["price"], "q": trade["qty"], "T": trade["time"]}
        more: Wire = (
            {"m": trade["isBuyerMaker"], "M": True} if spot else {"X": "MARKET", "m": trade["isBuyerMaker"]}
        )
        return {**head, **view, **more}

    def _candle(self, channel: Channel, symbol: Symbol) -> Wire:
        quotes = self.exchange.quotes
        length = market_data.interval_ms(channel.interval)
        start = market_data.candle_start(quotes.shown_ms(symbol), channel.interval)
        bar = quotes.candle(channel.market, symbol, start, length)
        view = market_data.candle_view(bar)
        candle: Wire = {
            "t": view[0], "T": view[6], "s": symbol.name, "i": channel.interval, "f": bar.open_ms,
            "L": min(bar.close_ms, quotes.now_ms), "o": view[1], "c": view[4], "h": view[2], "l": view[3],
            "v": view[5], "n": view[8], "x": quotes.now_ms >= bar.close_ms, "q": view[7], "V": view[9], "Q": view[10], "B": "0",
        }  # fmt: skip
        return {"e": "kline", "E": quotes.now_ms, "s": symbol.name, "k": candle}

    def _best(self, channel: Channel, symbol: Symbol) -> list[object]:
        view = market_data.best_view(self.exchange, channel.market, symbol)
        if self._last_best.get((channel, symbol.name)) == view:
            return []
        self._last_best[channel, symbol.name] = view
        number = self.exchange.quotes.sample(channel.market, symbol).number
        event: Wire = {
            "u": number, "s": symbol.name, "b": view["bidPrice"], "B": view["bidQty"], "a": view["askPrice"], "A": view["askQty"],
        }  # fmt: skip
        if channel.market is Market.usdm:
            now = self.exchange.quotes.now_ms
            event = {"e": "bookTicker", **event, "T": now, "E": now}
        return [event]

    def _partial(self, channel: Channel, symbol: Symbol) -> list[object]:
        sample, now = self.exchange.quotes.sample(channel.market, symbol), self.exchange.quotes.now_ms
        bids, asks = (market_data.levels(side, channel.levels) for side in (sample.bids, sample.asks))
        if channel.market is Market.spot:
            return [{"lastUpdateId": sample.number, "bids": bids, "asks": asks}]
        ids: Wire = {"s": symbol.name, "U": sample.number, "u": sample.number, "pu": sample.number - 1}
        return [{"e": "depthUpdate", "E": now, "T": now, **ids, "b": bids, "a": asks}]

    def _difference(self, channel: Channel, symbol: Symbol) -> list[object]:
        """What changed since the last event."""
        quotes = self.exchange.quotes
        quotes.followed.add((channel.market, symbol.name))
        sample, before = quotes.sample(channel.market, symbol, anew=True), self._samples.get(channel)
        self._samples[channel] = sample
        if before is None or before.number == sample.number:
            return []
        head: Wire = {"e": "depthUpdate", "E": quotes.now_ms}
        ids: Wire = {"s": symbol.name, "U": before.number + 1, "u": sample.number}
        if channel.market is Market.usdm:
            head["T"], ids["pu"] = quotes.now_ms, before.number
        return [
            {**head, **ids, "b": changed(before.bids, sample.bids), "a": changed(before.asks, sample.asks)}
        ]

    def _average(self, symbol: Symbol) -> Wire:
        quotes = self.exchange.quotes
        price = f"{quotes.average(Market.spot, symbol):.8f}"
        return {
            "e": "avgPrice",
            "E": quotes.now_ms,
            "s": symbol.name,
            "i": "5m",
            "w": price,
            "T": quotes.shown_ms(symbol),
        }


def changed(before: Levels, now: Levels) -> list[list[str]]:
    """Levels that are new or different, and the gone ones with nothing on them."""
    different = {price: quantity for price, quantity in now.items() if before.get(price) != quantity}
    gone = dict.fromkeys([price for price in before if price not in now], Decimal(0))
    return market_data.levels(different | gone, len(different) + len(gone))


def mark_event(exchange: Exchange, symbol: Symbol) -> Wire:
    """A futures mark price."""
    mark = f"{exchange.quotes.mark(symbol):.8f}"
    return {
        "e": "markPriceUpdate",
        "E": exchange.quotes.now_ms,
        "s": symbol.name,
        "p": mark,
        "i": mark,
        "P": mark,
    }
