"""What failures mean on venues whose answers no paper exchange gives, from the exceptions that ccxt raises for them."""

from datetime import UTC, datetime, timedelta

import ccxt
import pytest
import requests

from dollarclub.exchanges.ccxt_errors import failure_of, translated, verdict_of
from dollarclub.exchanges.errors import (
    CredentialsRefused,
    ExchangeError,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Retryable,
)

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def answered(venue: str, status: int, body: str, headers: dict[str, str] | None = None) -> Exception:
    """The exception of ccxt's own error handling for an answer of this venue."""
    client = getattr(ccxt, venue)()
    response = requests.Response()
    response.status_code, response.reason = status, "Because"
    response._content = body.encode()
    response.headers.update(headers or {})
    response.url = "https://api.example.com/order?signature=abc"

    def send(*_args: object, **_kwargs: object) -> requests.Response:
        return response

    client.session.request = send
    try:
        client.fetch(response.url, "POST", {}, "amount=1")
    except ccxt.BaseError as error:
        return error
    raise AssertionError("ccxt took this answer for a success")


def error_of(error: Exception, venue: str, *, placing: bool = True) -> ExchangeError:
    failure = failure_of(error)
    return translated(failure, verdict_of(failure, venue), placing=placing, now=NOW)


@pytest.mark.parametrize(
    ("venue", "status", "body", "expected", "code", "venue_code"),
    [
        ("bybit", 200, '{"retCode":110007,"retMsg":"ab not enough","result":{}}', Rejected, "insufficient_funds", "110007"),
        ("bybit", 200, '{"retCode":10003,"retMsg":"API key is invalid.","result":{}}', CredentialsRefused, "invalid_key", "10003"),
        ("bybit", 200, '{"retCode":10006,"retMsg":"Too many visits!","result":{}}', RateLimited, "rate_limited", "10006"),
        ("okx", 200, '{"code":"1","data":[{"sCode":"51008","sMsg":"Insufficient balance"}],"msg":""}', Rejected, "insufficient_funds", "51008"),
        ("okx", 401, '{"code":"50113","msg":"Invalid Sign"}', CredentialsRefused, "invalid_key", "50113"),
        ("gate", 400, '{"label":"BALANCE_NOT_ENOUGH","message":"Not enough balance"}', Rejected, "insufficient_funds", "BALANCE_NOT_ENOUGH"),
        ("delta", 400, '{"success":false,"error":{"code":"insufficient_margin"}}', Rejected, "insufficient_funds", "insufficient_margin"),
        ("kucoin", 503, "<html>busy</html>", OutcomeUnknown, "server_error", None),
        ("okx", 403, "<html>firewall</html>", RateLimited, "banned", None),
        ("binance", 451, "<html>not here</html>", CredentialsRefused, "address_not_allowed", None),
        ("mexc", 400, "<html>what</html>", OutcomeUnknown, "unreadable", None),
    ],
)  # fmt: skip
def test_answers_of_other_venues(
    venue: str, status: int, body: str, expected: type[ExchangeError], code: str, venue_code: str | None
) -> None:
    told = error_of(answered(venue, status, body), venue)
    assert type(told) is expected
    assert (told.code, told.venue_code) == (code, venue_code)
    assert "signature" not in told.message


def test_how_long_to_wait_is_read_from_the_answer() -> None:
    body = '{"code":-1003,"msg":"Too many requests."}'
    asked = error_of(answered("binance", 429, body, {"Retry-After": "17"}), "binance")
    assert isinstance(asked, RateLimited)
    assert asked.retry_at == NOW + timedelta(seconds=17)
    until = NOW + timedelta(hours=1)
    banned = f'{{"code":-1003,"msg":"IP banned until {int(until.timestamp() * 1000)}."}}'
    told = error_of(answered("binance", 418, banned), "binance")
    assert isinstance(told, RateLimited)
    assert (told.retry_at, told.code) == (until, "banned")
    silent = error_of(answered("binance", 429, body), "binance")
    assert isinstance(silent, RateLimited)
    assert silent.retry_at > NOW


def caused(outer: Exception, cause: Exception) -> Exception:
    """As `raise outer from cause` leaves it."""
    outer.__cause__ = cause
    return outer


def test_only_a_connection_that_was_never_made_proves_that_nothing_was_sent() -> None:
    timeout = requests.exceptions
    never = caused(ccxt.RequestTimeout("binance POST"), timeout.ConnectTimeout("no route"))
    assert isinstance(error_of(never, "binance"), NotSent)
    assert isinstance(error_of(never, "binance", placing=False), Retryable)
    for cause in (
        timeout.ReadTimeout("late"),
        timeout.ConnectionError("Connection aborted."),
        timeout.SSLError("eof"),
    ):
        for outer in (ccxt.RequestTimeout("binance POST"), ccxt.NetworkError("binance POST")):
            assert isinstance(error_of(caused(outer, cause), "binance"), OutcomeUnknown)


def test_an_error_that_nobody_expected_leaves_the_outcome_open() -> None:
    assert isinstance(error_of(KeyError("fills"), "binance"), OutcomeUnknown)
    assert isinstance(error_of(KeyError("fills"), "binance", placing=False), Retryable)
