"""Every fault of the REST side, as a client meets it, and the limits that are no fault."""

import contextlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import ccxt
import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.support.paper import BTC, Keys, PaperSite, spot_client, usdm_client

PAIR = "BTC/USDT"
PLACE = "POST /api/v3/order"


@pytest.fixture
def keys(site: PaperSite) -> Keys:
    return site.account()


@pytest.fixture
def client(site: PaperSite, keys: Keys) -> Any:
    return spot_client(site, keys)


def place(client: Any, name: str) -> Any:
    return client.private_post_order(
        {
            "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.001", "price": "99000",
            "newClientOrderId": name,
        }
    )  # fmt: skip


def names(client: Any) -> list[str]:
    return [one["clientOrderId"] for one in client.private_get_openorders({"symbol": "BTCUSDT"})]


@pytest.mark.parametrize(
    ("fault", "error", "exists"),
    [
        ({"kind": "drop_answer"}, ccxt.NetworkError, True),
        ({"kind": "disconnect"}, ccxt.NetworkError, False),
        ({"kind": "error_before", "status": 502}, ccxt.ExchangeNotAvailable, False),
        ({"kind": "error_after", "status": 502}, ccxt.ExchangeNotAvailable, True),
        (
            {"kind": "error_after", "status": 408, "code": -1007, "message": "Timeout."},
            ccxt.RequestTimeout,
            True,
        ),
        ({"kind": "error_after", "status": 504}, ccxt.RequestTimeout, True),
        ({"kind": "too_many_requests"}, ccxt.DDoSProtection, False),
    ],
)
def test_a_fault_strikes_once_and_the_order_exists_only_if_it_was_accepted(
    site: PaperSite, client: Any, keys: Keys, fault: dict[str, Any], error: type[Exception], exists: bool
) -> None:
    site.fault(**fault, endpoint=PLACE, key=keys.key, times=1)
    with pytest.raises(error):
        place(client, "first")
    assert names(client) == (["first"] if exists else [])
    assert place(client, "second")["status"] == "NEW"
    assert site.admin.get("/faults").json() == []


def test_a_late_answer_runs_into_the_clients_timeout_but_the_order_exists(
    site: PaperSite, client: Any, keys: Keys
) -> None:
    site.fault("late_answer", endpoint=PLACE, key=keys.key, times=1, delay_ms=3000)
    client.timeout = 300
    with pytest.raises(ccxt.RequestTimeout):
        place(client, "late")
    assert names(client) == ["late"]


def test_faults_keep_to_their_scope(site: PaperSite, client: Any) -> None:
    other = spot_client(site, site.account())
    site.fault("error_before", account="trader-none")
    site.fault("error_before", key=other.apiKey)
    site.fault("error_before", symbol="ETHUSDT")
    site.fault("error_before", endpoint="* /fapi/*")
    site.fault("error_before", probability=1e-12)
    assert place(client, "through")["status"] == "NEW"
    with pytest.raises(ccxt.ExchangeNotAvailable):
        place(other, "not")
    with pytest.raises(ccxt.ExchangeNotAvailable):
        client.public_get_ticker_price({"symbol": "ETHUSDT"})


def test_a_skewed_clock_refuses_until_the_client_adjusts(site: PaperSite, client: Any) -> None:
    site.fault("clock_skew", skew_ms=60_000)
    with pytest.raises(ccxt.InvalidNonce, match="outside of the recvWindow"):
        place(client, "late")
    client.options["adjustForTimeDifference"] = True
    client.load_time_difference()
    assert place(client, "adjusted")["status"] == "NEW"
    site.admin.delete("/faults")
    site.fault("clock_skew", skew_ms=-60_000)
    client.options["timeDifference"] = 0
    with pytest.raises(ccxt.InvalidNonce, match="1000ms ahead"):
        place(client, "early")


def test_frozen_public_prices_hide_where_orders_trade(site: PaperSite, client: Any) -> None:
    site.admin.patch("/symbols/BTCUSDT", json={"frozen": True})
    try:
        site.price(98_000)
        assert float(client.public_get_ticker_price({"symbol": "BTCUSDT"})["price"]) == 100_000
        bought = client.private_post_order(
            {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "0.001"}
        )
        assert float(bought["fills"][0]["price"]) == 98_000.01
    finally:
        site.admin.patch("/symbols/BTCUSDT", json={"frozen": False})


def test_an_order_is_filled_by_hand_in_parts(site: PaperSite, client: Any) -> None:
    order = place(client, "by-hand")
    trades = site.admin.post(
        f"/orders/{order['orderId']}/fill", json={"quantity": "0.0006", "parts": 3}
    ).json()
    assert [trade["quantity"] for trade in trades] == ["0.00020", "0.00020", "0.00020"]
    query = {"symbol": "BTCUSDT", "origClientOrderId": "by-hand"}
    assert client.private_get_order(query)["status"] == "PARTIALLY_FILLED"
    refused = site.admin.post(f"/orders/{order['orderId']}/fill", json={"price": "99001"})
    assert (refused.status_code, "worse" in refused.json()["detail"]) == (409, True)
    site.admin.post(f"/orders/{order['orderId']}/fill", json={})
    assert client.private_get_order(query)["status"] == "FILLED"


