"""Every table, imported once so that migrations and mappers see them all."""

import dollarclub.accounts.models
import dollarclub.analytics.models
import dollarclub.core.audit
import dollarclub.core.configuration
import dollarclub.core.outbox
import dollarclub.core.presence
import dollarclub.core.relay
import dollarclub.exchanges.models
import dollarclub.orders.models
import dollarclub.pool.models
import dollarclub.positions.models
import dollarclub.risk.models
import dollarclub.scripts.models
import dollarclub.signals.models
import dollarclub.vault.models  # noqa: F401
