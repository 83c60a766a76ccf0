"""What an exchange's refusal means for the caller: named by the reaction, with the exchange's own code and words."""

from datetime import datetime


class ExchangeError(Exception):
    """`code` is stable and ours, `venue_code` the exchange's own (such as `-2010`), `message` is for a person."""

    def __init__(self, message: str, *, code: str, venue_code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.venue_code = venue_code


class Rejected(ExchangeError):
    """The exchange answered no, definitely: nothing was placed and asking again changes nothing.

    Codes: `insufficient_funds`, `below_min_notional`, `precision`, `symbol_unknown`, `market_closed`, `post_only`,
    `reduce_only`, `too_many_orders`, `price_band`, `margin`, `not_supported`, `rejected`.
    """


class NotSent(ExchangeError):
    """Nothing was placed, for a reason that passes: the same order, with the same client id, may be sent again.

    Codes: `unreachable` (no connection was made), `clock_skew` (the signature came too early or too late, also after the
    clock was compared again), `overloaded` (the exchange turned it away at the door), `busy` (all connections of this
    key are waiting for answers), `no_markets` (the list of markets could not be read, so nothing was tried), `late`
    (its deadline had passed before it could be sent).
    """


class Retryable(ExchangeError):
    """A reading or cancelling call failed on the way (codes `network`, `busy`); it may be asked again."""


class OutcomeUnknown(ExchangeError):
    """An order was sent and it is not known whether the exchange took it.

    Codes: `timeout`, `disconnected`, `server_error`, `unreadable` (an answer that cannot be understood),
    `duplicate_client_id` (an order with this id is there: asking for it tells which).
    """


class CredentialsRefused(ExchangeError):
    """Codes: `invalid_key`, `wrong_secret`, `no_permission`, `address_not_allowed`, `clock_skew`. Nothing was placed."""


class RateLimited(ExchangeError):
    """Nothing was placed; ask again at `retry_at` (codes `rate_limited`, `banned`, `budget`)."""

    def __init__(self, message: str, *, retry_at: datetime, code: str, venue_code: str | None = None) -> None:
        super().__init__(message, code=code, venue_code=venue_code)
        self.retry_at = retry_at