def test_a_futures_order_is_filled_by_the_operator_too(site: PaperSite) -> None:
    keys = site.account()
    client = usdm_client(site, keys)
    site.price("100000")
    body = {"symbol": BTC, "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "0.006"}
    order = client.fapiprivate_post_order({**body, "price": "99000"})
    trades = site.admin.post(f"/orders/{order['orderId']}/fill", json={"parts": 3})
    assert trades.status_code == 200, trades.text
    assert [trade["quantity"] for trade in trades.json()] == ["0.002"] * 3
    assert client.fapiprivate_get_order({"symbol": BTC, "orderId": order["orderId"]})["status"] == "FILLED"
    (held,) = [p for p in client.fapiprivatev3_get_positionrisk() if Decimal(p["positionAmt"])]
    assert (held["positionAmt"], held["entryPrice"]) == ("0.006", "99000")


def test_weights_are_counted_told_refused_with_429_and_at_last_418(site: PaperSite) -> None:
    site.admin.put("/limits", json={"spot_weight": 100})
    try:
        first = httpx.get(f"{site.url}/api/v3/exchangeInfo")
        assert first.headers["x-mbx-used-weight-1m"] == "20"
        seen = [httpx.get(f"{site.url}/api/v3/exchangeInfo") for _ in range(16)]
        codes = [answer.status_code for answer in seen]
        assert codes[:3] == [200, 200, 200]
        assert 429 in codes
        assert codes[-1] == 418
        refused = next(answer for answer in seen if answer.status_code == 429)
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert refused.json()["code"] == -1003
        assert int(seen[-1].headers["retry-after"]) > 60
    finally:
        site.calm()


def test_too_many_orders_are_refused_and_not_placed(site: PaperSite, client: Any) -> None:
    site.admin.put("/limits", json={"spot_orders_10s": 3})
    placed = 0
    for number in range(8):
        try:
            place(client, f"n{number}")
            placed += 1
        except ccxt.DDoSProtection as error:
            assert "-1015" in str(error)  # noqa: PT017 (some pass, the others have to say this)
    assert len(names(client)) == placed
    assert placed < 8


def signed(keys: Keys, query: str) -> str:
    return f"{query}&signature={hmac.new(keys.secret.encode(), query.encode(), 'sha256').hexdigest()}"


def now() -> int:
    return int(time.time() * 1000)


@pytest.mark.parametrize(
    ("make", "status", "code"),
    [
        (lambda keys: (keys.key, signed(keys, f"timestamp={now()}")), 200, None),
        (lambda keys: (keys.key, signed(keys, f"timestamp={now()}").upper().replace("TIMESTAMP", "timestamp")), 400, -1102),
        (lambda keys: (keys.key, signed(Keys("", "", keys.secret + "0"), f"timestamp={now()}")), 400, -1022),
        (lambda keys: (keys.key, f"timestamp={now()}"), 400, -1102),
        (lambda keys: (keys.key, signed(keys, "recvWindow=5000")), 400, -1102),
        (lambda keys: (keys.key, signed(keys, f"timestamp={now()}&recvWindow=60001")), 400, -1131),
        (lambda keys: (keys.key, signed(keys, f"timestamp={now() - 6000}")), 400, -1021),
        (lambda keys: (keys.key, signed(keys, f"timestamp={now() - 6000}&recvWindow=60000")), 200, None),
        (lambda keys: (keys.key, signed(keys, f"timestamp={now() + 2000}")), 400, -1021),
        (lambda keys: ("0" * 64, signed(keys, f"timestamp={now()}")), 401, -2015),
        (lambda keys: ("short", signed(keys, f"timestamp={now()}")), 401, -2014),
        (lambda keys: (keys.key, signed(keys, urlencode({"timestamp": now(), "omitZeroBalances": "true"}))), 200, None),
    ],
)  # fmt: skip
def test_a_signature_is_judged_by_the_raw_text(
    site: PaperSite, keys: Keys, make: Callable[[Keys], tuple[str, str]], status: int, code: int | None
) -> None:
    key, query = make(keys)
    answer = httpx.get(f"{site.url}/api/v3/account?{query}", headers={"X-MBX-APIKEY": key})
    assert (answer.status_code, answer.json().get("code")) == (status, code)


def test_query_and_body_are_signed_together_without_a_separator(site: PaperSite, keys: Keys) -> None:
    query = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC"
    body = f"quantity=0.001&price=99000&recvWindow=5000&timestamp={now()}"
    signature = hmac.new(keys.secret.encode(), (query + body).encode(), "sha256").hexdigest()
    answer = httpx.post(
        f"{site.url}/api/v3/order?{query}",
        content=f"{body}&signature={signature}",
        headers={"X-MBX-APIKEY": keys.key},
    )
    assert answer.status_code == 200, answer.text


def test_permissions_are_told_and_kept(site: PaperSite) -> None:
    reader = spot_client(site, site.account(trade=False, futures=False))
    told = reader.sapi_get_account_apirestrictions()
    assert (told["enableReading"], told["enableSpotAndMarginTrading"], told["enableFutures"]) == (
        True,
        False,
        False,
    )
    with pytest.raises(ccxt.AuthenticationError, match="-2015"):
        place(reader, "no")
    assert (
        spot_client(site, site.account(withdraw=True)).sapi_get_account_apirestrictions()["enableWithdrawals"]
        is True
    )
    elsewhere = spot_client(site, site.account(addresses=["10.1.2.3"]))
    with pytest.raises(ccxt.AuthenticationError, match="-2015"):
        elsewhere.private_get_account()


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v3/ticker/price?symbol=NOPE", 400, -1121),
        ("/api/v3/klines?symbol=BTCUSDT&interval=7m", 400, -1120),
        ("/api/v3/klines?symbol=BTCUSDT", 400, -1102),
        ("/api/v3/depth?symbol=BTCUSDT&limit=x", 400, -1100),
        ("/api/v3/depth?symbol=BTCUSDT&symbol=ETHUSDT", 400, -1101),
        ("/api/v3/ticker/24hr?symbols=[", 400, -1100),
        ("/api/v3/nothing", 404, -5000),
    ],
)
def test_bad_requests_are_answered_in_binances_form(
    site: PaperSite, path: str, status: int, code: int
) -> None:
    answer = httpx.get(site.url + path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_long_answer_lets_others_pass(site: PaperSite) -> None:
    site.get("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1")
    asked = threading.Thread(target=site.get, args=("/api/v3/klines?symbol=ETHUSDT&interval=3m&limit=1000",))
    passed = 0
    with httpx.Client(base_url=site.url) as other:
        other.get("/api/v3/time")
        asked.start()
        while asked.is_alive():
            other.get("/api/v3/time")
            passed += 1
    assert passed >= 10


def asked_over_a_socket(site: PaperSite, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every answer until as many came as were asked, or the socket ended."""
    answers: list[dict[str, Any]] = []
    with contextlib.suppress(ConnectionClosed), connect(f"ws://127.0.0.1:{site.port}/ws-api/v3") as socket:
        for request in requests:
            socket.send(json.dumps(request))
        while len(answers) < len(requests):
            answers.append(json.loads(socket.recv(20)))
    return answers


def over_a_socket(site: PaperSite, keys: Keys, name: str) -> dict[str, Any]:
    signer = spot_client(site, keys)
    params = {
        "apiKey": keys.key, "newClientOrderId": name, "price": "99000", "quantity": "0.001", "recvWindow": "5000",
        "side": "BUY", "symbol": "BTCUSDT", "timeInForce": "GTC", "timestamp": signer.milliseconds(), "type": "LIMIT",
    }  # fmt: skip
    raw = "&".join(f"{key}={value}" for key, value in sorted(params.items()))
    signature = hmac.new(keys.secret.encode(), raw.encode(), "sha256").hexdigest()
    return {"id": name, "method": "order.place", "params": {**params, "signature": signature}}


@pytest.mark.parametrize(
    ("fault", "status", "exists"),
    [
        ({"kind": "drop_answer"}, None, True),
        ({"kind": "disconnect"}, None, False),
        ({"kind": "error_before", "status": 503}, 503, False),
        ({"kind": "error_after", "status": 408, "code": -1007}, 408, True),
        ({"kind": "too_many_requests"}, 429, False),
    ],
)
def test_a_request_over_the_socket_meets_the_same_faults(
    site: PaperSite, client: Any, keys: Keys, fault: dict[str, Any], status: int | None, exists: bool
) -> None:
    site.fault(**fault, endpoint="WS order.place", account=keys.account, times=1)
    answers = asked_over_a_socket(site, [over_a_socket(site, keys, "first")])
    assert [one["status"] for one in answers] == ([] if status is None else [status])
    assert names(client) == (["first"] if exists else [])
    assert asked_over_a_socket(site, [over_a_socket(site, keys, "second")])[0]["status"] == 200


def test_a_late_answer_over_the_socket_is_passed_by_the_next(site: PaperSite, keys: Keys) -> None:
    site.fault("late_answer", endpoint="WS order.place", account=keys.account, times=1, delay_ms=200)
    requests = [over_a_socket(site, keys, "late"), {"id": "ping", "method": "ping"}]
    assert [one["id"] for one in asked_over_a_socket(site, requests)] == ["ping", "late"]
