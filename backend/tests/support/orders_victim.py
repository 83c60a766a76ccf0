"""A process that reserves and sends one order, and kills or suspends itself on the way: `python -m tests.support.orders_victim`.

Its environment names the database, the exchange, the key and the account; the arguments are the number of the boundary
to die at, or the name of the one to stand still at, and the intent's origin.
"""

import os
import sys
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import ccxt

from dollarclub.core import presence
from dollarclub.core.context import build_context
from dollarclub.core.security import Cipher
from dollarclub.core.settings import load_settings
from dollarclub.entry import models  # noqa: F401
from dollarclub.exchanges.budget import Budget
from dollarclub.exchanges.ccxt_gateway import CcxtGatewayFactory
from dollarclub.exchanges.gateway import MarketType, OrderType, Side
from dollarclub.orders.flows.submit import send
from dollarclub.orders.rules.states import Purpose
from dollarclub.orders.service.intents import Intent, reserve
from dollarclub.vault.gateways import Gateways
from tests.support.mortality import Boundaries, MortalGateways, Standstill, die_by_kill, mortal

LEASE = timedelta(seconds=float(os.environ.get("VICTIM_LEASE_SECONDS", "60")))


def watch_requests(boundaries: Boundaries | Standstill) -> None:
    """A boundary of its own: between the signing of an order and the sending of its first byte."""
    fetch = ccxt.Exchange.fetch

    def watched(client: Any, url: str, method: str = "GET", *arguments: Any, **named: Any) -> Any:
        if method == "POST":
            boundaries.cross("before the request leaves")
        return fetch(client, url, method, *arguments, **named)

    ccxt.Exchange.fetch = watched


def main() -> None:
    settings = load_settings()
    context = build_context(settings)
    worker = presence.this_process("trading", {})
    with context.db.transaction() as session:
        presence.renew(session, worker)
    where = sys.argv[1]
    boundaries = Boundaries(int(where), die=die_by_kill) if where.isdigit() else Standstill(where)
    watch_requests(boundaries)
    doomed = mortal(context, boundaries)
    cipher = Cipher(settings.security.encryption_key)
    factory = CcxtGatewayFactory(settings, Budget.at(settings))
    gateways = MortalGateways(Gateways(context.db, cipher, factory), boundaries)
    intent = Intent(
        account_id=UUID(os.environ["VICTIM_ACCOUNT"]),
        key_id=UUID(os.environ["VICTIM_KEY"]),
        book_id=None,
        origin="test",
        origin_id=UUID(sys.argv[2]),
        leg="entry",
        purpose=Purpose.entry,
        symbol=os.environ["VICTIM_SYMBOL"],
        market_type=MarketType(os.environ["VICTIM_MARKET"]),
        side=Side.buy,
        type=OrderType.market,
        amount=Decimal("0.01"),
    )
    with doomed.db.transaction() as session:
        reserved = reserve(session, intent, worker=worker.id, lease=LEASE)
    send(doomed.db, gateways, reserved, intent.key_id, exit=False)


if __name__ == "__main__":
    main()
