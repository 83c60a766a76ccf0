"""Risk around calls to the exchange."""
