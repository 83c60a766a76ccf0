"""A process that reserves and sends one order and kills itself at a chosen boundary: `python -m tests.support.orders_victim`.

Its environment names the database, the exchange, the key and the account; the arguments are the boundary and the intent's
origin.
"""

import os
import sys
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

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
from tests.support.mortality import Boundaries, MortalGateways, die_by_kill, mortal


def main() -> None:
    settings = load_settings()
    context = build_context(settings)
    worker = presence.this_process("trading", {})
    with context.db.transaction() as session:
        presence.renew(session, worker)
    boundaries = Boundaries(int(sys.argv[1]), die=die_by_kill)
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
        reserved = reserve(session, intent, worker=worker.id, lease=timedelta(minutes=1))
    send(doomed.db, gateways, reserved, intent.key_id, exit=False)


if __name__ == "__main__":
    main()
