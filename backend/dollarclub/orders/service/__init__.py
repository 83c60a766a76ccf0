"""Service of the orders domain."""
