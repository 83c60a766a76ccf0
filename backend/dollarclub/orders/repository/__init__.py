"""Repository of the orders domain."""
