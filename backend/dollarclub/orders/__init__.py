"""Orders for every engine: intents, states, fills, the resolver of unknown outcomes, reconciliation, the kill switch."""
