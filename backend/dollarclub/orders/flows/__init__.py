"""Flows of the orders domain: short transactions around calls to an exchange."""
