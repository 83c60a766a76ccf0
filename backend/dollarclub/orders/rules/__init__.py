"""Rules of the orders domain."""
