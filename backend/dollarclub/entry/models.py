"""Every table, imported once so that migrations and mappers see them all."""

import dollarclub.accounts.models
import dollarclub.core.outbox
import dollarclub.core.presence
import dollarclub.scripts.models  # noqa: F401
