"""`/api/webhook`: where alerts come in. No session is needed; the body, a signature or the address proves the sender."""

import json
import time
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.requests import HTTPConnection
from fastapi.routing import APIRoute

from dollarclub.core.errors import NotFound
from dollarclub.core.security import digest_of
from dollarclub.signals.inbox import Inbox
from dollarclub.signals.schemas import ReceiptOut
from dollarclub.signals.service.inbox import Post

BODY_BYTES = 64 * 1024

router = APIRouter(tags=["webhooks"])

_SIGNATURE: dict[str, Any] = {
    "name": "X-Signature",
    "in": "header",
    "required": False,
    "description": "hex(HMAC-SHA256(secret, body)); makes the secret in the body unnecessary.",
    "schema": {"type": "string"},
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "description": "An alert; see the messages of GET /api/strategies/{id}/webhook.",
                    "additionalProperties": True,
                },
                "example": {
                    "secret": "…",
                    "action": "buy",
                    "symbol": "BINANCE:BTCUSDT",
                    "amount": "100",
                    "unit": "quote",
                    "timestamp": "2026-01-31T12:00:00Z",
                },
            },
            "text/plain": {"schema": {"type": "string", "description": "The same JSON as plain text."}},
        },
    },
}


def _documented(member: str, description: str) -> dict[str, Any]:
    """What OpenAPI tells of a route that reads the `member` of its path itself: solving it as a dependency costs more."""
    in_path = {"name": member, "in": "path", "required": True, "description": description}
    parameters = [{**in_path, "schema": {"type": "string"}}, _SIGNATURE]
    return {
        "status_code": 202,
        "response_model": ReceiptOut,
        "openapi_extra": {**_BODY, "parameters": parameters},
    }


_ACCOUNT = _documented("user_id", "The account's id.")
_TOKEN = _documented("token", "The token of a strategy's address.")


def inbox_of(connection: HTTPConnection) -> Inbox:
    """The inbox of this process."""
    inbox: Inbox = connection.app.state.inbox
    return inbox


@router.post("/api/webhook/{user_id}", **_ACCOUNT)
async def receive_for_account(request: Request) -> Response:
    """An alert for the account's default strategy."""
    return await _receive(request, account_id=_account_of(request))


@router.post("/api/webhook/webhook/{user_id}", **_ACCOUNT)
async def receive_for_account_twice(request: Request) -> Response:
    """The same, at an address of earlier days."""
    return await _receive(request, account_id=_account_of(request))


@router.post("/api/v1/webhooks/{user_id}/tradingview", **_ACCOUNT)
async def receive_for_account_v1(request: Request) -> Response:
    """The same, at another address of earlier days."""
    return await _receive(request, account_id=_account_of(request))


@router.post("/api/webhook/t/{token}", **_TOKEN)
async def receive_for_token(request: Request) -> Response:
    """An alert for the strategy whose address holds this token; it needs no secret in the body."""
    return await _receive(request, token_digest=digest_of(request.path_params["token"]))


def routes() -> list[APIRoute]:
    """All addresses; alerts come by the thousand, so they may be reached by a `Shortcut`."""
    return [route for route in router.routes if isinstance(route, APIRoute)]


def _account_of(request: Request) -> UUID:
    try:
        return UUID(request.path_params["user_id"])
    except ValueError as error:
        raise NotFound(
            "There is no webhook at this address; copy it again.", code="unknown_webhook"
        ) from error


async def _receive(
    request: Request, *, account_id: UUID | None = None, token_digest: bytes | None = None
) -> Response:
    """Wait until the alert is stored; its time is that of its arrival."""
    arrived = time.monotonic()
    headers = request.headers
    post = Post(
        account_id=account_id,
        token_digest=token_digest,
        body=await request.body(),
        content_type=headers.get("content-type", ""),
        signature=headers.get("x-signature", ""),
        address=request.client.host if request.client is not None else "",
        arrived=arrived,
    )
    receipt = await inbox_of(request).put(post)
    answer = {
        "signal_id": str(receipt.signal_id),
        "status": receipt.status,
        "received_at": receipt.received_at.isoformat().replace("+00:00", "Z"),
    }
    return Response(json.dumps(answer), status_code=202, media_type="application/json")
